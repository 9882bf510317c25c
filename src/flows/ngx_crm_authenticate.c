#include "flows/ngx_crm_authenticate.h"
#include "store/ngx_crm_member.h"
#include "store/ngx_crm_otp.h"
#include "store/ngx_crm_person_provider.h"
#include "store/ngx_crm_proof.h"
#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_walk.h"


typedef struct {
    ngx_str_t          name;
    ngx_crm_step_pt    step;
} ngx_crm_authenticate_provider_t;


static ngx_int_t ngx_crm_authenticate_choose(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_authenticate_email(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_authenticate_phone(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_authenticate_mac(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_authenticate_upstream(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_authenticate_send(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_crm_channel_e channel);


const ngx_crm_step_pt  ngx_crm_authenticate[] = {
    ngx_crm_authenticate_choose,
    NULL
};


static const ngx_crm_authenticate_provider_t
    ngx_crm_authenticate_providers[] =
{
    { ngx_string("EMAIL"), ngx_crm_authenticate_email },
    { ngx_string("PHONE"), ngx_crm_authenticate_phone },
    { ngx_string("MAC_ADDRESS"), ngx_crm_authenticate_mac },
    { ngx_string("FACEBOOK"), ngx_crm_authenticate_upstream },
    { ngx_string("GOOGLE"), ngx_crm_authenticate_upstream },
    { ngx_string("MW4"), ngx_crm_authenticate_upstream },
    { ngx_null_string, NULL }
};


static const ngx_str_t  ngx_crm_authenticate_provider =
    ngx_string("provider");


static ngx_int_t
ngx_crm_authenticate_choose(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t                               rc;
    ngx_str_t                               name;
    const ngx_crm_authenticate_provider_t  *p;

    rc = ngx_crm_member_mandatory(ctx, ctx->body,
                                  &ngx_crm_authenticate_provider, &name);
    if (rc != NGX_OK) {
        return rc;
    }

    for (p = ngx_crm_authenticate_providers; p->step; p++) {
        if (p->name.len == name.len
            && ngx_memcmp(p->name.data, name.data, name.len) == 0)
        {
            return p->step(r, ctx);
        }
    }

    return ngx_crm_refuse(ctx, NGX_CRM_INVALID,
                          &ngx_crm_authenticate_provider);
}


static ngx_int_t
ngx_crm_authenticate_email(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    static const ngx_str_t  password = ngx_string("password");

    rc = ngx_crm_person_provider_email(r, ctx, ctx->body);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_crm_member_optional(ctx, ctx->body, &password, &text);
    if (rc != NGX_OK) {
        return rc;
    }

    if (text.len == 0) {
        return ngx_crm_authenticate_send(r, ctx, NGX_CRM_MAIL);
    }

    return ngx_crm_proof_begin(r, ctx, &text);
}


static ngx_int_t
ngx_crm_authenticate_phone(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_crm_person_provider_phone(r, ctx, ctx->body);
    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_crm_authenticate_send(r, ctx, NGX_CRM_SMS);
}


static ngx_int_t
ngx_crm_authenticate_mac(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_crm_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    if (!lcf->mac_login) {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID,
                              &ngx_crm_authenticate_provider);
    }

    rc = ngx_crm_person_provider_mac(r, ctx, ctx->body);
    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_crm_proof_begin(r, ctx, NULL);
}


/* the CRM alone can tell a stranger's token from a good one */

static ngx_int_t
ngx_crm_authenticate_upstream(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    static const ngx_str_t  token = ngx_string("token");

    rc = ngx_crm_member_mandatory(ctx, ctx->body, &token, &text);
    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_crm_answer_upstream(r, ctx);
}


static ngx_int_t
ngx_crm_authenticate_send(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_channel_e channel)
{
    ngx_crm_otp_t  *otp;

    otp = ngx_crm_otp_create(r, ctx, "login");
    if (otp == NULL) {
        return NGX_ERROR;
    }

    otp->channel = channel;
    ngx_crm_walk_to(ctx, ngx_crm_otp_send);

    return NGX_OK;
}
