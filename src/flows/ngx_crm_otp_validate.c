#include "flows/ngx_crm_otp_validate.h"
#include "store/ngx_crm_member.h"
#include "store/ngx_crm_otp.h"
#include "store/ngx_crm_person_read.h"
#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_walk.h"


static ngx_int_t ngx_crm_otp_validate_read(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


const ngx_crm_step_pt  ngx_crm_otp_validate[] = {
    ngx_crm_otp_validate_read,
    NULL
};


static ngx_int_t
ngx_crm_otp_validate_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t       rc;
    ngx_crm_otp_t  *otp;

    static const ngx_str_t  code = ngx_string("code");

    otp = ngx_crm_otp_create(r, ctx, "login");
    if (otp == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_crm_person_read(r, ctx, &otp->handle);

    if (rc == NGX_DECLINED) {
        return ngx_crm_answer_upstream(r, ctx);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_crm_member_mandatory(ctx, ctx->body, &code, &otp->code);
    if (rc != NGX_OK) {
        return rc;
    }

    ngx_crm_walk_to(ctx, ngx_crm_otp_check);

    return NGX_OK;
}
