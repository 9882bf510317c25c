#include "edge/ngx_crm_body_token.h"
#include "edge/ngx_crm_content.h"
#include "engine/ngx_crm_body.h"
#include "base/ngx_crm_json.h"


/* one that is too long to be read is not asked for either */

ngx_uint_t
ngx_crm_body_token_is_wanted(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ctx->verdict.name == NGX_CRM_NO_TOKEN
           && (ctx->needs & NGX_CRM_BODY_TOKEN)
           && r == r->main
           && !ctx->asked_body
           && r->headers_in.content_length_n <= NGX_CRM_BODY_MOST;
}


ngx_int_t
ngx_crm_body_token_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    static const ngx_str_t  token = ngx_string("token");

    ngx_crm_body_limit(ctx);

    rc = ngx_crm_body_read(r, ctx);

    if (rc != NGX_OK) {
        return rc;
    }

    ctx->asked_body = 1;

    if (ngx_crm_content_parse(r, ctx) == NGX_OK
        && ngx_crm_json_string(ctx->body, &token, &text) == NGX_OK)
    {
        while (text.len && text.data[text.len - 1] == ' ') {
            text.len--;
        }

        ctx->body_token = (text.len != 0);
    }

    /* what is wrong with it is nobody's verdict: the token lacks */

    ngx_memzero(&ctx->refusal, sizeof(ngx_crm_refusal_t));

    return NGX_OK;
}
