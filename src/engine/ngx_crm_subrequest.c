#include "engine/ngx_crm_subrequest.h"
#include "engine/ngx_crm_subrequest_answer.h"
#include "engine/ngx_crm_body.h"
#include "engine/ngx_crm_context.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_walk.h"


static ngx_http_request_t *ngx_crm_subrequest_create(ngx_http_request_t *r,
    ngx_http_post_subrequest_t *ps);
static ngx_int_t ngx_crm_subrequest_headers(ngx_http_request_t *sr,
    const ngx_crm_subrequest_t *sub);
static ngx_uint_t ngx_crm_subrequest_stays(const ngx_table_elt_t *h,
    const ngx_crm_subrequest_t *sub);
static ngx_int_t ngx_crm_subrequest_nothing(ngx_http_request_t *sr);
static ngx_int_t ngx_crm_subrequest_add(ngx_http_request_t *sr,
    const ngx_keyval_t *header);


/* of the client's, these speak of its own body and of how it wants ours */

static const ngx_str_t  ngx_crm_subrequest_dropped[] = {
    ngx_string("accept-encoding"), ngx_string("content-digest"),
    ngx_string("content-length"), ngx_string("content-md5"),
    ngx_string("content-type"), ngx_string("digest"), ngx_string("expect"),
    ngx_string("if-match"), ngx_string("if-modified-since"),
    ngx_string("if-none-match"), ngx_string("if-range"),
    ngx_string("if-unmodified-since"), ngx_string("range"),
    ngx_string("transfer-encoding"), ngx_null_string
};

static const ngx_keyval_t  ngx_crm_subrequest_type = {
    ngx_string("Content-Type"), ngx_string("application/json")
};


ngx_int_t
ngx_crm_subrequest_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_subrequest_t *sub)
{
    ngx_http_request_t          *sr;
    ngx_http_post_subrequest_t  *ps;

    if (ctx->proxy == NULL) {
        return ngx_crm_refuse(ctx, NGX_CRM_NOT_FOUND, NULL);
    }

    ps = ngx_palloc(r->pool, sizeof(ngx_http_post_subrequest_t));
    if (ps == NULL) {
        return NGX_ERROR;
    }

    sub->asker = ctx;
    ps->handler = ngx_crm_subrequest_answer_done;
    ps->data = sub;

    sr = ngx_crm_subrequest_create(r, ps);
    if (sr == NULL) {
        return NGX_ERROR;
    }

    sr->content_handler = ctx->proxy;

    /* it is posted, and runs in any case: then without the client's body */

    if (ngx_crm_context_copy(sr, ctx) == NULL
        || ngx_crm_body_set(sr, &sub->body) != NGX_OK
        || ngx_crm_subrequest_headers(sr, sub) != NGX_OK)
    {
        sr->content_handler = ngx_crm_subrequest_nothing;
    }

    return ngx_crm_walk_leave(r, ctx);
}


/* a clone begins where this one is: behind the gate, at its content */

static ngx_http_request_t *
ngx_crm_subrequest_create(ngx_http_request_t *r,
    ngx_http_post_subrequest_t *ps)
{
    void                           *data;
    ngx_uint_t                      count;
    ngx_http_request_t             *sr;
    ngx_http_postponed_request_t  **next;

    data = r->connection->data;
    count = r->main->count;

    for (next = &r->postponed; *next; next = &(*next)->next) { /* void */ }

    if (ngx_http_subrequest(r, &r->uri, &r->args, &sr, ps,
                            NGX_HTTP_SUBREQUEST_IN_MEMORY
                            |NGX_HTTP_SUBREQUEST_CLONE)
        == NGX_OK)
    {
        return sr;
    }

    /* what failed halfway would hold back the answer of its parent for ever */

    r->connection->data = data;
    r->main->count = count;
    *next = NULL;

    return NULL;
}


static ngx_int_t
ngx_crm_subrequest_headers(ngx_http_request_t *sr,
    const ngx_crm_subrequest_t *sub)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part, first;
    ngx_table_elt_t  *h, *copy;

    first = sr->headers_in.headers.part;

    if (ngx_list_init(&sr->headers_in.headers, sr->pool, 20,
                      sizeof(ngx_table_elt_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (part = &first; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (!ngx_crm_subrequest_stays(&h[i], sub)) {
                continue;
            }

            copy = ngx_list_push(&sr->headers_in.headers);
            if (copy == NULL) {
                return NGX_ERROR;
            }

            *copy = h[i];
        }
    }

    for (i = 0; i < sub->n; i++) {
        if (ngx_crm_subrequest_add(sr, &sub->headers[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return ngx_crm_subrequest_add(sr, &ngx_crm_subrequest_type);
}


static ngx_uint_t
ngx_crm_subrequest_stays(const ngx_table_elt_t *h,
    const ngx_crm_subrequest_t *sub)
{
    ngx_uint_t        i;
    const ngx_str_t  *name;

    for (name = ngx_crm_subrequest_dropped; name->len; name++) {
        if (name->len == h->key.len
            && ngx_memcmp(name->data, h->lowcase_key, name->len) == 0)
        {
            return 0;
        }
    }

    for (i = 0; i < sub->n; i++) {
        name = &sub->headers[i].key;

        if (name->len == h->key.len
            && ngx_strncasecmp(name->data, h->lowcase_key, name->len) == 0)
        {
            return 0;
        }
    }

    return 1;
}


static ngx_int_t
ngx_crm_subrequest_add(ngx_http_request_t *sr, const ngx_keyval_t *header)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&sr->headers_in.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->key = header->key;
    h->value = header->value;

    h->lowcase_key = ngx_pnalloc(sr->pool, h->key.len);
    if (h->lowcase_key == NULL) {
        return NGX_ERROR;
    }

    h->hash = ngx_hash_strlow(h->lowcase_key, h->key.data, h->key.len);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_subrequest_nothing(ngx_http_request_t *sr)
{
    return NGX_HTTP_INTERNAL_SERVER_ERROR;
}
