#include "store/ngx_crm_api_key.h"
#include "store/ngx_crm_api_key_record.h"
#include "store/ngx_crm_lookup.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_API_KEY_PREFIX  "crm:apikey:{"


static ngx_int_t ngx_crm_api_key_set(ngx_crm_ctx_t *ctx,
    const ngx_crm_record_t *record);


/* in the order that ngx_crm_api_key_record_read expects */

static const ngx_str_t  ngx_crm_api_key_members[] = {
    ngx_string("app"), ngx_string("mode"), ngx_string("apis"),
    ngx_string("state")
};

static const ngx_crm_lookup_kind_t  ngx_crm_api_key_kind = {
    ngx_crm_api_key_members, 4, ngx_crm_api_key_record_read,
    ngx_crm_api_key_set
};


ngx_int_t
ngx_crm_api_key_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    u_char      digest[NGX_CRM_SHA256_LEN], *p;
    u_char      buf[sizeof(NGX_CRM_API_KEY_PREFIX "}")
                    + 2 * NGX_CRM_SHA256_LEN];
    ngx_str_t   name;

    if (ngx_crm_digest_sha256(digest, ctx->sent_key.data, ctx->sent_key.len)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    p = ngx_cpymem(buf, NGX_CRM_API_KEY_PREFIX,
                   sizeof(NGX_CRM_API_KEY_PREFIX) - 1);
    p = ngx_crm_text_hex(p, digest, sizeof(digest));
    *p++ = '}';

    name.data = buf;
    name.len = p - buf;

    return ngx_crm_lookup_find(r, ctx, &ngx_crm_api_key_kind, &name, digest);
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
