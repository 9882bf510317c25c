/*
 * The way out.  What has a failing status and is not of the API's dialect is
 * sealed anew: our refusals, NGINX's error pages, an upstream's.
 */

#include "edge/ngx_crm_filter.h"
#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_context.h"
#include "store/ngx_crm_zone.h"


static ngx_int_t ngx_crm_filter_header(ngx_http_request_t *r);
static ngx_crm_ctx_t *ngx_crm_filter_context(ngx_http_request_t *r);
static ngx_int_t ngx_crm_filter_private(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_uint_t ngx_crm_filter_is_json(ngx_http_request_t *r);
static void ngx_crm_filter_status(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_filter_replace(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_filter_headers(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_filter_allow(ngx_http_request_t *r,
    ngx_uint_t methods);
static ngx_int_t ngx_crm_filter_retry(ngx_http_request_t *r, time_t seconds);
static ngx_int_t ngx_crm_filter_body(ngx_http_request_t *r, ngx_chain_t *in);


static ngx_http_output_header_filter_pt  ngx_crm_filter_next_header;
static ngx_http_output_body_filter_pt    ngx_crm_filter_next_body;


static ngx_int_t
ngx_crm_filter_header(ngx_http_request_t *r)
{
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_crm_filter_context(r);

    if (ctx == NULL) {
        return ngx_crm_filter_next_header(r);
    }

    if (ngx_crm_filter_private(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    if (r->headers_out.status < NGX_HTTP_BAD_REQUEST) {
        return ngx_crm_filter_next_header(r);
    }

    /* an upstream's failure in JSON is of the dialect: it speaks for itself */

    if (r->upstream && ctx->refusal.name == NGX_CRM_PASSED
        && ngx_crm_filter_is_json(r))
    {
        return ngx_crm_filter_next_header(r);
    }

    ngx_crm_filter_status(r, ctx);

    if (ngx_crm_filter_replace(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_crm_filter_next_header(r);
}


/* also for what NGINX refused before PREACCESS, as 413 and return 403 */

static ngx_crm_ctx_t *
ngx_crm_filter_context(ngx_http_request_t *r)
{
    ngx_crm_ctx_t       *ctx;
    ngx_crm_loc_conf_t  *lcf;

    ctx = ngx_crm_context_find(r);

    if (ctx) {
        return ctx;
    }

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    if (lcf->api == NULL) {
        return NULL;
    }

    ctx = ngx_crm_context_create(r);

    if (ctx) {
        ctx->api = lcf->api;
        ctx->shapes = lcf->shapes;
        ctx->route = lcf->api->unlisted;
    }

    return ctx;
}


/* what a token opened is for its owner's cache alone (RFC 9111 5.2.2.7) */

static ngx_int_t
ngx_crm_filter_private(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    static const ngx_str_t  value = ngx_string("private");

    if (ctx->contact.len == 0 || ctx->answered) {
        return NGX_OK;
    }

#if (nginx_version >= 1023000)
    if (r->headers_out.cache_control) {
        return NGX_OK;
    }
#else
    if (r->headers_out.cache_control.elts) {
        return NGX_OK;
    }
#endif

    return ngx_crm_answer_header(r, "Cache-Control", &value);
}


static ngx_uint_t
ngx_crm_filter_is_json(ngx_http_request_t *r)
{
    static const ngx_str_t  json = ngx_string("application/json");

    return r->headers_out.content_type.len >= json.len
           && ngx_strncasecmp(r->headers_out.content_type.data, json.data,
                              json.len) == 0
           && (r->headers_out.content_type.len == json.len
               || r->headers_out.content_type.data[json.len] == ';'
               || r->headers_out.content_type.data[json.len] == ' ');
}


/* from the status to a reason, where nobody of ours has given one */

static void
ngx_crm_filter_status(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_uint_t  status;

    status = r->headers_out.status;

    if (ctx->refusal.name != NGX_CRM_PASSED && ctx->refusal.status == status) {
        return;
    }

    /* a page of an upstream's is not an answer of the CRM */

    if (r->upstream && r->upstream->headers_in.status_n == status
        && status < NGX_HTTP_INTERNAL_SERVER_ERROR
        && r->headers_out.content_type.len)
    {
        status = NGX_HTTP_BAD_GATEWAY;
    }

    (void) ngx_crm_refuse(ctx, ngx_crm_refuse_reason(status), NULL);

    ctx->refusal.status = status;
}


static ngx_int_t
ngx_crm_filter_replace(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    if (ngx_crm_refuse_seal(r, ctx->api, ctx->shapes, &ctx->refusal,
                            &ctx->sealed)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ctx->replace = 1;
    ngx_crm_zone_count(NGX_CRM_COUNT_REFUSED);

    r->headers_out.status = ctx->refusal.status;
    r->headers_out.status_line.len = 0;

    if (r->err_status) {
        r->err_status = ctx->refusal.status;    /* $status, in the log */
    }

    r->headers_out.content_length_n = ctx->sealed.len;

    ngx_str_set(&r->headers_out.content_type, "application/json");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;
    r->headers_out.charset.len = 0;

    if (r->headers_out.content_length) {
        r->headers_out.content_length->hash = 0;
        r->headers_out.content_length = NULL;
    }

    if (r->headers_out.content_encoding) {
        r->headers_out.content_encoding->hash = 0;
        r->headers_out.content_encoding = NULL;
    }

    ngx_http_clear_accept_ranges(r);
    ngx_http_clear_last_modified(r);
    ngx_http_clear_etag(r);

    return ngx_crm_filter_headers(r, ctx);
}


static ngx_int_t
ngx_crm_filter_headers(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    /* RFC 6750 section 3: never the scheme alone */

    static const ngx_str_t  bearer = ngx_string("Bearer realm=\"crm\"");
    static const ngx_str_t  invalid =
                ngx_string("Bearer realm=\"crm\", error=\"invalid_token\"");

    switch (ctx->refusal.name) {

    case NGX_CRM_NO_TOKEN:
        return ngx_crm_answer_header(r, "WWW-Authenticate", &bearer);

    case NGX_CRM_WRONG_TOKEN:
        return ngx_crm_answer_header(r, "WWW-Authenticate", &invalid);

    case NGX_CRM_METHOD_NOT_ALLOWED:
        return ngx_crm_filter_allow(r, ctx->refusal.methods);

    default:
        return ngx_crm_filter_retry(r, ctx->refusal.retry);
    }
}


static ngx_int_t
ngx_crm_filter_allow(ngx_http_request_t *r, ngx_uint_t methods)
{
    u_char      *p;
    ngx_str_t    value;
    ngx_uint_t   i;

    static const struct {
        ngx_uint_t   method;
        char        *name;
    } names[] = {
        { NGX_HTTP_GET, "GET, HEAD" },
        { NGX_HTTP_POST, "POST" },
        { NGX_HTTP_PUT, "PUT" },
        { NGX_HTTP_DELETE, "DELETE" },
        { 0, NULL }
    };

    if (methods == 0) {
        return NGX_OK;
    }

    value.data = ngx_pnalloc(r->pool, sizeof("GET, HEAD, POST, PUT, DELETE"));
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    p = value.data;

    for (i = 0; names[i].name; i++) {
        if (methods & names[i].method) {
            p = ngx_sprintf(p, "%s%s", p == value.data ? "" : ", ",
                            names[i].name);
        }
    }

    value.len = p - value.data;

    return ngx_crm_answer_header(r, "Allow", &value);
}


static ngx_int_t
ngx_crm_filter_retry(ngx_http_request_t *r, time_t seconds)
{
    ngx_str_t  value;

    if (seconds == 0) {
        return NGX_OK;
    }

    value.data = ngx_pnalloc(r->pool, NGX_TIME_T_LEN);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = ngx_sprintf(value.data, "%T", seconds) - value.data;

    return ngx_crm_answer_header(r, "Retry-After", &value);
}


static ngx_int_t
ngx_crm_filter_body(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_buf_t      *b;
    ngx_chain_t     out, *cl;
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_crm_module);

    if (ctx == NULL || !ctx->replace) {
        return ngx_crm_filter_next_body(r, in);
    }

    /* whoever made these buffers waits for them to be used up */

    for (cl = in; cl; cl = cl->next) {
        cl->buf->pos = cl->buf->last;
        cl->buf->file_pos = cl->buf->file_last;
    }

    if (ctx->replaced) {
        return ngx_crm_filter_next_body(r, NULL);
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    ctx->replaced = 1;

    b->pos = ctx->sealed.data;
    b->last = b->pos + ctx->sealed.len;
    b->memory = 1;
    b->last_buf = (r == r->main);
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_crm_filter_next_body(r, &out);
}


ngx_int_t
ngx_crm_filter_init(ngx_conf_t *cf)
{
    ngx_crm_filter_next_header = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_crm_filter_header;

    ngx_crm_filter_next_body = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_crm_filter_body;

    return NGX_OK;
}
