/*
 * auth_otp: a version-8 UUID (RFC 9562 5.8) of 90 random bits and the 32 bits
 * that name the code's slot, covered so that the edge alone finds it, and
 * nobody sees that two handles have one destination.
 */

#ifndef _NGX_CRM_OTP_HANDLE_H_INCLUDED_
#define _NGX_CRM_OTP_HANDLE_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_secret.h"


#define NGX_CRM_OTP_HANDLE_LEN  36
#define NGX_CRM_OTP_SLOT_LEN     8   /* hex digits, d of store.md */


/* Makes a handle for a slot.  Returns NGX_OK or NGX_ERROR. */
ngx_int_t ngx_crm_otp_handle_make(u_char handle[NGX_CRM_OTP_HANDLE_LEN],
    const ngx_crm_secret_t *secret,
    const u_char slot[NGX_CRM_OTP_SLOT_LEN]);

/*
 * Writes a handle in the one spelling it has in key names.  Returns NGX_OK,
 * or NGX_DECLINED: it is no version-8 UUID, and none was ever issued.
 */
ngx_int_t ngx_crm_otp_handle_normal(u_char handle[NGX_CRM_OTP_HANDLE_LEN],
    const ngx_str_t *text);

/*
 * Finds the slot of a handle in normal form, as this secret covers it.
 * Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_otp_handle_slot(u_char slot[NGX_CRM_OTP_SLOT_LEN],
    const ngx_crm_secret_t *secret,
    const u_char handle[NGX_CRM_OTP_HANDLE_LEN]);


#endif /* _NGX_CRM_OTP_HANDLE_H_INCLUDED_ */
