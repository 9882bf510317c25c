/* What a rewritten answer says in its header. */

#include "edge/ngx_crm_filter_headers.h"
#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_envelope.h"
#include "engine/ngx_crm_envelope_words.h"


typedef struct {
    ngx_str_t    name;         /* in lower case */
    ngx_uint_t   store;        /* a cache is told by it what to keep */
} ngx_crm_filter_headers_name_t;


static void ngx_crm_filter_headers_version(ngx_http_request_t *r);
static void ngx_crm_filter_headers_drop(ngx_http_request_t *r,
    const ngx_crm_filter_headers_name_t *names);
static ngx_int_t ngx_crm_filter_headers_allow(ngx_http_request_t *r,
    ngx_uint_t methods);
static ngx_int_t ngx_crm_filter_headers_retry(ngx_http_request_t *r,
    time_t seconds);


/* digests of the bytes that were (RFC 9530 and before it) */

static const ngx_crm_filter_headers_name_t  ngx_crm_filter_headers_sums[] = {
    { ngx_string("content-md5"), 0 },
    { ngx_string("digest"), 0 },
    { ngx_string("content-digest"), 0 },
    { ngx_string("repr-digest"), 0 },
    { ngx_null_string, 0 }
};

static const ngx_crm_filter_headers_name_t  ngx_crm_filter_headers_page[] = {
    { ngx_string("content-disposition"), 0 },
    { ngx_string("content-language"), 0 },
    { ngx_string("content-location"), 0 },
    { ngx_string("content-range"), 0 },
    { ngx_string("cache-control"), 1 },
    { ngx_string("expires"), 0 },
    { ngx_null_string, 0 }
};

/* what a page asks of a browser that will never see it */

static const ngx_crm_filter_headers_name_t
    ngx_crm_filter_headers_upstream[] =
{
    { ngx_string("refresh"), 0 },
    { ngx_string("set-cookie"), 0 },
    { ngx_string("www-authenticate"), 0 },
    { ngx_null_string, 0 }
};


/*
 * What a token opened is for its owner's cache alone (RFC 9111 5.2.2.7); a
 * sign-in that the CRM answers in the place of a flow has tokens in it, and is
 * for none.
 */

ngx_int_t
ngx_crm_filter_headers_private(ngx_http_request_t *r,
    const ngx_crm_ctx_t *ctx)
{
    ngx_uint_t  flow;

    static const ngx_str_t  mine = ngx_string("private");
    static const ngx_str_t  nobodys = ngx_string("no-store");

    flow = r->upstream && ctx->route && ctx->route->steps;

    if ((ctx->contact.len == 0 && !flow) || ctx->answered) {
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

    return ngx_crm_answer_header(r, "Cache-Control", flow ? &nobodys : &mine);
}


/*
 * A subrequest keeps its status: auth_request and others of NGINX's modules
 * go by it, and the client never sees it.
 */

void
ngx_crm_filter_headers_rewrite(ngx_http_request_t *r, ngx_uint_t status,
    off_t len)
{
    if (r == r->main && r->headers_out.status != status) {
        r->headers_out.status = status;
        r->headers_out.status_line.len = 0;

        if (r->err_status) {
            r->err_status = status;    /* $status, in the log */
        }
    }

    ngx_http_clear_content_length(r);
    r->headers_out.content_length_n = len;

    ngx_str_set(&r->headers_out.content_type, "application/json");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;
    r->headers_out.charset.len = 0;

    ngx_http_clear_accept_ranges(r);
    ngx_http_weak_etag(r);

    ngx_crm_filter_headers_drop(r, ngx_crm_filter_headers_sums);
}


void
ngx_crm_filter_headers_forget(ngx_http_request_t *r)
{
    if (r->headers_out.content_encoding) {
        r->headers_out.content_encoding->hash = 0;
        r->headers_out.content_encoding = NULL;
    }

    ngx_http_clear_last_modified(r);
    ngx_http_clear_etag(r);

    ngx_crm_filter_headers_drop(r, ngx_crm_filter_headers_page);

    /* auth_basic's own challenge stands beside ours */

    if (r->upstream) {
        r->headers_out.www_authenticate = NULL;
        ngx_crm_filter_headers_drop(r, ngx_crm_filter_headers_upstream);
        ngx_crm_filter_headers_version(r);
    }
}


/*
 * To NGINX an upstream without a status line speaks HTTP/0.9, and so does it
 * itself to the client then: no header would be sent.
 */

static void
ngx_crm_filter_headers_version(ngx_http_request_t *r)
{
    u_char  *p;

    if (r->http_version != NGX_HTTP_VERSION_9 || r->http_protocol.len == 0) {
        return;
    }

    p = r->http_protocol.data + sizeof("HTTP/") - 1;

    r->http_version = (p[0] == '2') ? NGX_HTTP_VERSION_20
                    : (p[2] == '0') ? NGX_HTTP_VERSION_10
                                    : NGX_HTTP_VERSION_11;
}


static void
ngx_crm_filter_headers_drop(ngx_http_request_t *r,
    const ngx_crm_filter_headers_name_t *names)
{
    ngx_uint_t                            i, stored;
    ngx_list_part_t                      *part;
    ngx_table_elt_t                      *h;
    const ngx_crm_filter_headers_name_t  *n;

    stored = 0;

    for (part = &r->headers_out.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            for (n = names; n->name.len; n++) {

                if (h[i].key.len != n->name.len
                    || ngx_strncasecmp(h[i].key.data, n->name.data,
                                       n->name.len)
                       != 0)
                {
                    continue;
                }

                if (n->store && h[i].hash && !stored) {
                    ngx_str_set(&h[i].value, "no-store");
                    stored = 1;

                } else {
                    h[i].hash = 0;
                }
            }
        }
    }
}


void
ngx_crm_filter_headers_bare(ngx_http_request_t *r, const ngx_crm_ctx_t *ctx)
{
    ngx_uint_t  status;

    status = r->headers_out.status;

    if (status == NGX_HTTP_NOT_MODIFIED) {
        ngx_http_weak_etag(r);
        return;
    }

    if (status >= NGX_HTTP_BAD_REQUEST) {
        status = ngx_crm_envelope_words_status(ctx->dialect->api, status);
    }

    ngx_crm_filter_headers_rewrite(r, status, -1);
}


ngx_int_t
ngx_crm_filter_headers_refuse(ngx_http_request_t *r,
    const ngx_crm_refusal_t *refusal)
{
    /* RFC 6750 section 3: never the scheme alone */

    static const ngx_str_t  bearer = ngx_string("Bearer realm=\"crm\"");
    static const ngx_str_t  invalid =
                ngx_string("Bearer realm=\"crm\", error=\"invalid_token\"");

    switch (refusal->name) {

    case NGX_CRM_NO_TOKEN:
        return ngx_crm_answer_header(r, "WWW-Authenticate", &bearer);

    case NGX_CRM_WRONG_TOKEN:
        return ngx_crm_answer_header(r, "WWW-Authenticate", &invalid);

    case NGX_CRM_METHOD_NOT_ALLOWED:
        return ngx_crm_filter_headers_allow(r, refusal->methods);

    default:
        return ngx_crm_filter_headers_retry(r, refusal->retry);
    }
}


static ngx_int_t
ngx_crm_filter_headers_allow(ngx_http_request_t *r, ngx_uint_t methods)
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
ngx_crm_filter_headers_retry(ngx_http_request_t *r, time_t seconds)
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
