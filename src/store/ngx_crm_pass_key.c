#include "store/ngx_crm_pass_key.h"
#include "store/ngx_crm_lookup.h"
#include "store/ngx_crm_record_cache.h"
#include "engine/ngx_crm_reply.h"
#include "base/ngx_crm_text.h"
#include "ngx_crm_sealed.h"


#define NGX_CRM_PASS_KEY_PREFIX  "crm:passkey:{"
#define NGX_CRM_PASS_KEY_NAME                                                 \
    (sizeof(NGX_CRM_PASS_KEY_PREFIX) + 2 * NGX_CRM_SHA256_LEN)


static ngx_int_t ngx_crm_pass_key_name(const u_char *hash, ngx_str_t *name,
    u_char *digest);
static ngx_int_t ngx_crm_pass_key_read(const ngx_crm_reply_t *reply,
    const ngx_str_t *name, ngx_crm_record_t *record);
static ngx_int_t ngx_crm_pass_key_set(ngx_crm_ctx_t *ctx,
    const ngx_crm_record_t *record);


static const ngx_crm_lookup_kind_t  ngx_crm_pass_key_kind = {
    ngx_null_string, NULL, 0, ngx_crm_pass_key_read, ngx_crm_pass_key_set
};


ngx_int_t
ngx_crm_pass_key_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    u_char     hash[NGX_CRM_SHA256_LEN], digest[NGX_CRM_SHA256_LEN];
    u_char     buf[NGX_CRM_PASS_KEY_NAME];
    ngx_str_t  name;

    name.data = buf;

    if (ngx_crm_digest_sha256(hash, ctx->sent_key.data, ctx->sent_key.len)
        != NGX_OK
        || ngx_crm_pass_key_name(hash, &name, digest) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_lookup_find(r, ctx, &ngx_crm_pass_key_kind, &name, digest);
}


/* its name in Redis, and the digest by which the zone knows it */

static ngx_int_t
ngx_crm_pass_key_name(const u_char *hash, ngx_str_t *name, u_char *digest)
{
    u_char  *p;

    static const u_char  kind[NGX_CRM_SHA256_LEN] = "passkey";

    p = ngx_cpymem(name->data, NGX_CRM_PASS_KEY_PREFIX,
                   sizeof(NGX_CRM_PASS_KEY_PREFIX) - 1);
    p = ngx_crm_text_hex(p, hash, NGX_CRM_SHA256_LEN);
    *p++ = '}';

    name->len = p - name->data;

    return ngx_crm_digest_hmac(digest, kind, name, 1);
}


static ngx_int_t
ngx_crm_pass_key_read(const ngx_crm_reply_t *reply, const ngx_str_t *name,
    ngx_crm_record_t *record)
{
    ngx_int_t  rc;
    ngx_str_t  client;

    ngx_memzero(record, sizeof(ngx_crm_record_t));

    rc = ngx_crm_reply_text(reply, &client);

    if (rc != NGX_OK) {
        return (rc == NGX_DECLINED) ? NGX_OK : NGX_ERROR;
    }

    if (ngx_crm_record_pack(record, NULL, &client, NULL) != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "crm: \"%V\" is refused, it holds no client's id",
                      name);
        return NGX_OK;
    }

    record->known = 1;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_pass_key_set(ngx_crm_ctx_t *ctx, const ngx_crm_record_t *record)
{
    if (!record->known) {
        return NGX_OK;
    }

    return ngx_crm_record_unpack(record, ctx->request->pool, NULL,
                                 &ctx->held.sealed->client, NULL);
}


ngx_int_t
ngx_crm_pass_key_forget(const ngx_str_t *hex)
{
    u_char     hash[NGX_CRM_SHA256_LEN], digest[NGX_CRM_SHA256_LEN];
    u_char     buf[NGX_CRM_PASS_KEY_NAME];
    ngx_str_t  name;

    name.data = buf;

    if (hex->len != 2 * NGX_CRM_SHA256_LEN
        || ngx_crm_text_unhex(hash, hex->data, NGX_CRM_SHA256_LEN) != NGX_OK
        || ngx_crm_pass_key_name(hash, &name, digest) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_crm_record_cache_drop(digest);

    return NGX_OK;
}
