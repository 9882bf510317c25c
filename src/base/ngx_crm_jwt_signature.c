#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>

#include "base/ngx_crm_jwt_signature.h"


#define NGX_CRM_JWT_SIGNATURE_P521  66     /* bytes of a coordinate */

/* a sequence of two integers of one byte more, with their tags and lengths */
#define NGX_CRM_JWT_SIGNATURE_DER   (3 + 2 * (3 + NGX_CRM_JWT_SIGNATURE_P521))


static size_t ngx_crm_jwt_signature_coordinate(const ngx_crm_jwt_key_t *key);
static ngx_int_t ngx_crm_jwt_signature_mac(ngx_crm_jwt_key_t *key,
    const ngx_str_t *text, const ngx_str_t *signature);
static ngx_int_t ngx_crm_jwt_signature_public(ngx_crm_jwt_key_t *key,
    const ngx_str_t *text, const u_char *signature, size_t len);
static size_t ngx_crm_jwt_signature_der(u_char *der,
    const ngx_str_t *signature);
static u_char *ngx_crm_jwt_signature_integer(u_char *p, const u_char *src,
    size_t n);
static ngx_int_t ngx_crm_jwt_signature_jose(ngx_crm_jwt_key_t *key,
    u_char *signature, size_t *len);


ngx_int_t
ngx_crm_jwt_signature_check(ngx_crm_jwt_key_t *key, const ngx_str_t *text,
    const ngx_str_t *signature)
{
    size_t  n;
    u_char  der[NGX_CRM_JWT_SIGNATURE_DER];

    switch (key->family) {

    case NGX_CRM_JWT_HS:
        return ngx_crm_jwt_signature_mac(key, text, signature);

    case NGX_CRM_JWT_RS:
        return ngx_crm_jwt_signature_public(key, text, signature->data,
                                            signature->len);

    case NGX_CRM_JWT_ES:

        n = ngx_crm_jwt_signature_coordinate(key);

        if (signature->len != 2 * n) {
            return NGX_DECLINED;
        }

        n = ngx_crm_jwt_signature_der(der, signature);

        return ngx_crm_jwt_signature_public(key, text, der, n);
    }

    return NGX_DECLINED;
}


/* the curve of ES512 has 521 bits, others as many as the hash */

static size_t
ngx_crm_jwt_signature_coordinate(const ngx_crm_jwt_key_t *key)
{
    return (key->bits == 512) ? NGX_CRM_JWT_SIGNATURE_P521 : key->bits / 8;
}


static ngx_int_t
ngx_crm_jwt_signature_mac(ngx_crm_jwt_key_t *key, const ngx_str_t *text,
    const ngx_str_t *signature)
{
    u_char     mac[NGX_CRM_HMAC_MAX];
    ngx_int_t  rc;

    if (signature->len != key->bits / 8) {
        return NGX_DECLINED;
    }

    if (ngx_crm_hmac(mac, &key->hmac, text, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = (CRYPTO_memcmp(mac, signature->data, signature->len) == 0)
         ? NGX_OK : NGX_DECLINED;

    /* for a forger it is the right one */
    ngx_explicit_memzero(mac, sizeof(mac));

    return rc;
}


static ngx_int_t
ngx_crm_jwt_signature_public(ngx_crm_jwt_key_t *key, const ngx_str_t *text,
    const u_char *signature, size_t len)
{
    int            rc, exhausted;
    u_char         digest[EVP_MAX_MD_SIZE];
    unsigned int   n;
    unsigned long  error;

    ERR_clear_error();

    rc = EVP_Digest(text->data, text->len, digest, &n, key->md, NULL);
    exhausted = (rc != 1);

    if (rc == 1) {
        rc = EVP_PKEY_verify(key->verify, signature, len, digest, n);
    }

    /* a stale error of OpenSSL would be logged as some connection's */

    while ((error = ERR_get_error()) != 0) {
        exhausted |= (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE);
    }

    if (rc == 1) {
        return NGX_OK;
    }

    return exhausted ? NGX_ERROR : NGX_DECLINED;
}


/*
 * JOSE has r and s at their full length one after the other (RFC 7518 section
 * 3.4), OpenSSL wants them as DER.
 */

static size_t
ngx_crm_jwt_signature_der(u_char *der, const ngx_str_t *signature)
{
    size_t   n, len;
    u_char  *p, body[NGX_CRM_JWT_SIGNATURE_DER];

    n = signature->len / 2;

    p = ngx_crm_jwt_signature_integer(body, signature->data, n);
    p = ngx_crm_jwt_signature_integer(p, signature->data + n, n);

    len = p - body;
    p = der;

    *p++ = 0x30;

    if (len > 0x7f) {
        *p++ = 0x81;
    }

    *p++ = (u_char) len;

    return ngx_cpymem(p, body, len) - der;
}


static u_char *
ngx_crm_jwt_signature_integer(u_char *p, const u_char *src, size_t n)
{
    while (n > 1 && *src == 0) {
        src++;
        n--;
    }

    *p++ = 0x02;

    if (*src & 0x80) {
        *p++ = (u_char) (n + 1);
        *p++ = 0;

    } else {
        *p++ = (u_char) n;
    }

    return ngx_cpymem(p, src, n);
}


size_t
ngx_crm_jwt_signature_room(const ngx_crm_jwt_key_t *key)
{
    return (key->family == NGX_CRM_JWT_HS)
           ? EVP_MAX_MD_SIZE : (size_t) EVP_PKEY_get_size(key->pkey);
}


ngx_int_t
ngx_crm_jwt_signature_make(ngx_crm_jwt_key_t *key, const ngx_str_t *text,
    u_char *signature, size_t *len)
{
    u_char        digest[EVP_MAX_MD_SIZE];
    ngx_int_t     rc;
    unsigned int  n;

    if (key->family == NGX_CRM_JWT_HS) {
        *len = key->bits / 8;
        return ngx_crm_hmac(signature, &key->hmac, text, 1);
    }

    rc = NGX_ERROR;
    *len = ngx_crm_jwt_signature_room(key);

    if (EVP_Digest(text->data, text->len, digest, &n, key->md, NULL) == 1
        && EVP_PKEY_sign(key->sign, signature, len, digest, n) == 1)
    {
        rc = (key->family == NGX_CRM_JWT_ES)
             ? ngx_crm_jwt_signature_jose(key, signature, len) : NGX_OK;
    }

    /* a stale error of OpenSSL would be logged as some connection's */
    ERR_clear_error();

    return rc;
}


/* r and s as JOSE has them, in place of their DER, which is longer */

static ngx_int_t
ngx_crm_jwt_signature_jose(ngx_crm_jwt_key_t *key, u_char *signature,
    size_t *len)
{
    int            n;
    ngx_int_t      rc;
    ECDSA_SIG     *pair;
    const u_char  *p;

    p = signature;
    pair = d2i_ECDSA_SIG(NULL, &p, (long) *len);

    if (pair == NULL) {
        return NGX_ERROR;
    }

    n = (int) ngx_crm_jwt_signature_coordinate(key);
    *len = 2 * n;

    rc = (BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, n) == n
          && BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + n, n) == n)
         ? NGX_OK : NGX_ERROR;

    ECDSA_SIG_free(pair);

    return rc;
}
