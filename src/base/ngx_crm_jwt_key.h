/* Keys of JWTs: read when the configuration is, prepared in each worker. */

#ifndef _NGX_CRM_JWT_KEY_H_INCLUDED_
#define _NGX_CRM_JWT_KEY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/evp.h>

#include "base/ngx_crm_hmac.h"


typedef enum {
    NGX_CRM_JWT_HS, NGX_CRM_JWT_RS, NGX_CRM_JWT_ES
} ngx_crm_jwt_family_e;


typedef struct {
    ngx_str_t              alg;       /* "HS512" */
    ngx_crm_jwt_family_e   family;
    size_t                 bits;      /* 256, 384, 512 */
    ngx_str_t              secret;    /* HS: the bytes; else the PEM text */
    ngx_str_t              kid;       /* empty: none */
    ngx_uint_t             mode;      /* ngx_crm_mode_e, for absent claims */
    EVP_PKEY              *pkey;      /* RS, ES; NULL for HS */
    ngx_uint_t             private;   /* the PEM can sign */
    ngx_str_t              header;    /* our own tokens' first part */

    const EVP_MD          *md;
    ngx_crm_hmac_t         hmac;      /* HS */
    EVP_PKEY_CTX          *verify;    /* of this process; RS, ES */
    EVP_PKEY_CTX          *sign;      /* the same; NULL for a public key */
} ngx_crm_jwt_key_t;


/*
 * Makes a key of an algorithm's name and the key's bytes (HS) or PEM text.
 * The pool keeps it, and wipes and frees it when it is destroyed; bytes are
 * copied.  Returns NULL and a sentence for nginx -t in *error: an unknown
 * algorithm or none, an HS key shorter than its hash (RFC 7518 3.2), an HS
 * key that is a PEM, a PEM of another type or curve, RSA under 2048 bits, a
 * kid that JSON would escape.
 */
ngx_crm_jwt_key_t *ngx_crm_jwt_key_create(ngx_pool_t *pool,
    const ngx_str_t *alg, const ngx_str_t *bytes, const ngx_str_t *kid,
    const char **error);

/*
 * Prepares the contexts of this process (they are not to be shared over a
 * fork).  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_jwt_key_prepare(ngx_crm_jwt_key_t *key);


#endif /* _NGX_CRM_JWT_KEY_H_INCLUDED_ */
