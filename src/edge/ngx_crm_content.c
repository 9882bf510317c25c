/* The requests that the edge answers itself: their body and their steps. */

#include "edge/ngx_crm_content.h"
#include "base/ngx_crm_json.h"
#include "engine/ngx_crm_body.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_walk.h"
#include "store/ngx_crm_zone.h"


static void ngx_crm_content_body(ngx_http_request_t *r);
static void ngx_crm_content_walk(ngx_http_request_t *r);
static ngx_int_t ngx_crm_content_refuse(ngx_http_request_t *r,
    ngx_int_t status);


ngx_int_t
ngx_crm_content_handler(ngx_http_request_t *r)
{
    ngx_int_t       rc;
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_crm_module);
    ctx->due = 0;

    if (r->headers_in.content_length_n > NGX_CRM_BODY_MOST) {
        return ngx_crm_refuse(ctx, NGX_CRM_TOO_LARGE, NULL);
    }

    ngx_crm_body_limit(ctx);
    ngx_crm_walk_begin(ctx, ctx->route->steps, ngx_crm_content_walk);

    rc = ngx_http_read_client_request_body(r, ngx_crm_content_body);

    return (rc >= NGX_HTTP_SPECIAL_RESPONSE) ? rc : NGX_DONE;
}


static void
ngx_crm_content_body(ngx_http_request_t *r)
{
    ngx_int_t       rc;
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_crm_module);

    r->write_event_handler = ngx_http_request_empty_handler;

    rc = ngx_crm_content_parse(r, ctx);

    if (rc != NGX_OK) {
        ngx_http_finalize_request(r, ngx_crm_content_refuse(r, rc));
        return;
    }

    ngx_crm_content_walk(r);
}


/* a row whose method has no body has no JSON to be missed */

ngx_int_t
ngx_crm_content_parse(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    if (ctx->route->methods & NGX_HTTP_GET) {
        return NGX_OK;
    }

    if (ngx_crm_body_size(r) > NGX_CRM_BODY_MOST) {
        return ngx_crm_refuse(ctx, NGX_CRM_TOO_LARGE, NULL);
    }

    if (ngx_crm_body_text(r, &text) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->text = text;

    if (text.len == 0 && (ctx->route->needs & NGX_CRM_NO_BODY)) {
        return NGX_OK;
    }

    rc = ngx_crm_json_parse(r->pool, &text, &ctx->body);

    if (rc == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (rc != NGX_OK || !ngx_crm_json_is_object(ctx->body)) {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID_JSON, NULL);
    }

    return NGX_OK;
}


/* also where a parked walk comes back to */

static void
ngx_crm_content_walk(ngx_http_request_t *r)
{
    ngx_int_t       rc;
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_crm_module);

    r->write_event_handler = ngx_http_request_empty_handler;

    rc = ngx_crm_walk(r, ctx);

    if (rc == NGX_AGAIN) {
        return;
    }

    if (rc == NGX_DONE) {
        rc = ctx->sent;

    } else if (rc == NGX_OK) {

        /* a list that answers nothing is our mistake */

        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "crm: a flow ended without an answer");
        rc = NGX_HTTP_INTERNAL_SERVER_ERROR;

    } else {
        rc = ngx_crm_content_refuse(r, rc);
    }

    if (ctx->answered) {
        ngx_crm_zone_count(NGX_CRM_COUNT_ANSWERED);

    } else if (r->upstream) {
        ngx_crm_zone_count(NGX_CRM_COUNT_PASSED);
    }

    ngx_http_finalize_request(r, rc);
}


/*
 * NGINX closes a connection after a 400 that it answers itself, for the body
 * may not have been read.  Here it has been: the filter writes the words.
 */

static ngx_int_t
ngx_crm_content_refuse(ngx_http_request_t *r, ngx_int_t status)
{
    ngx_int_t                  rc;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (status < NGX_HTTP_BAD_REQUEST || clcf->error_pages) {
        return status;
    }

    r->headers_out.status = status;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    return ngx_http_send_special(r, NGX_HTTP_LAST);
}
