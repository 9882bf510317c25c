#include "flows/ngx_crm_otp_request.h"
#include "store/ngx_crm_member.h"
#include "store/ngx_crm_otp.h"
#include "store/ngx_crm_person_read.h"
#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_walk.h"


typedef struct {
    ngx_str_t            method;
    ngx_crm_channel_e    channel;
} ngx_crm_otp_request_method_t;


static ngx_int_t ngx_crm_otp_request_read(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_otp_request_channel(ngx_crm_ctx_t *ctx,
    ngx_crm_channel_e *channel);


const ngx_crm_step_pt  ngx_crm_otp_request[] = {
    ngx_crm_otp_request_read,
    NULL
};


static const ngx_crm_otp_request_method_t  ngx_crm_otp_request_methods[] = {
    { ngx_string("SMS"), NGX_CRM_SMS },
    { ngx_string("EMAIL"), NGX_CRM_MAIL },
    { ngx_null_string, NGX_CRM_SMS }
};


static ngx_int_t
ngx_crm_otp_request_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t       rc;
    ngx_crm_otp_t  *otp;

    otp = ngx_crm_otp_create(r, ctx, "login");
    if (otp == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_crm_otp_request_channel(ctx, &otp->channel);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_crm_person_read(r, ctx, NULL);

    if (rc == NGX_DECLINED) {
        return ngx_crm_answer_upstream(r, ctx);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_crm_walk_to(ctx, ngx_crm_otp_send);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_otp_request_channel(ngx_crm_ctx_t *ctx, ngx_crm_channel_e *channel)
{
    ngx_int_t                            rc;
    ngx_str_t                            text;
    const ngx_crm_otp_request_method_t  *m;

    static const ngx_str_t  member = ngx_string("send_method");

    rc = ngx_crm_member_mandatory(ctx, ctx->body, &member, &text);
    if (rc != NGX_OK) {
        return rc;
    }

    for (m = ngx_crm_otp_request_methods; m->method.len; m++) {
        if (m->method.len == text.len
            && ngx_memcmp(m->method.data, text.data, text.len) == 0)
        {
            *channel = m->channel;
            return NGX_OK;
        }
    }

    return ngx_crm_refuse(ctx, NGX_CRM_INVALID, &member);
}
