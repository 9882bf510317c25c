/* Texts of bytes: hex, base64url, decimals, comparing secrets. */

#ifndef _NGX_CRM_TEXT_H_INCLUDED_
#define _NGX_CRM_TEXT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Writes n bytes of src as 2n lower-case hex digits, without a NUL.
 * Returns the end of what was written.
 */
u_char *ngx_crm_text_hex(u_char *dst, const u_char *src, size_t n);

/*
 * Reads 2n hex digits of either case into n bytes.
 * Returns NGX_OK, or NGX_ERROR where src holds anything else.
 */
ngx_int_t ngx_crm_text_unhex(u_char *dst, const u_char *src, size_t n);

/* Writes n, at most 20 bytes, and returns the end of what was written. */
u_char *ngx_crm_text_decimal(u_char *dst, int64_t n);

/*
 * RFC 4648 section 5 without padding.  Writes at most (4n + 2) / 3 bytes and
 * returns the end of what was written.
 */
u_char *ngx_crm_text_base64url(u_char *dst, const u_char *src, size_t n);

/*
 * Decodes src, strictly: no padding, no foreign characters, unused bits zero
 * (RFC 4648 section 3.5), so that one text alone stands for given bytes.
 * dst has room for 3n / 4 bytes.  Returns the length, or -1.
 */
ssize_t ngx_crm_text_unbase64url(u_char *dst, const u_char *src, size_t n);

/*
 * Takes what follows the last c off a text, and that c, and returns it; all of
 * the text where it has no c.
 */
ngx_str_t ngx_crm_text_last(ngx_str_t *text, u_char c);

/* Says whether two texts are the same, in time that tells only lengths. */
ngx_uint_t ngx_crm_text_same(const u_char *a, size_t an, const u_char *b,
    size_t bn);

/*
 * Says whether s is 1 to 128 characters of A-Za-z0-9._~@+-, and so may stand
 * in a header line and in a key's name.
 */
ngx_uint_t ngx_crm_text_is_id(const ngx_str_t *s);


#endif /* _NGX_CRM_TEXT_H_INCLUDED_ */
