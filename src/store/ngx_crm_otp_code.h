/*
 * A code in Redis: issued, found, tried.  Each question has its answer's
 * reader, which the step after it calls.
 */

#ifndef _NGX_CRM_OTP_CODE_H_INCLUDED_
#define _NGX_CRM_OTP_CODE_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_otp_place.h"


#define NGX_CRM_OTP_CODE_MAX     10  /* characters */
#define NGX_CRM_OTP_CODE_DIGEST  (2 * NGX_CRM_SHA256_LEN)


/* what names a code, and what is right */
typedef struct {
    ngx_str_t         purpose;
    u_char            handle[NGX_CRM_OTP_HANDLE_LEN];
    u_char            place[NGX_CRM_OTP_PLACE_HEX];
    u_char            digest[NGX_CRM_OTP_CODE_DIGEST];
} ngx_crm_otp_code_t;


/* Room for a code, wiped when the request ends; NULL: memory is out. */
u_char *ngx_crm_otp_code_room(ngx_http_request_t *r);

/*
 * Sets the digest of a code by its handle and purpose.  Returns NGX_OK or
 * NGX_ERROR.
 */
ngx_int_t ngx_crm_otp_code_digest(ngx_crm_ctx_t *ctx,
    ngx_crm_otp_code_t *code, const ngx_crm_secret_t *secret,
    const ngx_str_t *text);

/*
 * Issues the code for a contact of that id, where the limits of its place
 * allow; what is to wait, in s, is the answer.
 */
ngx_int_t ngx_crm_otp_code_issue(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_code_t *code, const ngx_crm_otp_place_t *place,
    const ngx_str_t *contact);
ngx_int_t ngx_crm_otp_code_issued(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    time_t *wait);

/*
 * Asks for the newest code of ctx->person at a place.  The answer is its
 * handle, set where more of its life is left, in ms, than *left says.
 */
ngx_int_t ngx_crm_otp_code_latest(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_code_t *code, const ngx_crm_otp_place_t *place);
ngx_int_t ngx_crm_otp_code_newest(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_otp_code_t *code, int64_t *left);

/*
 * Finds a code by its handle, if it was made with this secret.  The answer,
 * its place and a contact id in memory of the reply, is NGX_DECLINED where
 * there is none.
 */
ngx_int_t ngx_crm_otp_code_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_code_t *code, const ngx_crm_secret_t *secret);
ngx_int_t ngx_crm_otp_code_found(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_otp_code_t *code, ngx_str_t *contact);

/*
 * Tries the digest, and spends the code where it is right; hold: so that it
 * may be given back, which nobody waits for.  The answer is NGX_OK,
 * NGX_DECLINED: wrong, expired, spent or void; or *wait is set.
 */
ngx_int_t ngx_crm_otp_code_try(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_code_t *code, ngx_uint_t hold);
ngx_int_t ngx_crm_otp_code_tried(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    time_t *wait);
void ngx_crm_otp_code_give_back(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_code_t *code);


#endif /* _NGX_CRM_OTP_CODE_H_INCLUDED_ */
