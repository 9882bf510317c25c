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


static EVP_MAC_CTX *ngx_crm_digest_mac_context(void);


/*
 * A context costs more to make than to use, so that one is kept, for the
 * event loop alone.  One made before the fork does no harm: each worker
 * writes to its own copy, and every digest starts it anew.
 */

static EVP_MAC_CTX  *ngx_crm_digest_mac;

static char          ngx_crm_digest_name[] = "SHA256";


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

    OPENSSL_cleanse(&ctx, sizeof(SHA256_CTX));

    return rc ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_crm_digest_hmac(u_char out[NGX_CRM_SHA256_LEN],
    const u_char key[NGX_CRM_SHA256_LEN], const ngx_str_t *texts,
    ngx_uint_t n)
{
    size_t        len;
    u_char        prefix[4];
    ngx_uint_t    i;
    EVP_MAC_CTX  *ctx;

    ctx = ngx_crm_digest_mac_context();

    if (ctx == NULL
        || EVP_MAC_init(ctx, key, NGX_CRM_SHA256_LEN, NULL) != 1)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        prefix[0] = (u_char) (texts[i].len >> 24);
        prefix[1] = (u_char) (texts[i].len >> 16);
        prefix[2] = (u_char) (texts[i].len >> 8);
        prefix[3] = (u_char) texts[i].len;

        if (EVP_MAC_update(ctx, prefix, sizeof(prefix)) != 1
            || EVP_MAC_update(ctx, texts[i].data, texts[i].len) != 1)
        {
            return NGX_ERROR;
        }
    }

    if (EVP_MAC_final(ctx, out, &len, NGX_CRM_SHA256_LEN) != 1) {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static EVP_MAC_CTX *
ngx_crm_digest_mac_context(void)
{
    EVP_MAC      *mac;
    OSSL_PARAM    params[2];
    EVP_MAC_CTX  *ctx;

    if (ngx_crm_digest_mac) {
        return ngx_crm_digest_mac;
    }

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                                 ngx_crm_digest_name, 0);
    params[1] = OSSL_PARAM_construct_end();

    mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    ctx = EVP_MAC_CTX_new(mac);

    if (ctx && EVP_MAC_CTX_set_params(ctx, params) == 1) {
        ngx_crm_digest_mac = ctx;

    } else {
        EVP_MAC_CTX_free(ctx);
    }

    EVP_MAC_free(mac);

    return ngx_crm_digest_mac;
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


void
ngx_crm_digest_free(void)
{
    EVP_MAC_CTX_free(ngx_crm_digest_mac);
    ngx_crm_digest_mac = NULL;
}
