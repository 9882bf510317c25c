#include "store/ngx_crm_otp.h"
#include "store/ngx_crm_otp_code.h"


#define NGX_CRM_OTP_MIN  4     /* characters of a code */


ngx_crm_otp_t *
ngx_crm_otp_create(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const char *purpose)
{
    ngx_crm_otp_t  *otp;

    otp = ngx_pcalloc(r->pool, sizeof(ngx_crm_otp_t));

    if (otp) {
        otp->purpose = purpose;
        otp->template = "otp";
        ctx->flow = otp;
    }

    return otp;
}


ngx_uint_t
ngx_crm_otp_is_code(const ngx_str_t *text)
{
    u_char  c;
    size_t  i;

    if (text->len < NGX_CRM_OTP_MIN || text->len > NGX_CRM_OTP_CODE_MAX)
    {
        return 0;
    }

    for (i = 0; i < text->len; i++) {
        c = ngx_tolower(text->data[i]);

        if ((c < '0' || c > '9') && (c < 'a' || c > 'z')) {
            return 0;
        }
    }

    return 1;
}


void
ngx_crm_otp_give_back(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_t *otp)
{
    ngx_crm_otp_code_give_back(r, ctx, otp->spent);
}
