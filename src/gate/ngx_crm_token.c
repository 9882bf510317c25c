/* The bearer token: who a request says it comes from. */

#include "gate/ngx_crm_token.h"
#include "base/ngx_crm_jwt_verify.h"
#include "engine/ngx_crm_refuse.h"
#include "gate/ngx_crm_token_cache.h"
#include "store/ngx_crm_api_key.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_opaque.h"
#include "store/ngx_crm_zone.h"


static ngx_int_t ngx_crm_token_know(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_crm_jwt_claims_t *claims);
static ngx_int_t ngx_crm_token_verify(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_jwt_rules_t *rules,
    ngx_crm_jwt_claims_t *claims);
static ngx_crm_mode_e ngx_crm_token_mode(const ngx_crm_jwt_claims_t *claims);
static ngx_uint_t ngx_crm_token_is_opaque(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


ngx_int_t
ngx_crm_token_check(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t             rc;
    ngx_crm_mode_e        mode;
    ngx_crm_jwt_claims_t  claims;

    if (!(ctx->needs & (NGX_CRM_NEEDS_TOKEN|NGX_CRM_TAKES_TOKEN))) {
        return NGX_OK;
    }

    if (ctx->sent_token.data == NULL) {

        if (!(ctx->needs & NGX_CRM_NEEDS_TOKEN)
            || ((ctx->needs & NGX_CRM_BODY_TOKEN) && ctx->body_token))
        {
            return NGX_OK;
        }

        return ngx_crm_refuse(ctx, NGX_CRM_NO_TOKEN, NULL);
    }

    if (ngx_crm_token_is_opaque(r, ctx)) {
        return ngx_crm_opaque_find(r, ctx);
    }

    /* whose fault it ever is, no claim is what the stack held */

    ngx_memzero(&claims, sizeof(ngx_crm_jwt_claims_t));

    rc = ngx_crm_token_know(r, ctx, &claims);

    if (rc != NGX_OK) {
        return rc;
    }

    mode = ngx_crm_token_mode(&claims);

    if (ctx->key && ctx->key->mode != mode) {
        return ngx_crm_refuse(ctx, NGX_CRM_FORBIDDEN_API_KEY, NULL);
    }

    ctx->mode = mode;
    ctx->contact = claims.sub;
    ctx->session = claims.sid;
    ctx->issued = claims.iat;
    ctx->expires = claims.exp;

    if (ctx->key == NULL) {
        ctx->app = claims.app;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_token_know(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_jwt_claims_t *claims)
{
    ngx_int_t             rc;
    ngx_crm_srv_conf_t   *scf;
    ngx_crm_main_conf_t  *mcf;
    ngx_crm_jwt_rules_t   rules;

    mcf = ngx_http_get_module_main_conf(r, ngx_crm_module);
    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    rules.issuer = scf->issuer;
    rules.audience = scf->audience;
    rules.leeway = scf->leeway;
    rules.now = ngx_time();

    if (mcf->tokens == NULL) {
        return ngx_crm_token_verify(r, ctx, &rules, claims);
    }

    rc = ngx_crm_token_cache_get(mcf->tokens, scf, &rules, &ctx->sent_token,
                                 r->pool, claims);

    if (rc != NGX_DECLINED) {
        ngx_crm_zone_count(NGX_CRM_COUNT_TOKEN_HIT);
        return rc;
    }

    ngx_crm_zone_count(NGX_CRM_COUNT_TOKEN_MISS);

    rc = ngx_crm_token_verify(r, ctx, &rules, claims);

    if (rc == NGX_OK) {
        ngx_crm_token_cache_put(mcf->tokens, scf, &ctx->sent_token, claims);
    }

    return rc;
}


static ngx_int_t
ngx_crm_token_verify(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_jwt_rules_t *rules, ngx_crm_jwt_claims_t *claims)
{
    u_char              *buf;
    ngx_int_t            rc;
    const char          *why;
    ngx_crm_srv_conf_t  *scf;

    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    if (ctx->sent_token.len == 0 || ctx->sent_token.len > NGX_CRM_JWT_MAX
        || scf->jwt_keys == NULL)
    {
        return ngx_crm_refuse(ctx, NGX_CRM_WRONG_TOKEN, NULL);
    }

    buf = ngx_pnalloc(r->pool, ctx->sent_token.len);
    if (buf == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_crm_jwt_verify(scf->jwt_keys->elts, scf->jwt_keys->nelts, rules,
                            &ctx->sent_token, buf, claims, &why);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "crm token refused: %s", why);

    return ngx_crm_refuse(ctx, NGX_CRM_WRONG_TOKEN, NULL);
}


static ngx_crm_mode_e
ngx_crm_token_mode(const ngx_crm_jwt_claims_t *claims)
{
    const ngx_str_t  *test;

    test = ngx_crm_name_mode(NGX_CRM_TEST);

    return (claims->mode.len && claims->mode.len == test->len
            && ngx_memcmp(claims->mode.data, test->data, test->len) == 0)
           ? NGX_CRM_TEST : NGX_CRM_LIVE;
}


static ngx_uint_t
ngx_crm_token_is_opaque(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    return lcf->opaque_tokens && ngx_crm_opaque_is(&ctx->sent_token);
}


ngx_int_t
ngx_crm_token_take(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_srv_conf_t      *scf;
    const ngx_crm_opaque_t  *opaque;

    if (!(ctx->needs & (NGX_CRM_NEEDS_TOKEN|NGX_CRM_TAKES_TOKEN))
        || !ngx_crm_token_is_opaque(r, ctx))
    {
        return NGX_OK;
    }

    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    opaque = ctx->opaque;

    if (opaque == NULL || opaque->expires + scf->leeway <= ngx_time()) {
        return ngx_crm_refuse(ctx, NGX_CRM_WRONG_TOKEN, NULL);
    }

    if (ctx->key && ctx->key->mode != opaque->mode) {
        return ngx_crm_refuse(ctx, NGX_CRM_FORBIDDEN_API_KEY, NULL);
    }

    ctx->mode = opaque->mode;
    ctx->contact = opaque->contact;
    ctx->session = opaque->session;
    ctx->issued = opaque->issued;
    ctx->expires = opaque->expires;

    if (ctx->key == NULL) {
        ctx->app = opaque->app;
    }

    return NGX_OK;
}
