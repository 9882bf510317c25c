#include "store/ngx_crm_otp.h"


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
