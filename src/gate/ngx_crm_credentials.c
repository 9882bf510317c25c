/* What a request brings to prove itself. */

#include "gate/ngx_crm_credentials.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_context.h"
#include "engine/ngx_crm_names.h"
#include "store/ngx_crm_opaque.h"
#include "ngx_crm_sealed.h"


static ngx_crm_names_t ngx_crm_credentials_names(const ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_credentials_take(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_table_elt_t *h);
static ngx_int_t ngx_crm_credentials_authorize(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_table_elt_t *h);
static ngx_int_t ngx_crm_credentials_set(ngx_crm_ctx_t *ctx, ngx_str_t *slot,
    const ngx_str_t *value, const ngx_str_t *name);
static ngx_uint_t ngx_crm_credentials_bearer(const ngx_str_t *value,
    ngx_str_t *token);
static ngx_uint_t ngx_crm_credentials_in(const ngx_str_t *names,
    ngx_table_elt_t *h);
static ngx_uint_t ngx_crm_credentials_is(const ngx_str_t *name,
    const ngx_table_elt_t *h);


static const ngx_str_t  ngx_crm_credentials_authorization[] = {
    ngx_string("authorization"), ngx_null_string
};


ngx_int_t
ngx_crm_credentials_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t         rc;
    ngx_uint_t        i;
    ngx_crm_ctx_t    *main;
    ngx_crm_names_t   lengths;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    /* the main request's may have been taken out already */

    main = (r == r->main) ? NULL : ngx_crm_context_find(r->main);

    if (main) {
        ctx->sent_key = main->sent_key;
        ctx->sent_secret = main->sent_secret;
        ctx->sent_token = main->sent_token;
        ctx->sent_refresh = main->sent_refresh;

        return NGX_OK;
    }

    lengths = ngx_crm_credentials_names(ctx);

    for (part = &r->headers_in.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (!ngx_crm_names_may(lengths, &h[i])) {
                continue;
            }

            rc = ngx_crm_credentials_take(r, ctx, &h[i]);

            if (rc != NGX_OK) {
                return rc;
            }
        }
    }

    return NGX_OK;
}


static ngx_crm_names_t
ngx_crm_credentials_names(const ngx_crm_ctx_t *ctx)
{
    ngx_crm_names_t           lengths;
    const ngx_crm_api_t      *api;
    const ngx_crm_sealed_t   *sealed;

    api = ctx->api;
    sealed = ctx->held.sealed;

    lengths = ngx_crm_names(api->key_headers)
              | ngx_crm_names(api->token_headers)
              | ngx_crm_names(ngx_crm_credentials_authorization)
              | ngx_crm_names_one(&api->refresh_header);

    if (sealed) {
        lengths |= ngx_crm_names(sealed->terms->pass)
                   | ngx_crm_names_one(&sealed->terms->secrets);
    }

    return api->terms ? lengths | ngx_crm_names_one(&api->terms->secret)
                      : lengths;
}


static ngx_int_t
ngx_crm_credentials_take(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_table_elt_t *h)
{
    ngx_str_t                 token;
    const ngx_str_t          *keys, *secret;
    const ngx_crm_sealed_t   *sealed;

    sealed = ctx->held.sealed;

    keys = sealed ? sealed->terms->pass : ctx->api->key_headers;

    if (ngx_crm_credentials_in(keys, h)) {
        return ngx_crm_credentials_set(ctx, &ctx->sent_key, &h->value,
                                       &h->key);
    }

    secret = sealed ? &sealed->terms->secrets
                    : ctx->api->terms ? &ctx->api->terms->secret : NULL;

    if (secret && ngx_crm_credentials_is(secret, h)) {
        return ngx_crm_credentials_set(ctx, &ctx->sent_secret, &h->value,
                                       &h->key);
    }

    if (ngx_crm_credentials_in(ngx_crm_credentials_authorization, h)) {
        return ngx_crm_credentials_authorize(r, ctx, h);
    }

    if (ngx_crm_credentials_in(ctx->api->token_headers, h)) {

        /* with the scheme or, as the documents write it, bare */

        if (!ngx_crm_credentials_bearer(&h->value, &token)) {
            token = h->value;
        }

        return ngx_crm_credentials_set(ctx, &ctx->sent_token, &token,
                                       &h->key);
    }

    if (h->value.len && ngx_crm_credentials_is(&ctx->api->refresh_header, h)
        && ngx_crm_credentials_set(ctx, &ctx->sent_refresh, &h->value,
                                   &h->key)
           != NGX_OK)
    {
        /* refused by the one flow that wants it, which finds it empty */

        ngx_memzero(&ctx->refusal, sizeof(ngx_crm_refusal_t));
        ctx->sent_refresh.len = 0;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_credentials_authorize(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_table_elt_t *h)
{
    ngx_str_t            token;
    ngx_crm_loc_conf_t  *lcf;

    if (ctx->authorized) {
        return ngx_crm_refuse(ctx, NGX_CRM_BAD_REQUEST, &h->key);
    }

    ctx->authorized = 1;

    if (!ngx_crm_credentials_bearer(&h->value, &token)) {

        /* an opaque token may come without a scheme */

        lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

        if (!lcf->opaque_tokens || !ngx_crm_opaque_is(&h->value)) {
            return NGX_OK;
        }

        token = h->value;
    }

    return ngx_crm_credentials_set(ctx, &ctx->sent_token, &token,
                                   &h->key);
}


/* a key comes once; tokens may come twice, where both are the same */

static ngx_int_t
ngx_crm_credentials_set(ngx_crm_ctx_t *ctx, ngx_str_t *slot,
    const ngx_str_t *value, const ngx_str_t *name)
{
    if (slot->data
        && (slot == &ctx->sent_key || slot->len != value->len
            || ngx_memcmp(slot->data, value->data, value->len) != 0))
    {
        return ngx_crm_refuse(ctx, NGX_CRM_BAD_REQUEST, name);
    }

    *slot = *value;

    return NGX_OK;
}


/* RFC 6750 section 2.1; the scheme's case does not matter (RFC 9110 11.1) */

static ngx_uint_t
ngx_crm_credentials_bearer(const ngx_str_t *value, ngx_str_t *token)
{
    u_char  *p, *end;

    p = value->data;
    end = p + value->len;

    if (value->len < sizeof("Bearer") - 1
        || (ngx_memcmp(p, "Bearer", sizeof("Bearer") - 1) != 0
            && ngx_strncasecmp(p, (u_char *) "Bearer", sizeof("Bearer") - 1)
               != 0))
    {
        return 0;
    }

    p += sizeof("Bearer") - 1;

    if (p < end && *p != ' ') {
        return 0;
    }

    while (p < end && *p == ' ') {
        p++;
    }

    token->data = p;
    token->len = end - p;

    return 1;
}


static ngx_uint_t
ngx_crm_credentials_in(const ngx_str_t *names, ngx_table_elt_t *h)
{
    for ( /* void */ ; names->len; names++) {
        if (ngx_crm_credentials_is(names, h)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_crm_credentials_is(const ngx_str_t *name, const ngx_table_elt_t *h)
{
    return name->len == h->key.len
           && ngx_memcmp(name->data, h->lowcase_key, name->len) == 0;
}
