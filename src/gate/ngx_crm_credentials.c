/* What a request brings to prove itself, and what of it goes upstream. */

#include "gate/ngx_crm_credentials.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_context.h"
#include "store/ngx_crm_name.h"


#define NGX_CRM_CREDENTIALS_OURS  4


static ngx_int_t ngx_crm_credentials_take(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_table_elt_t *h);
static ngx_int_t ngx_crm_credentials_set(ngx_crm_ctx_t *ctx, ngx_str_t *slot,
    const ngx_str_t *value, const ngx_str_t *name);
static ngx_uint_t ngx_crm_credentials_bearer(const ngx_str_t *value,
    ngx_str_t *token);
static ngx_int_t ngx_crm_credentials_copy(ngx_http_request_t *r,
    ngx_list_t *list, const ngx_str_t *names);
static void ngx_crm_credentials_use(ngx_http_request_t *r,
    const ngx_list_t *list);
static ngx_uint_t ngx_crm_credentials_stays(const ngx_table_elt_t *h,
    const ngx_str_t *names);
static ngx_uint_t ngx_crm_credentials_in(const ngx_str_t *names,
    ngx_table_elt_t *h);
static ngx_uint_t ngx_crm_credentials_alike(const ngx_str_t *name,
    const u_char *text);
static ngx_int_t ngx_crm_credentials_add(ngx_list_t *list,
    const ngx_crm_ctx_t *ctx);


static const ngx_str_t  ngx_crm_credentials_authorization[] = {
    ngx_string("authorization"), ngx_null_string
};

static const ngx_str_t  ngx_crm_credentials_prefix = ngx_string("x-crm-");


ngx_int_t
ngx_crm_credentials_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t         rc;
    ngx_uint_t        i;
    ngx_crm_ctx_t    *main;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    /* the main request's may have been taken out already */

    main = (r == r->main) ? NULL : ngx_crm_context_find(r->main);

    if (main) {
        ctx->sent_key = main->sent_key;
        ctx->sent_token = main->sent_token;

        return NGX_OK;
    }

    for (part = &r->headers_in.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            rc = ngx_crm_credentials_take(r, ctx, &h[i]);

            if (rc != NGX_OK) {
                return rc;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_credentials_take(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_table_elt_t *h)
{
    ngx_str_t  token;

    if (ngx_crm_credentials_in(ctx->api->key_headers, h)) {
        return ngx_crm_credentials_set(ctx, &ctx->sent_key, &h->value,
                                       &h->key);
    }

    if (ngx_crm_credentials_in(ngx_crm_credentials_authorization, h)) {

        if (ctx->authorized) {
            return ngx_crm_refuse(ctx, NGX_CRM_BAD_REQUEST, &h->key);
        }

        ctx->authorized = 1;

        if (!ngx_crm_credentials_bearer(&h->value, &token)) {
            return NGX_OK;
        }

        return ngx_crm_credentials_set(ctx, &ctx->sent_token, &token,
                                       &h->key);
    }

    if (ngx_crm_credentials_in(ctx->api->token_headers, h)) {
        return ngx_crm_credentials_set(ctx, &ctx->sent_token, &h->value,
                                       &h->key);
    }

    return NGX_OK;
}


/* a key comes once; a token may come twice, where both are the same */

static ngx_int_t
ngx_crm_credentials_set(ngx_crm_ctx_t *ctx, ngx_str_t *slot,
    const ngx_str_t *value, const ngx_str_t *name)
{
    if (slot->data
        && (slot != &ctx->sent_token || slot->len != value->len
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
        || ngx_strncasecmp(p, (u_char *) "Bearer", sizeof("Bearer") - 1) != 0)
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


ngx_int_t
ngx_crm_credentials_disown(ngx_http_request_t *r)
{
    ngx_uint_t        i;
    ngx_list_t        list;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    static const ngx_str_t  none = ngx_null_string;

    for (part = &r->headers_in.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (ngx_crm_credentials_stays(&h[i], &none)) {
                continue;
            }

            if (ngx_crm_credentials_copy(r, &list, &none) != NGX_OK) {
                return NGX_ERROR;
            }

            ngx_crm_credentials_use(r, &list);

            return NGX_OK;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_crm_credentials_replace(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_uint_t told)
{
    ngx_list_t           list;
    ngx_crm_loc_conf_t  *lcf;

    static const ngx_str_t  none = ngx_null_string;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    if (ngx_crm_credentials_copy(r, &list, lcf->forward_credentials
                                           ? &none : ctx->api->credentials)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (told && ngx_crm_credentials_add(&list, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_crm_credentials_use(r, &list);

    return NGX_OK;
}


/* the request's headers but for the names, and for X-CRM-… */

static ngx_int_t
ngx_crm_credentials_copy(ngx_http_request_t *r, ngx_list_t *list,
    const ngx_str_t *names)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h, *copy;

    if (ngx_list_init(list, r->pool, 20, sizeof(ngx_table_elt_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    for (part = &r->headers_in.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (!ngx_crm_credentials_stays(&h[i], names)) {
                continue;
            }

            copy = ngx_list_push(list);
            if (copy == NULL) {
                return NGX_ERROR;
            }

            *copy = h[i];
        }
    }

    return NGX_OK;
}


/* a list that has but one part points into itself */

static void
ngx_crm_credentials_use(ngx_http_request_t *r, const ngx_list_t *list)
{
    r->headers_in.headers = *list;

    if (list->last == &list->part) {
        r->headers_in.headers.last = &r->headers_in.headers.part;
    }
}


/*
 * The names are compared with _ for -: what reads headers as CGI does cannot
 * tell them apart (RFC 3875 section 4.1.18).
 */

static ngx_uint_t
ngx_crm_credentials_stays(const ngx_table_elt_t *h, const ngx_str_t *names)
{
    if (h->key.len >= ngx_crm_credentials_prefix.len
        && ngx_crm_credentials_alike(&ngx_crm_credentials_prefix,
                                     h->lowcase_key))
    {
        return 0;
    }

    for ( /* void */ ; names->len; names++) {
        if (names->len == h->key.len
            && ngx_crm_credentials_alike(names, h->lowcase_key))
        {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
ngx_crm_credentials_in(const ngx_str_t *names, ngx_table_elt_t *h)
{
    for ( /* void */ ; names->len; names++) {
        if (names->len == h->key.len
            && ngx_memcmp(names->data, h->lowcase_key, names->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_crm_credentials_alike(const ngx_str_t *name, const u_char *text)
{
    size_t  i;
    u_char  a, b;

    for (i = 0; i < name->len; i++) {
        a = (name->data[i] == '_') ? '-' : name->data[i];
        b = (text[i] == '_') ? '-' : text[i];

        if (a != b) {
            return 0;
        }
    }

    return 1;
}


static ngx_int_t
ngx_crm_credentials_add(ngx_list_t *list, const ngx_crm_ctx_t *ctx)
{
    ngx_uint_t        i;
    ngx_table_elt_t  *h;

    const struct {
        ngx_str_t     key;
        u_char       *lowcase;
        ngx_str_t     value;
    } ours[NGX_CRM_CREDENTIALS_OURS] = {
        { ngx_string("X-CRM-Contact"), (u_char *) "x-crm-contact",
          ctx->contact },
        { ngx_string("X-CRM-App"), (u_char *) "x-crm-app", ctx->app },
        { ngx_string("X-CRM-Mode"), (u_char *) "x-crm-mode",
          *ngx_crm_name_mode(ctx->mode) },
        { ngx_string("X-CRM-Session"), (u_char *) "x-crm-session",
          ctx->session }
    };

    for (i = 0; i < NGX_CRM_CREDENTIALS_OURS; i++) {

        if (ours[i].value.len == 0) {
            continue;
        }

        h = ngx_list_push(list);
        if (h == NULL) {
            return NGX_ERROR;
        }

        ngx_memzero(h, sizeof(ngx_table_elt_t));

        h->hash = ngx_hash_key(ours[i].lowcase, ours[i].key.len);
        h->key = ours[i].key;
        h->value = ours[i].value;
        h->lowcase_key = ours[i].lowcase;
    }

    return NGX_OK;
}
