#include "edge/ngx_crm_body_token.h"
#include "base/ngx_crm_json.h"
#include "edge/ngx_crm_content.h"


static void ngx_crm_body_token_look(ngx_http_request_t *r);


ngx_uint_t
ngx_crm_body_token_is_wanted(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ctx->verdict.name == NGX_CRM_NO_TOKEN
           && (ctx->needs & NGX_CRM_BODY_TOKEN)
           && r == r->main
           && !ctx->asked_body;
}


/* as ngx_http_mirror_module reads it */

ngx_int_t
ngx_crm_body_token_read(ngx_http_request_t *r)
{
    ngx_int_t       rc;
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_crm_module);

    ctx->asked_body = 1;

    rc = ngx_http_read_client_request_body(r, ngx_crm_body_token_look);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    ngx_http_finalize_request(r, NGX_DONE);

    return NGX_DONE;
}


static void
ngx_crm_body_token_look(ngx_http_request_t *r)
{
    ngx_str_t       text;
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_crm_module);

    if (ngx_crm_content_parse(r, ctx) == NGX_OK
        && ctx->body
        && ngx_crm_json_string(ctx->body, "token", &text) == NGX_OK
        && text.len)
    {
        ctx->body_token = 1;
    }

    /* what is wrong with it is nobody's verdict: the token lacks */

    ngx_memzero(&ctx->refusal, sizeof(ngx_crm_refusal_t));

    r->write_event_handler = ngx_http_core_run_phases;

    ngx_http_core_run_phases(r);
}
