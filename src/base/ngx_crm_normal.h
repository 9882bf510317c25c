/*
 * Normal forms of what names a person, so that one person has one name in the
 * store however the client spells it; and what of them may be shown.
 */

#ifndef _NGX_CRM_NORMAL_H_INCLUDED_
#define _NGX_CRM_NORMAL_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_CRM_NORMAL_MAX  254    /* bytes, of any normal form */


/*
 * Writes the normal form into dst (NGX_CRM_NORMAL_MAX bytes) and sets its
 * length.  All return NGX_OK, or NGX_DECLINED where the text is no such name.
 *
 * email: at most 254 bytes of ASCII (RFC 5321 4.5.3.1), one @ with something
 * on both sides, no white space, control or quoting characters, none of
 * (),:;<>[]{}; lower-cased.
 * phone: +E.164 (ITU-T E.164, 7 to 15 digits).  country is ISO 3166 alpha-3,
 * alpha-2, the prefix in digits with or without +, or empty where number is
 * international already (+… or 00…).  Spaces, dashes, dots and brackets are
 * dropped, and so is one leading trunk 0 where the country has one; under
 * country code 1 it is a trunk 1, and there are always 11 digits.
 * mac: six pairs of hex digits, parted by -, : or nothing; upper case, with
 * dashes (IEEE 802 canonical format).
 * word: any other credential: 1 to 128 printable ASCII characters without
 * white space, braces; as it is.
 */
ngx_int_t ngx_crm_normal_email(ngx_str_t *dst, const ngx_str_t *text);
ngx_int_t ngx_crm_normal_phone(ngx_str_t *dst, const ngx_str_t *number,
    const ngx_str_t *country);
ngx_int_t ngx_crm_normal_mac(ngx_str_t *dst, const ngx_str_t *text);
ngx_int_t ngx_crm_normal_word(ngx_str_t *dst, const ngx_str_t *text);

/*
 * Writes what of an address may be shown, at most NGX_CRM_NORMAL_MAX bytes
 * + 3: the first 6 and the last 3 characters of a phone number, or the first
 * character and the domain of an e-mail, *** between.  A number of fewer than
 * 10 characters keeps its first 3 and last 1; of fewer than 5, nothing.
 */
void ngx_crm_normal_obfuscate(ngx_str_t *dst, const ngx_str_t *address);


#endif /* _NGX_CRM_NORMAL_H_INCLUDED_ */
