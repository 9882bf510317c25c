/* The slot takes the first four bytes; twelve are random but for six bits. */

#include "store/ngx_crm_otp_handle.h"
#include "base/ngx_crm_digest.h"
#include "base/ngx_crm_random.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_OTP_HANDLE_BYTES   16
#define NGX_CRM_OTP_HANDLE_SLOT     4
#define NGX_CRM_OTP_HANDLE_VERSION  6    /* the byte that begins with 8 */
#define NGX_CRM_OTP_HANDLE_VARIANT  8    /* the byte that begins with 10 */


/* bytes in each group of a UUID's text */
static const size_t  ngx_crm_otp_handle_groups[] = { 4, 2, 2, 2, 6, 0 };


static ngx_int_t ngx_crm_otp_handle_cover(
    u_char bytes[NGX_CRM_OTP_HANDLE_BYTES], const ngx_crm_secret_t *secret);
static void ngx_crm_otp_handle_write(u_char *p, const u_char *bytes);
static ngx_int_t ngx_crm_otp_handle_read(u_char *bytes, const u_char *p);


ngx_int_t
ngx_crm_otp_handle_make(u_char handle[NGX_CRM_OTP_HANDLE_LEN],
    const ngx_crm_secret_t *secret, const u_char slot[NGX_CRM_OTP_SLOT_LEN])
{
    u_char  *p, bytes[NGX_CRM_OTP_HANDLE_BYTES];

    if (ngx_crm_random_bytes(bytes, sizeof(bytes)) != NGX_OK
        || ngx_crm_text_unhex(bytes, slot, NGX_CRM_OTP_HANDLE_SLOT) != NGX_OK)
    {
        return NGX_ERROR;
    }

    p = &bytes[NGX_CRM_OTP_HANDLE_VERSION];
    *p = (u_char) ((*p & 0x0f) | 0x80);

    p = &bytes[NGX_CRM_OTP_HANDLE_VARIANT];
    *p = (u_char) ((*p & 0x3f) | 0x80);

    if (ngx_crm_otp_handle_cover(bytes, secret) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_crm_otp_handle_write(handle, bytes);

    return NGX_OK;
}


/* covers the slot, and uncovers it */

static ngx_int_t
ngx_crm_otp_handle_cover(u_char bytes[NGX_CRM_OTP_HANDLE_BYTES],
    const ngx_crm_secret_t *secret)
{
    u_char      mac[NGX_CRM_SHA256_LEN];
    ngx_str_t   random;
    ngx_uint_t  i;

    random.len = NGX_CRM_OTP_HANDLE_BYTES - NGX_CRM_OTP_HANDLE_SLOT;
    random.data = bytes + NGX_CRM_OTP_HANDLE_SLOT;

    if (ngx_crm_digest_hmac(mac, secret->handle, &random, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < NGX_CRM_OTP_HANDLE_SLOT; i++) {
        bytes[i] ^= mac[i];
    }

    return NGX_OK;
}


static void
ngx_crm_otp_handle_write(u_char *p, const u_char *bytes)
{
    const size_t  *n;

    for (n = ngx_crm_otp_handle_groups; *n; n++) {

        if (n != ngx_crm_otp_handle_groups) {
            *p++ = '-';
        }

        p = ngx_crm_text_hex(p, bytes, *n);
        bytes += *n;
    }
}


static ngx_int_t
ngx_crm_otp_handle_read(u_char *bytes, const u_char *p)
{
    const size_t  *n;

    for (n = ngx_crm_otp_handle_groups; *n; n++) {

        if (n != ngx_crm_otp_handle_groups && *p++ != '-') {
            return NGX_ERROR;
        }

        if (ngx_crm_text_unhex(bytes, p, *n) != NGX_OK) {
            return NGX_ERROR;
        }

        p += 2 * *n;
        bytes += *n;
    }

    return NGX_OK;
}


ngx_int_t
ngx_crm_otp_handle_normal(u_char handle[NGX_CRM_OTP_HANDLE_LEN],
    const ngx_str_t *text)
{
    u_char  bytes[NGX_CRM_OTP_HANDLE_BYTES];

    if (text->len != NGX_CRM_OTP_HANDLE_LEN
        || ngx_crm_otp_handle_read(bytes, text->data) != NGX_OK
        || (bytes[NGX_CRM_OTP_HANDLE_VERSION] & 0xf0) != 0x80
        || (bytes[NGX_CRM_OTP_HANDLE_VARIANT] & 0xc0) != 0x80)
    {
        return NGX_DECLINED;
    }

    ngx_crm_otp_handle_write(handle, bytes);

    return NGX_OK;
}


ngx_int_t
ngx_crm_otp_handle_slot(u_char slot[NGX_CRM_OTP_SLOT_LEN],
    const ngx_crm_secret_t *secret,
    const u_char handle[NGX_CRM_OTP_HANDLE_LEN])
{
    u_char  bytes[NGX_CRM_OTP_HANDLE_BYTES];

    if (ngx_crm_otp_handle_read(bytes, handle) != NGX_OK
        || ngx_crm_otp_handle_cover(bytes, secret) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_crm_text_hex(slot, bytes, NGX_CRM_OTP_HANDLE_SLOT);

    return NGX_OK;
}
