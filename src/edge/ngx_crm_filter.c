/*
 * The way out.  What an upstream says in another dialect is held, opened and
 * sealed anew; what fails and is of no dialect, NGINX's error pages and our
 * own refusals among it, is replaced.  The rest passes as it comes.
 */

#include "edge/ngx_crm_filter.h"
#include "edge/ngx_crm_filter_headers.h"
#include "edge/ngx_crm_filter_hold.h"
#include "edge/ngx_crm_filter_kind.h"
#include "edge/ngx_crm_filter_seal.h"
#include "edge/ngx_crm_filter_stream.h"
#include "engine/ngx_crm_context.h"
#include "engine/ngx_crm_envelope.h"
#include "gate/ngx_crm_headers.h"
#include "gate/ngx_crm_otp_verify.h"
#include "store/ngx_crm_gone.h"


static ngx_int_t ngx_crm_filter_header(ngx_http_request_t *r);
static ngx_crm_ctx_t *ngx_crm_filter_context(ngx_http_request_t *r);
static ngx_uint_t ngx_crm_filter_placeless(ngx_http_request_t *r);
static ngx_int_t ngx_crm_filter_begin(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_filter_body(ngx_http_request_t *r, ngx_chain_t *in);


ngx_http_output_header_filter_pt  ngx_crm_filter_next_header;
ngx_http_output_body_filter_pt    ngx_crm_filter_next_body;


static ngx_int_t
ngx_crm_filter_header(ngx_http_request_t *r)
{
    ngx_uint_t      taken;
    ngx_crm_ctx_t  *ctx;

    /* a filter that takes over wipes r->ctx; the gate of a page fills it */

    taken = r->filter_finalize
            && ngx_http_get_module_ctx(r, ngx_crm_module) == NULL;

    /* of auth_request and mirror nobody hears but a status */

    ctx = (r != r->main && r->header_only) ? NULL : ngx_crm_filter_context(r);

    if (ctx == NULL) {
        return ngx_crm_filter_next_header(r);
    }

    ctx->filter = NULL;

    if (taken) {
        ctx->heard = r->upstream;
    }

    if (ngx_crm_filter_headers_private(r, ctx) != NGX_OK
        || ngx_crm_headers_return(r, ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_crm_otp_verify_end(r, ctx, r->headers_out.status);

    return ngx_crm_filter_begin(r, ctx);
}


/* also for what NGINX refused before PREACCESS, as 413 and return 403 */

static ngx_crm_ctx_t *
ngx_crm_filter_context(ngx_http_request_t *r)
{
    ngx_crm_ctx_t            *ctx, *copied;
    ngx_crm_loc_conf_t       *lcf;
    ngx_crm_srv_conf_t       *scf;
    const ngx_crm_dialect_t  *dialect;

    ctx = ngx_crm_context_find(r);

    if (ctx) {
        return ctx;
    }

    copied = ngx_crm_context_read(r);

    if (copied) {
        return ngx_crm_context_copy(r, copied);
    }

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);
    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    dialect = lcf->api ? lcf->dialect : scf->error;

    if (dialect == NULL
        || (lcf->api == NULL && !ngx_crm_filter_placeless(r)))
    {
        return NULL;
    }

    ctx = ngx_crm_context_create(r);

    if (ctx) {
        ctx->api = dialect->api;
        ctx->shapes = lcf->shapes;
        ctx->dialect = dialect;
        ctx->route = dialect->api->unlisted;
    }

    return ctx;
}


/*
 * Refused before a location was looked for, or where there is none: the
 * server's own place, and an if {} in it, have no name.
 */

static ngx_uint_t
ngx_crm_filter_placeless(ngx_http_request_t *r)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    return clcf->name.len == 0
           && r->headers_out.status >= NGX_HTTP_BAD_REQUEST;
}


static ngx_int_t
ngx_crm_filter_begin(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_uint_t                told;
    ngx_crm_loc_conf_t       *lcf;
    ngx_crm_filter_kind_e     kind;
    const ngx_crm_dialect_t  *from;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    from = lcf->upstream ? lcf->upstream : ctx->dialect;

    kind = ngx_crm_filter_kind(r, ctx, from);

    /* one that tells success in a body is believed where there is none */

    told = ngx_crm_filter_kind_is_proxied(r, ctx)
           && (from->api->by_status
               || r->headers_out.status == NGX_HTTP_NO_CONTENT);

    ctx->heard = r->upstream;

    switch (kind) {

    case NGX_CRM_FILTER_KIND_REFUSED:
        return ngx_crm_filter_seal_refusal(r, ctx);

    case NGX_CRM_FILTER_KIND_SLICED:
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "crm: what is encrypted cannot be sliced: write no "
                      "slice in its location");
        return NGX_HTTP_BAD_GATEWAY;

    case NGX_CRM_FILTER_KIND_FAILED:
        return ngx_crm_filter_seal_failure(r, ctx);

    case NGX_CRM_FILTER_KIND_BARE:
        ngx_crm_filter_headers_bare(r, ctx);
        break;

    case NGX_CRM_FILTER_KIND_WHOLE:
    case NGX_CRM_FILTER_KIND_SEALED:
        return ngx_crm_filter_hold_begin(r, ctx, from,
                                         kind == NGX_CRM_FILTER_KIND_SEALED);

    default:
        break;
    }

    if (told) {
        ngx_crm_gone_note(r, ctx, r->headers_out.status);
    }

    return ngx_crm_filter_next_header(r);
}


static ngx_int_t
ngx_crm_filter_body(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_crm_module);

    if (ctx == NULL || ctx->filter == NULL) {
        return ngx_crm_filter_next_body(r, in);
    }

    switch (ctx->filter->way) {

    case NGX_CRM_FILTER_HOLD:
        return ngx_crm_filter_hold(r, ctx, in);

    case NGX_CRM_FILTER_STREAM:
        return ngx_crm_filter_stream(r, ctx->filter, in);

    case NGX_CRM_FILTER_ENDING:
        return ngx_crm_filter_next_body(r, in);

    default:
        return ngx_crm_filter_seal_send(r, ctx->filter, in);
    }
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
