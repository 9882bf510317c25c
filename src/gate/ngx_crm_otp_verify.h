/*
 * crm_otp_verify: a route that names a phone number and the code that was
 * sent to it goes upstream with a right code alone, and each code once.
 */

#ifndef _NGX_CRM_OTP_VERIFY_H_INCLUDED_
#define _NGX_CRM_OTP_VERIFY_H_INCLUDED_


#include "ngx_crm.h"


/*
 * A step, once the body has passed its rules: goes on to check and spend the
 * code, where the location and the route want it.  Returns NGX_OK, NGX_ERROR
 * or the status of a refusal.
 */
ngx_int_t ngx_crm_otp_verify_begin(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);

/*
 * As the answer's header goes out: gives a code back that was spent for a
 * request that failed, with this status, before a byte of it went upstream.
 */
void ngx_crm_otp_verify_end(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_uint_t status);


#endif /* _NGX_CRM_OTP_VERIFY_H_INCLUDED_ */
