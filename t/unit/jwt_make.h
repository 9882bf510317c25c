/* Making keys and tokens for the tests, by other ways than the code's own. */

#ifndef _NGX_CRM_JWT_MAKE_H_INCLUDED_
#define _NGX_CRM_JWT_MAKE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include "base/ngx_crm_jwt_verify.h"
#include "base/ngx_crm_text.h"


/* a prepared key, or an exit; bytes is a PEM or, for HS, len of anything */

static inline ngx_crm_jwt_key_t *
jwt_key(ngx_pool_t *pool, const char *alg, const void *bytes, size_t len,
    const char *kid)
{
    const char         *error;
    ngx_str_t           name, secret, id;
    ngx_crm_jwt_key_t  *key;

    name.data = (u_char *) alg;
    name.len = strlen(alg);

    secret.data = (u_char *) bytes;
    secret.len = len;

    id.data = (u_char *) kid;
    id.len = strlen(kid);

    key = ngx_crm_jwt_key_create(pool, &name, &secret, &id, &error);

    if (key == NULL || ngx_crm_jwt_key_prepare(key) != NGX_OK) {
        printf("Bail out! %s: %s\n", alg, error);
        exit(1);
    }

    return key;
}


static inline char *
jwt_base64url(char *dst, const void *src, size_t n)
{
    char  *end;

    end = (char *) ngx_crm_text_base64url((u_char *) dst, src, n);
    *end = '\0';

    return end;
}


/* r and s of an ECDSA signature in DER, n bytes each */

static inline void
jwt_raw(u_char *raw, const u_char *der, size_t len, size_t n)
{
    ECDSA_SIG  *sig;

    sig = d2i_ECDSA_SIG(NULL, &der, len);

    BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, n);
    BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + n, n);

    ECDSA_SIG_free(sig);
}


/* Writes the signature of a text.  Returns its length in bytes. */

static inline size_t
jwt_sign(u_char *signature, ngx_crm_jwt_key_t *key, const char *text,
    size_t len)
{
    size_t       n;
    u_char       der[1024];
    EVP_MD_CTX  *ctx;

    if (key->family == NGX_CRM_JWT_HS) {
        EVP_Q_mac(NULL, "HMAC", NULL, EVP_MD_get0_name(key->md), NULL,
                  key->secret.data, key->secret.len, (u_char *) text, len,
                  signature, EVP_MAX_MD_SIZE, &n);
        return n;
    }

    n = sizeof(der);
    ctx = EVP_MD_CTX_new();

    EVP_DigestSignInit(ctx, NULL, key->md, NULL, key->pkey);
    EVP_DigestSign(ctx, der, &n, (u_char *) text, len);
    EVP_MD_CTX_free(ctx);

    if (key->family == NGX_CRM_JWT_RS) {
        memcpy(signature, der, n);
        return n;
    }

    len = (EVP_PKEY_get_bits(key->pkey) + 7) / 8;
    jwt_raw(signature, der, n, len);

    return 2 * len;
}


/* Writes a token and its NUL.  Returns its length. */

static inline size_t
jwt_make(char *token, ngx_crm_jwt_key_t *key, const char *header,
    const char *payload)
{
    char    *p;
    size_t   n;
    u_char   signature[1024];

    p = jwt_base64url(token, header, strlen(header));
    *p++ = '.';
    p = jwt_base64url(p, payload, strlen(payload));

    n = jwt_sign(signature, key, token, p - token);

    *p++ = '.';
    p = jwt_base64url(p, signature, n);

    return p - token;
}


/*
 * Verifies a token, with no byte of room after it nor after the buffer.
 * Returns NULL where it passes, or why not.
 */

static inline const char *
jwt_check(ngx_pool_t *pool, ngx_crm_jwt_key_t **keys, ngx_uint_t n,
    const ngx_crm_jwt_rules_t *rules, const char *token, size_t len,
    ngx_crm_jwt_claims_t *claims)
{
    u_char      *buf;
    ngx_int_t    rc;
    ngx_str_t    copy;
    const char  *why;

    copy.len = len;
    copy.data = ngx_pnalloc(pool, len);
    memcpy(copy.data, token, len);

    buf = ngx_pnalloc(pool, len);

    rc = ngx_crm_jwt_verify(keys, n, rules, &copy, buf, claims, &why);

    if ((rc == NGX_OK) != (why == NULL)) {
        return "a code and a word that disagree";
    }

    return why;
}


#endif /* _NGX_CRM_JWT_MAKE_H_INCLUDED_ */
