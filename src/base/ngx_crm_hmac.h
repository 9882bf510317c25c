/*
 * HMAC (RFC 2104, FIPS 198-1) with keys that are used again and again: what
 * depends on the key alone is worked out once, and nothing is allocated.
 */

#ifndef _NGX_CRM_HMAC_H_INCLUDED_
#define _NGX_CRM_HMAC_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/sha.h>


#define NGX_CRM_HMAC_MAX  SHA512_DIGEST_LENGTH    /* bytes of a MAC */


typedef union {
    SHA256_CTX             narrow;    /* SHA-256 */
    SHA512_CTX             wide;      /* SHA-384 and SHA-512 */
} ngx_crm_hmac_state_t;


/* as secret as the key */

typedef struct {
    size_t                 bits;      /* of the hash: 256, 384, 512 */
    ngx_crm_hmac_state_t   inner;     /* it has read the padded key */
    ngx_crm_hmac_state_t   outer;
} ngx_crm_hmac_t;


/*
 * Prepares a key of any length for HMAC with SHA-256, SHA-384 or SHA-512.
 * Returns NGX_OK, or NGX_ERROR where there is no such hash.
 */
ngx_int_t ngx_crm_hmac_prepare(ngx_crm_hmac_t *hmac, size_t bits,
    const u_char *key, size_t len);

/*
 * The MAC of n texts one after the other, of hmac->bits / 8 bytes.  The key
 * stays as it is.  Returns NGX_OK, or NGX_ERROR where OpenSSL fails.
 */
ngx_int_t ngx_crm_hmac(u_char *mac, const ngx_crm_hmac_t *hmac,
    const ngx_str_t *texts, ngx_uint_t n);


#endif /* _NGX_CRM_HMAC_H_INCLUDED_ */
