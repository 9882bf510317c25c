#include "flows/ngx_crm_login.h"
#include "store/ngx_crm_member.h"
#include "store/ngx_crm_person.h"
#include "store/ngx_crm_proof.h"
#include "engine/ngx_crm_refuse.h"
#include "base/ngx_crm_json.h"


static ngx_int_t ngx_crm_login_read(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_login_device(ngx_crm_ctx_t *ctx);


const ngx_crm_step_pt  ngx_crm_login[] = {
    ngx_crm_login_read,
    NULL
};


static ngx_int_t
ngx_crm_login_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t  rc;
    ngx_str_t  address, text;

    static const ngx_str_t  name = ngx_string("EMAIL");
    static const ngx_str_t  email = ngx_string("email");
    static const ngx_str_t  password = ngx_string("password");

    rc = ngx_crm_member_mandatory(ctx, ctx->body, &email, &address);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_crm_member_mandatory(ctx, ctx->body, &password, &text);
    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_crm_person_create(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = ngx_crm_person_add(r, ctx, &name, &address, NULL);

    /* nobody can have such an address */

    if (rc == NGX_DECLINED) {
        return ngx_crm_refuse(ctx, NGX_CRM_WRONG_CREDENTIALS, NULL);
    }

    if (rc == NGX_OK) {
        rc = ngx_crm_login_device(ctx);
    }

    return (rc == NGX_OK) ? ngx_crm_proof_begin(r, ctx, &text) : rc;
}


static ngx_int_t
ngx_crm_login_device(ngx_crm_ctx_t *ctx)
{
    static const ngx_str_t  device = ngx_string("deviceId");
    static const ngx_str_t  push = ngx_string("fireBaseMessagingToken");

    if (ngx_crm_json_string(ctx->body, &device, &ctx->device) == NGX_ERROR) {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID, &device);
    }

    if (ngx_crm_json_string(ctx->body, &push, &ctx->push) == NGX_ERROR) {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID, &push);
    }

    return NGX_OK;
}
