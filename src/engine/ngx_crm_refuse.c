/* What a refusal is, and what it says. */

#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_shape.h"
#include "base/ngx_crm_json.h"


static ngx_int_t ngx_crm_refuse_parameters(ngx_pool_t *pool,
    const ngx_crm_refusal_t *refusal, ngx_str_t *json);


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
ngx_crm_refuse_seal(ngx_http_request_t *r, const ngx_crm_api_t *api,
    const ngx_crm_shapes_t *shapes, const ngx_crm_refusal_t *refusal,
    ngx_str_t *body)
{
    u_char             status[NGX_INT_T_LEN];
    ngx_str_t          parameters;
    ngx_crm_filling_t  fillings[] = {
        { ngx_string("status"), ngx_null_string, 1 },
        { ngx_string("code"), api->words[refusal->name].code, 0 },
        { ngx_string("message"), api->words[refusal->name].message, 0 },
        { ngx_string("parameters"), ngx_null_string, 1 }
    };

    if (ngx_crm_refuse_parameters(r->pool, refusal, &parameters) != NGX_OK) {
        return NGX_ERROR;
    }

    fillings[0].value.data = status;
    fillings[0].value.len = ngx_sprintf(status, "%ui", refusal->status)
                            - status;
    fillings[3].value = parameters;

    return ngx_crm_shape_seal(r->pool, shapes->failure, fillings,
                              sizeof(fillings) / sizeof(fillings[0]), body);
}


static ngx_int_t
ngx_crm_refuse_parameters(ngx_pool_t *pool, const ngx_crm_refusal_t *refusal,
    ngx_str_t *json)
{
    u_char      retry[NGX_TIME_T_LEN], *p;
    ngx_str_t   text;

    text = refusal->parameter;

    if (refusal->name == NGX_CRM_TOO_MANY_REQUESTS && refusal->retry) {
        text.data = retry;
        text.len = ngx_sprintf(retry, "%T", refusal->retry) - retry;
    }

    if (text.len == 0) {
        ngx_str_set(json, "[]");
        return NGX_OK;
    }

    json->len = ngx_crm_json_quote(NULL, &text) + 2;

    json->data = ngx_pnalloc(pool, json->len);
    if (json->data == NULL) {
        return NGX_ERROR;
    }

    p = json->data;
    *p++ = '[';
    p += ngx_crm_json_quote(p, &text);
    *p = ']';

    return NGX_OK;
}
