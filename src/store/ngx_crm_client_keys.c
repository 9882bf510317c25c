#include "store/ngx_crm_client_keys.h"
#include "store/ngx_crm_api_key.h"
#include "store/ngx_crm_secret.h"
#include "ngx_crm_sealed.h"


static ngx_int_t ngx_crm_client_keys_unwrap(ngx_http_request_t *r,
    const ngx_crm_sealed_t *sealed, ngx_crm_client_keys_e which,
    u_char key[NGX_CRM_CIPHER_KEY]);


ngx_int_t
ngx_crm_client_keys_set(ngx_crm_ctx_t *ctx, const ngx_crm_record_t *record)
{
    ngx_crm_sealed_t   *sealed;
    ngx_crm_api_key_t  *key;

    if (!record->known) {
        return NGX_OK;
    }

    sealed = ctx->held.sealed;

    key = ngx_palloc(ctx->request->pool, sizeof(ngx_crm_api_key_t));

    if (key == NULL
        || ngx_crm_record_unpack(record, ctx->request->pool, &key->app,
                                 &sealed->digest, &sealed->keys)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    key->apis = record->apis;
    key->mode = record->mode;

    sealed->key = key;
    sealed->cipher = record->cipher;

    return NGX_OK;
}


ngx_int_t
ngx_crm_client_keys_cipher(ngx_http_request_t *r, const ngx_crm_ctx_t *ctx,
    ngx_crm_client_keys_e which, const ngx_str_t *aad,
    ngx_crm_cipher_t *cipher)
{
    ngx_int_t                rc;
    const ngx_crm_sealed_t  *sealed;

    sealed = ctx->held.sealed;

    cipher->kind = sealed->cipher;
    cipher->aad = *aad;

    if (cipher->kind == NGX_CRM_CIPHER_NONE) {
        return NGX_DECLINED;
    }

    rc = ngx_crm_client_keys_unwrap(r, sealed, which, cipher->key);

    if (rc == NGX_OK && cipher->kind == NGX_CRM_CIPHER_CBC_HMAC) {
        rc = ngx_crm_client_keys_unwrap(r, sealed, NGX_CRM_CLIENT_KEYS_MAC,
                                        cipher->mac);
    }

    if (rc == NGX_DECLINED) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "crm: a key of client \"%V\" is not wrapped under a "
                      "crm_secret", &sealed->client);
    }

    return rc;
}


static ngx_int_t
ngx_crm_client_keys_unwrap(ngx_http_request_t *r,
    const ngx_crm_sealed_t *sealed, ngx_crm_client_keys_e which,
    u_char key[NGX_CRM_CIPHER_KEY])
{
    ngx_int_t                rc;
    ngx_uint_t               n;
    const ngx_crm_secret_t  *secret;

    for (n = 0; (secret = ngx_crm_secret_nth(r, n)) != NULL; n++) {

        rc = ngx_crm_cipher_unwrap(key, secret->wrap, sealed->keys.data
                                              + which
                                                * NGX_CRM_CIPHER_WRAPPED);
        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    return NGX_DECLINED;
}
