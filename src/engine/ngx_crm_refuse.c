/* What a refusal is. */

#include "engine/ngx_crm_refuse.h"


ngx_int_t
ngx_crm_refuse(ngx_crm_ctx_t *ctx, ngx_crm_reason_e name,
    const ngx_str_t *parameter)
{
    ngx_memzero(&ctx->refusal, sizeof(ngx_crm_refusal_t));

    ctx->refusal.name = name;
    ctx->refusal.status = ngx_crm_refuse_reason_status(name);

    if (parameter) {
        ctx->refusal.parameter = *parameter;
    }

    return ctx->refusal.status;
}


ngx_int_t
ngx_crm_refuse_for(ngx_crm_ctx_t *ctx, ngx_crm_reason_e name, time_t seconds)
{
    (void) ngx_crm_refuse(ctx, name, NULL);

    ctx->refusal.retry = seconds;

    return ctx->refusal.status;
}


ngx_int_t
ngx_crm_refuse_as(ngx_crm_ctx_t *ctx, ngx_crm_reason_e name,
    const ngx_str_t *parameter, const ngx_str_t *text)
{
    (void) ngx_crm_refuse(ctx, name, parameter);

    ctx->refusal.text = *text;

    return ctx->refusal.status;
}
