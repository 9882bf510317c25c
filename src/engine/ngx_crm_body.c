#include "engine/ngx_crm_body.h"


static ngx_int_t ngx_crm_body_again(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static void ngx_crm_body_handler(ngx_http_request_t *r);
static ngx_int_t ngx_crm_body_filter(ngx_http_request_t *r, ngx_chain_t *in);
static ngx_chain_t *ngx_crm_body_bufs(ngx_http_request_t *r);
static ngx_int_t ngx_crm_body_map(ngx_http_request_t *r, const ngx_buf_t *b,
    ngx_str_t *text);
static void ngx_crm_body_unmap(void *data);
static ngx_int_t ngx_crm_body_copy(ngx_buf_t *b, u_char *dst);


static ngx_http_request_body_filter_pt  ngx_crm_body_next;


ngx_int_t
ngx_crm_body_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t  rc;

    if (ctx->held.read) {
        return NGX_OK;
    }

    if (ctx->held.asked) {
        return ngx_crm_body_again(r, ctx);
    }

    ctx->held.asked = 1;

    rc = ngx_http_read_client_request_body(r, ngx_crm_body_handler);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    ngx_http_finalize_request(r, NGX_DONE);

    return NGX_DONE;
}


/*
 * Who reads it lets nobody run the phases meanwhile but for an error_page, in
 * the place of a request whose body was refused half-way: no more of it comes,
 * and what has come is not what the page is asked for with.
 */

static ngx_int_t
ngx_crm_body_again(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    static const ngx_str_t  nothing = ngx_null_string;

    if (r->write_event_handler == ngx_http_request_empty_handler) {
        return NGX_DONE;
    }

    if (ngx_crm_body_set(r, &nothing) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->held.read = 1;

    return NGX_OK;
}


static void
ngx_crm_body_handler(ngx_http_request_t *r)
{
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_crm_module);

    ctx->held.read = 1;

    r->write_event_handler = ngx_http_core_run_phases;
    ngx_http_core_run_phases(r);
}


void
ngx_crm_body_init(void)
{
    ngx_crm_body_next = ngx_http_top_request_body_filter;
    ngx_http_top_request_body_filter = ngx_crm_body_filter;
}


void
ngx_crm_body_limit(ngx_crm_ctx_t *ctx)
{
    ctx->held.most = NGX_CRM_BODY_MOST;
}


/* NGINX would put into a file what we refuse once we have seen its end */

static ngx_int_t
ngx_crm_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_chain_t    *cl;
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_crm_module);

    if (ctx && ctx->held.most) {

        for (cl = in; cl; cl = cl->next) {
            ctx->held.size += ngx_buf_size(cl->buf);
        }

        if (ctx->held.size > ctx->held.most) {
            return NGX_HTTP_REQUEST_ENTITY_TOO_LARGE;
        }
    }

    return ngx_crm_body_next(r, in);
}


off_t
ngx_crm_body_size(ngx_http_request_t *r)
{
    off_t         size;
    ngx_chain_t  *cl;

    size = 0;

    for (cl = ngx_crm_body_bufs(r); cl; cl = cl->next) {
        size += ngx_buf_size(cl->buf);
    }

    return size;
}


static ngx_chain_t *
ngx_crm_body_bufs(ngx_http_request_t *r)
{
    return r->request_body ? r->request_body->bufs : NULL;
}


ngx_int_t
ngx_crm_body_text(ngx_http_request_t *r, ngx_str_t *text)
{
    u_char       *p;
    ngx_chain_t  *cl;

    text->len = (size_t) ngx_crm_body_size(r);

    cl = ngx_crm_body_bufs(r);

    if (text->len && cl->next == NULL) {

        if (!ngx_buf_in_memory(cl->buf)) {
            return ngx_crm_body_map(r, cl->buf, text);
        }

        text->data = cl->buf->pos;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, text->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;

    for ( /* void */ ; cl; cl = cl->next) {

        if (ngx_crm_body_copy(cl->buf, p) != NGX_OK) {
            return NGX_ERROR;
        }

        p += ngx_buf_size(cl->buf);
    }

    return NGX_OK;
}


/* a file is not copied: it may have the size of an upload */

static ngx_int_t
ngx_crm_body_map(ngx_http_request_t *r, const ngx_buf_t *b, ngx_str_t *text)
{
    void                *map;
    ngx_str_t           *all;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_str_t));
    if (cln == NULL) {
        return NGX_ERROR;
    }

    map = mmap(NULL, (size_t) b->file_last, PROT_READ, MAP_PRIVATE,
               b->file->fd, 0);

    if (map == MAP_FAILED) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, ngx_errno,
                      "crm: a request body cannot be mapped");
        return NGX_ERROR;
    }

    all = cln->data;
    all->data = map;
    all->len = (size_t) b->file_last;

    cln->handler = ngx_crm_body_unmap;

    text->data = all->data + b->file_pos;

    return NGX_OK;
}


static void
ngx_crm_body_unmap(void *data)
{
    ngx_str_t  *all = data;

    (void) munmap(all->data, all->len);
}


static ngx_int_t
ngx_crm_body_copy(ngx_buf_t *b, u_char *dst)
{
    size_t  size;

    size = (size_t) ngx_buf_size(b);

    if (size == 0) {
        return NGX_OK;
    }

    if (ngx_buf_in_memory(b)) {
        ngx_memcpy(dst, b->pos, size);
        return NGX_OK;
    }

    return (ngx_read_file(b->file, dst, size, b->file_pos)
            == (ssize_t) size)
           ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_crm_body_set(ngx_http_request_t *r, const ngx_str_t *text)
{
    ngx_buf_t                *b;
    ngx_http_request_body_t  *body;

    body = ngx_pcalloc(r->pool, sizeof(ngx_http_request_body_t));
    b = ngx_calloc_buf(r->pool);

    if (body == NULL || b == NULL) {
        return NGX_ERROR;
    }

    if (text->len) {
        body->bufs = ngx_alloc_chain_link(r->pool);
        if (body->bufs == NULL) {
            return NGX_ERROR;
        }

        body->bufs->buf = b;
        body->bufs->next = NULL;
    }

    /* start: where another server of the upstream is tried from */

    b->start = text->data;
    b->pos = text->data;
    b->last = text->data + text->len;
    b->end = b->last;
    b->memory = 1;
    b->last_buf = 1;

    r->request_body = body;

    r->headers_in.content_length_n = text->len;
    r->headers_in.content_length = NULL;
    r->headers_in.chunked = 0;

    return NGX_OK;
}
