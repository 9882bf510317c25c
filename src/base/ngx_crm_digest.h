/*
 * Digests, through OpenSSL.  A context is kept per process, so that the event
 * loop alone may call these, and no thread.
 */

#ifndef _NGX_CRM_DIGEST_H_INCLUDED_
#define _NGX_CRM_DIGEST_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_CRM_SHA256_LEN  32


/*
 * FIPS 180-4 SHA-256 of one text.  Returns NGX_OK, or NGX_ERROR where OpenSSL
 * fails.
 */
ngx_int_t ngx_crm_digest_sha256(u_char out[NGX_CRM_SHA256_LEN],
    const u_char *data, size_t len);

/*
 * HMAC-SHA-256 (RFC 2104) of n texts.  Each is preceded by its length as four
 * bytes, so that no two different lists have the same bytes.  The key is 32
 * bytes.  Returns NGX_OK or NGX_ERROR, as above.
 */
ngx_int_t ngx_crm_digest_hmac(u_char out[NGX_CRM_SHA256_LEN],
    const u_char key[NGX_CRM_SHA256_LEN], const ngx_str_t *texts,
    ngx_uint_t n);

/*
 * HKDF-SHA-256 (RFC 5869) with an empty salt: one 32-byte key for the use
 * that info names, from a secret of any length.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_digest_derive(u_char out[NGX_CRM_SHA256_LEN],
    const ngx_str_t *secret, const char *info);

/* Frees the context, and wipes the last key, before the process exits. */
void ngx_crm_digest_free(void);


#endif /* _NGX_CRM_DIGEST_H_INCLUDED_ */
