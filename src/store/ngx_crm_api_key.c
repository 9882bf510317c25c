#include "store/ngx_crm_api_key.h"
#include "store/ngx_crm_api_key_record.h"
#include "store/ngx_crm_client_keys.h"
#include "store/ngx_crm_lookup.h"
#include "store/ngx_crm_record_cache.h"
#include "base/ngx_crm_text.h"
#include "ngx_crm_demands.h"
#include "ngx_crm_sealed.h"


#define NGX_CRM_API_KEY_CLIENT  "crm:client:{"
#define NGX_CRM_API_KEY_MAX     128      /* bytes of a client's id */


static ngx_int_t ngx_crm_api_key_find_client(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_api_key_set_client(ngx_crm_ctx_t *ctx,
    const ngx_crm_record_t *record);
static ngx_int_t ngx_crm_api_key_set(ngx_crm_ctx_t *ctx,
    const ngx_crm_record_t *record);


/* in the order that ngx_crm_api_key_record_read expects */

static const ngx_str_t  ngx_crm_api_key_members[] = {
    ngx_string("app"), ngx_string("mode"), ngx_string("apis"),
    ngx_string("state"), ngx_string("secret"), ngx_string("cipher"),
    ngx_string("header_key"), ngx_string("payload_key"),
    ngx_string("mac_key")
};

static const ngx_crm_lookup_kind_t  ngx_crm_api_key_kind = {
    ngx_string("crm:apikey:"), ngx_crm_api_key_members, 4,
    ngx_crm_api_key_record_read, ngx_crm_api_key_set
};

static const ngx_crm_lookup_kind_t  ngx_crm_api_key_client = {
    ngx_null_string, ngx_crm_api_key_members, 9,
    ngx_crm_api_key_record_client, ngx_crm_api_key_set_client
};


ngx_int_t
ngx_crm_api_key_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    u_char  digest[NGX_CRM_SHA256_LEN];

    if (ctx->api->terms && ctx->api->terms->secret.len) {
        return ngx_crm_api_key_find_client(r, ctx);
    }

    if (ngx_crm_digest_sha256(digest, ctx->sent_key.data, ctx->sent_key.len)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_lookup_find(r, ctx, &ngx_crm_api_key_kind, NULL, digest);
}


static ngx_int_t
ngx_crm_api_key_find_client(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    u_char      digest[NGX_CRM_SHA256_LEN];
    u_char      buf[sizeof(NGX_CRM_API_KEY_CLIENT "}") + NGX_CRM_API_KEY_MAX];
    ngx_str_t   name, *id;

    id = ctx->held.sealed ? &ctx->held.sealed->client : &ctx->sent_key;

    /* it goes into a key's name */

    if (!ngx_crm_text_is_id(id)) {
        return NGX_OK;
    }

    if (ngx_crm_record_cache_client(digest, id) != NGX_OK) {
        return NGX_ERROR;
    }

    name.data = buf;
    name.len = ngx_sprintf(buf, "%s%V}", NGX_CRM_API_KEY_CLIENT, id) - buf;

    return ngx_crm_lookup_find(r, ctx, &ngx_crm_api_key_client, &name,
                               digest);
}


/* a wrong secret is an unknown client's; a sealed one is not read yet */

static ngx_int_t
ngx_crm_api_key_set_client(ngx_crm_ctx_t *ctx,
    const ngx_crm_record_t *record)
{
    u_char     digest[NGX_CRM_SHA256_LEN], hex[2 * NGX_CRM_SHA256_LEN];
    ngx_str_t  secret;

    if (ctx->held.sealed) {
        return ngx_crm_client_keys_set(ctx, record);
    }

    if (ngx_crm_digest_sha256(digest, ctx->sent_secret.data,
                              ctx->sent_secret.len)
        != NGX_OK
        || ngx_crm_record_unpack(record, ctx->request->pool, NULL, &secret,
                                 NULL)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_crm_text_hex(hex, digest, sizeof(digest));

    if (!ngx_crm_text_same(hex, sizeof(hex), secret.data, secret.len)) {
        return NGX_OK;
    }

    return ngx_crm_api_key_set(ctx, record);
}


static ngx_int_t
ngx_crm_api_key_set(ngx_crm_ctx_t *ctx, const ngx_crm_record_t *record)
{
    ngx_crm_api_key_t  *key;

    if (!record->known) {
        return NGX_OK;
    }

    key = ngx_palloc(ctx->request->pool, sizeof(ngx_crm_api_key_t));

    if (key == NULL
        || ngx_crm_record_unpack(record, ctx->request->pool, &key->app, NULL,
                                 NULL)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    key->apis = record->apis;
    key->mode = record->mode;

    ctx->key = key;

    return NGX_OK;
}
