/* What kind of answer it is, and so what becomes of it. */

#include "edge/ngx_crm_filter_kind.h"
#include "engine/ngx_crm_envelope.h"
#include "ngx_crm_sealed.h"


static ngx_crm_filter_kind_e ngx_crm_filter_kind_of_sealed(
    ngx_http_request_t *r, ngx_crm_filter_kind_e kind);
static ngx_crm_filter_kind_e ngx_crm_filter_kind_of_any(
    ngx_http_request_t *r, const ngx_crm_ctx_t *ctx,
    const ngx_crm_dialect_t *from);
static ngx_crm_filter_kind_e ngx_crm_filter_kind_of_success(
    ngx_http_request_t *r, ngx_uint_t same);
static ngx_crm_filter_kind_e ngx_crm_filter_kind_of_failure(
    ngx_http_request_t *r, ngx_uint_t same);
static ngx_uint_t ngx_crm_filter_kind_is_none(ngx_http_request_t *r);
static ngx_uint_t ngx_crm_filter_kind_is_sliced(ngx_http_request_t *r);
static ngx_uint_t ngx_crm_filter_kind_is_json(ngx_http_request_t *r);
static ngx_uint_t ngx_crm_filter_kind_is_encoded(ngx_http_request_t *r);


ngx_crm_filter_kind_e
ngx_crm_filter_kind(ngx_http_request_t *r, const ngx_crm_ctx_t *ctx,
    const ngx_crm_dialect_t *from)
{
    ngx_crm_filter_kind_e  kind;

    kind = ngx_crm_filter_kind_of_any(r, ctx, from);

    return ngx_crm_sealed_is(ctx) ? ngx_crm_filter_kind_of_sealed(r, kind)
                                  : kind;
}


/* nothing that has a body passes as it is */

static ngx_crm_filter_kind_e
ngx_crm_filter_kind_of_sealed(ngx_http_request_t *r,
    ngx_crm_filter_kind_e kind)
{
    if (kind != NGX_CRM_FILTER_KIND_PASSES
        || r->headers_out.status == NGX_HTTP_NO_CONTENT)
    {
        return kind;
    }

    if (r->headers_out.status == NGX_HTTP_NOT_MODIFIED
        || r->method == NGX_HTTP_HEAD)
    {
        return NGX_CRM_FILTER_KIND_BARE;
    }

    /* who opens it would not know what it is encoded as */

    return ngx_crm_filter_kind_is_encoded(r) ? NGX_CRM_FILTER_KIND_FAILED
                                             : NGX_CRM_FILTER_KIND_SEALED;
}


static ngx_crm_filter_kind_e
ngx_crm_filter_kind_of_any(ngx_http_request_t *r, const ngx_crm_ctx_t *ctx,
    const ngx_crm_dialect_t *from)
{
    ngx_uint_t  same, relayed;

    /* a failure that the CRM has answered to a request of the edge's own */

    relayed = ctx->answered && r->headers_out.status >= NGX_HTTP_BAD_REQUEST;

    /* what is proxied in a refusal's stead speaks for itself */

    if ((ctx->refusal.name != NGX_CRM_PASSED
         && ctx->refusal.status == r->headers_out.status)
        || (!relayed && !ngx_crm_filter_kind_is_proxied(r, ctx)))
    {
        return (r->headers_out.status < NGX_HTTP_BAD_REQUEST)
               ? NGX_CRM_FILTER_KIND_PASSES : NGX_CRM_FILTER_KIND_REFUSED;
    }

    if (ngx_crm_filter_kind_is_none(r)) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "crm: the upstream's status %ui ends no exchange",
                      r->headers_out.status);

        return NGX_CRM_FILTER_KIND_FAILED;
    }

    if (ngx_crm_filter_kind_is_sliced(r)) {
        return ngx_crm_sealed_is(ctx) ? NGX_CRM_FILTER_KIND_SLICED
                                      : NGX_CRM_FILTER_KIND_PASSES;
    }

    same = (from->api == ctx->dialect->api);

    return (r->headers_out.status < NGX_HTTP_BAD_REQUEST)
           ? ngx_crm_filter_kind_of_success(r, same)
           : ngx_crm_filter_kind_of_failure(r, same);
}


static ngx_crm_filter_kind_e
ngx_crm_filter_kind_of_success(ngx_http_request_t *r, ngx_uint_t same)
{
    ngx_uint_t  status;

    status = r->headers_out.status;

    /* the ETag that it repeats was weak when the client got it */

    if (status == NGX_HTTP_NOT_MODIFIED && !same) {
        return NGX_CRM_FILTER_KIND_BARE;
    }

    if (same || status < NGX_HTTP_OK || status >= NGX_HTTP_SPECIAL_RESPONSE
        || status == NGX_HTTP_NO_CONTENT
        || status == NGX_HTTP_PARTIAL_CONTENT
        || !ngx_crm_filter_kind_is_json(r)
        || ngx_crm_filter_kind_is_encoded(r))
    {
        return NGX_CRM_FILTER_KIND_PASSES;
    }

    return (r->method == NGX_HTTP_HEAD) ? NGX_CRM_FILTER_KIND_BARE
                                        : NGX_CRM_FILTER_KIND_WHOLE;
}


static ngx_crm_filter_kind_e
ngx_crm_filter_kind_of_failure(ngx_http_request_t *r, ngx_uint_t same)
{
    if (!ngx_crm_filter_kind_is_json(r)) {
        return NGX_CRM_FILTER_KIND_FAILED;
    }

    /* in the same dialect it was the client who asked for the encoding */

    if (ngx_crm_filter_kind_is_encoded(r)) {
        return same ? NGX_CRM_FILTER_KIND_PASSES : NGX_CRM_FILTER_KIND_FAILED;
    }

    if (r->method == NGX_HTTP_HEAD) {
        return same ? NGX_CRM_FILTER_KIND_PASSES : NGX_CRM_FILTER_KIND_BARE;
    }

    return NGX_CRM_FILTER_KIND_WHOLE;
}


/*
 * An upstream that has been left, for an error_page or X-Accel-Redirect, is
 * still r->upstream; one that the cache stands in for has never been entered.
 */

ngx_uint_t
ngx_crm_filter_kind_is_proxied(ngx_http_request_t *r,
    const ngx_crm_ctx_t *ctx)
{
    ngx_http_upstream_t  *u;

    u = r->upstream;

    /* it has been heard: another filter has taken over, as for 412 and 416 */

    if (u == NULL || u == ctx->heard) {
        return 0;
    }

#if (NGX_HTTP_CACHE)

    if (r->cached) {
        return u->headers_in.x_accel_redirect == NULL
               || (u->conf->ignore_headers
                   & NGX_HTTP_UPSTREAM_IGN_XA_REDIRECT);
    }

#endif

    return u->cleanup != NULL;
}


/*
 * Those from 200 to 599 end an exchange (RFC 9110 section 15), and 101 does
 * where the client has asked for a tunnel; 0 is no status line.
 */

static ngx_uint_t
ngx_crm_filter_kind_is_none(ngx_http_request_t *r)
{
    ngx_uint_t  status;

    status = r->headers_out.status;

    return (status < NGX_HTTP_OK || status > 599)
           && !(r->upstream && r->upstream->upgrade);
}


/*
 * "slice" is a filter before ours, and makes 200 of the 206 of each part.  The
 * others are sent by subrequests while the first one waits for its end: held,
 * it would let them go before its header.
 */

static ngx_uint_t
ngx_crm_filter_kind_is_sliced(ngx_http_request_t *r)
{
    return r->upstream
           && r->upstream->headers_in.status_n == NGX_HTTP_PARTIAL_CONTENT
           && r->headers_out.status == NGX_HTTP_OK;
}


/* without a type it may be */

static ngx_uint_t
ngx_crm_filter_kind_is_json(ngx_http_request_t *r)
{
    size_t       len;
    u_char      *p;
    ngx_uint_t   i;
    ngx_str_t   *type;

    static const struct {
        ngx_str_t   text;
        ngx_uint_t  suffix;
    } names[] = {
        { ngx_string("application/json"), 0 },
        { ngx_string("text/json"), 0 },
        { ngx_string("+json"), 1 },
        { ngx_null_string, 0 }
    };

    if (ngx_crm_filter_kind_is_untyped(r)) {
        return 1;
    }

    type = &r->headers_out.content_type;

    for (len = 0; len < type->len; len++) {
        if (type->data[len] == ';' || type->data[len] == ' ') {
            break;
        }
    }

    for (i = 0; names[i].text.len; i++) {

        if (len < names[i].text.len
            || (!names[i].suffix && len > names[i].text.len))
        {
            continue;
        }

        p = type->data + len - names[i].text.len;

        if (ngx_memcmp(p, names[i].text.data, names[i].text.len) == 0
            || ngx_strncasecmp(p, names[i].text.data, names[i].text.len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
ngx_crm_filter_kind_is_untyped(ngx_http_request_t *r)
{
    return r->headers_out.content_type.len == 0;
}


static ngx_uint_t
ngx_crm_filter_kind_is_encoded(ngx_http_request_t *r)
{
    ngx_table_elt_t  *h;

    static const ngx_str_t  identity = ngx_string("identity");

    h = r->headers_out.content_encoding;

    return h && h->value.len
           && (h->value.len != identity.len
               || ngx_strncasecmp(h->value.data, identity.data, identity.len)
                  != 0);
}


ngx_uint_t
ngx_crm_filter_kind_is_last(ngx_http_request_t *r, const ngx_buf_t *b)
{
    return (r == r->main) ? b->last_buf : b->last_in_chain;
}


ngx_uint_t
ngx_crm_filter_kind_is_cut(ngx_http_request_t *r, const ngx_buf_t *b)
{
    return b->flush && ngx_buf_size(b) == 0
           && r->upstream && r->upstream->cleanup == NULL
           && r->upstream->header_sent;
}
