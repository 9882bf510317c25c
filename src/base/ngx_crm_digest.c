/* SHA256_Init() and its like, which OpenSSL 3 deprecates in favour of EVP */
#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif

#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/sha.h>

#include "base/ngx_crm_digest.h"


static char  ngx_crm_digest_name[] = "SHA256";


/* EVP frees and allocates a digest's state at each use of its context */

ngx_int_t
ngx_crm_digest_sha256(u_char out[NGX_CRM_SHA256_LEN], const u_char *data,
    size_t len)
{
    int         rc;
    SHA256_CTX  ctx;

    rc = SHA256_Init(&ctx) == 1
         && SHA256_Update(&ctx, data, len) == 1
         && SHA256_Final(out, &ctx) == 1;

    ngx_explicit_memzero(&ctx, sizeof(SHA256_CTX));

    return rc ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_crm_digest_hmac(u_char out[NGX_CRM_SHA256_LEN],
    const u_char key[NGX_CRM_SHA256_LEN], const ngx_str_t *texts,
    ngx_uint_t n)
{
    ngx_int_t       rc;
    ngx_crm_hmac_t  hmac;

    rc = ngx_crm_hmac_prepare(&hmac, 256, key, NGX_CRM_SHA256_LEN);

    if (rc == NGX_OK) {
        rc = ngx_crm_digest_hmac_with(out, &hmac, texts, n);
    }

    ngx_explicit_memzero(&hmac, sizeof(ngx_crm_hmac_t));

    return rc;
}


ngx_int_t
ngx_crm_digest_hmac_with(u_char out[NGX_CRM_SHA256_LEN],
    const ngx_crm_hmac_t *key, const ngx_str_t *texts, ngx_uint_t n)
{
    u_char      prefixes[NGX_CRM_DIGEST_TEXTS][4];
    ngx_str_t   parts[2 * NGX_CRM_DIGEST_TEXTS];
    ngx_uint_t  i;

    if (n > NGX_CRM_DIGEST_TEXTS) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        prefixes[i][0] = (u_char) (texts[i].len >> 24);
        prefixes[i][1] = (u_char) (texts[i].len >> 16);
        prefixes[i][2] = (u_char) (texts[i].len >> 8);
        prefixes[i][3] = (u_char) texts[i].len;

        parts[2 * i].data = prefixes[i];
        parts[2 * i].len = sizeof(prefixes[i]);
        parts[2 * i + 1] = texts[i];
    }

    return ngx_crm_hmac(out, key, parts, 2 * n);
}


ngx_int_t
ngx_crm_digest_derive(u_char out[NGX_CRM_SHA256_LEN],
    const ngx_str_t *secret, const char *info)
{
    int           rc;
    EVP_KDF      *kdf;
    OSSL_PARAM    params[4];
    EVP_KDF_CTX  *ctx;

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
                                                 ngx_crm_digest_name, 0);
    params[1] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
                                                  secret->data, secret->len);
    params[2] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO,
                                                  (char *) info,
                                                  ngx_strlen(info));
    params[3] = OSSL_PARAM_construct_end();

    kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    ctx = EVP_KDF_CTX_new(kdf);

    rc = ctx ? EVP_KDF_derive(ctx, out, NGX_CRM_SHA256_LEN, params) : 0;

    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);

    return rc == 1 ? NGX_OK : NGX_ERROR;
}
