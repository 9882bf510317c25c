/* Where a code goes and where in Redis it lies; a decoy's place for nobody. */

#ifndef _NGX_CRM_OTP_PLACE_H_INCLUDED_
#define _NGX_CRM_OTP_PLACE_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_otp.h"
#include "store/ngx_crm_otp_handle.h"
#include "store/ngx_crm_secret.h"


#define NGX_CRM_OTP_PLACE_HEX  (2 * NGX_CRM_SHA256_LEN)


typedef struct {
    ngx_str_t       address;   /* in normal form; to be shown obfuscated */
    u_char          hex[NGX_CRM_OTP_PLACE_HEX];    /* D of store.md */
    unsigned        real:1;    /* a contact is reached there */
    unsigned        typed:1;   /* a number that may be sent to, as it came */
} ngx_crm_otp_place_t;


/* Says whether crm_otp prefixes= allows a number in normal form. */
ngx_uint_t ngx_crm_otp_place_allows(ngx_http_request_t *r,
    const ngx_str_t *number);

/* "SMS" or "EMAIL". */
const ngx_str_t *ngx_crm_otp_place_channel(ngx_crm_channel_e channel);

/*
 * Finds the place of ctx->person for a channel, named with this secret.
 * Nobody, and whoever has no address there that crm_otp prefixes= allows, has
 * one too, the same each time for the same first credential.  Returns NGX_OK
 * or NGX_ERROR.
 */
ngx_int_t ngx_crm_otp_place_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_channel_e channel, const ngx_crm_secret_t *secret,
    ngx_crm_otp_place_t *place);

/*
 * Says whether a place is that of a number, by SMS; where that is empty, of an
 * address that ctx->person, of whom the members are known, is reached at.
 * Returns NGX_OK, NGX_DECLINED or NGX_ERROR.
 */
ngx_int_t ngx_crm_otp_place_is(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_secret_t *secret, const ngx_str_t *number,
    const u_char *hex);

/*
 * Writes the names of the newest code's handle, one for each credential of
 * ctx->person, NGX_CRM_PERSON_CREDENTIALS at most.  Returns NGX_OK or
 * NGX_ERROR.
 */
ngx_int_t ngx_crm_otp_place_latest(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_place_t *place, const ngx_str_t *purpose,
    ngx_str_t *names);


#endif /* _NGX_CRM_OTP_PLACE_H_INCLUDED_ */
