/* Digests, through OpenSSL. */

#ifndef _NGX_CRM_DIGEST_H_INCLUDED_
#define _NGX_CRM_DIGEST_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_hmac.h"


#define NGX_CRM_SHA256_LEN    32
#define NGX_CRM_DIGEST_TEXTS  4      /* that an HMAC is of, at most */


/*
 * FIPS 180-4 SHA-256 of one text.  Returns NGX_OK, or NGX_ERROR where OpenSSL
 * fails.
 */
ngx_int_t ngx_crm_digest_sha256(u_char out[NGX_CRM_SHA256_LEN],
    const u_char *data, size_t len);

/*
 * HMAC-SHA-256 (RFC 2104) of n texts, at most 4.  Each is preceded by its
 * length as four bytes, so that no two different lists have the same bytes.
 * The key is 32 bytes, or such a key prepared.  Returns NGX_OK or NGX_ERROR,
 * as above.
 */
ngx_int_t ngx_crm_digest_hmac(u_char out[NGX_CRM_SHA256_LEN],
    const u_char key[NGX_CRM_SHA256_LEN], const ngx_str_t *texts,
    ngx_uint_t n);
ngx_int_t ngx_crm_digest_hmac_with(u_char out[NGX_CRM_SHA256_LEN],
    const ngx_crm_hmac_t *key, const ngx_str_t *texts, ngx_uint_t n);

/*
 * HKDF-SHA-256 (RFC 5869) with an empty salt: one 32-byte key for the use
 * that info names, from a secret of any length.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_digest_derive(u_char out[NGX_CRM_SHA256_LEN],
    const ngx_str_t *secret, const char *info);


#endif /* _NGX_CRM_DIGEST_H_INCLUDED_ */
