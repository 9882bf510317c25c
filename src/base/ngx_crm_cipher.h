/*
 * AES-256 through OpenSSL's EVP, for the event loop alone.  What is sealed is
 * IV, ciphertext and tag, in this order:
 *
 *   GCM       12 random bytes, as long as the text, 16 (NIST SP 800-38D)
 *   CBC_HMAC  16, padded (RFC 5652 section 6.3), 32: HMAC-SHA-256 of the AAD
 *             and of what stands before the tag, each with its length before
 *             it as four bytes, as ngx_crm_digest_hmac() writes them
 *   CBC       16, padded, none: anybody may have changed it
 */

#ifndef _NGX_CRM_CIPHER_H_INCLUDED_
#define _NGX_CRM_CIPHER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_CRM_CIPHER_KEY      32
#define NGX_CRM_CIPHER_WRAPPED  40     /* a key in RFC 3394's form */


typedef enum {
    NGX_CRM_CIPHER_NONE = 0,
    NGX_CRM_CIPHER_GCM,
    NGX_CRM_CIPHER_CBC_HMAC,
    NGX_CRM_CIPHER_CBC
} ngx_crm_cipher_e;


/* holds keys: whoever has filled it in wipes it */
typedef struct {
    ngx_crm_cipher_e    kind;
    u_char              key[NGX_CRM_CIPHER_KEY];
    u_char              mac[NGX_CRM_CIPHER_KEY];   /* of CBC_HMAC */
    ngx_str_t           aad;                       /* not of CBC */
} ngx_crm_cipher_t;


/*
 * Opens what is sealed, in place: *text becomes the plain text within it.
 * Returns NGX_OK; NGX_DECLINED: it is not what was sealed under this key, and
 * nothing of it is left; or NGX_ERROR: OpenSSL is out of memory.
 */
ngx_int_t ngx_crm_cipher_open(const ngx_crm_cipher_t *cipher,
    ngx_str_t *text);

/* The room that a plain text of that length needs once it is sealed, bytes. */
size_t ngx_crm_cipher_room(const ngx_crm_cipher_t *cipher, size_t len);

/*
 * Seals a text under a random IV into memory of that room.  Returns NGX_OK
 * or NGX_ERROR.
 */
ngx_int_t ngx_crm_cipher_seal(const ngx_crm_cipher_t *cipher,
    const ngx_str_t *plain, u_char *out);

/*
 * Unwraps a key (RFC 3394) that was wrapped under a key of 32 bytes.  Returns
 * NGX_OK, NGX_DECLINED: it was not, or NGX_ERROR.
 */
ngx_int_t ngx_crm_cipher_unwrap(u_char key[NGX_CRM_CIPHER_KEY],
    const u_char wrap[NGX_CRM_CIPHER_KEY],
    const u_char wrapped[NGX_CRM_CIPHER_WRAPPED]);

/* Frees what is kept of OpenSSL's, before the process exits. */
void ngx_crm_cipher_free(void);


#endif /* _NGX_CRM_CIPHER_H_INCLUDED_ */
