/* What of a request's headers goes upstream, and what of ours. */

#include "gate/ngx_crm_forward.h"
#include "engine/ngx_crm_envelope.h"
#include "engine/ngx_crm_names.h"
#include "store/ngx_crm_name.h"
#include "ngx_crm_sealed.h"


#define NGX_CRM_FORWARD_OURS   4
#define NGX_CRM_FORWARD_LISTS  3     /* of names that do not go upstream */


typedef struct {
    ngx_str_t     key;
    u_char       *lowcase;
    ngx_uint_t    hash;        /* 0: not yet worked out */
} ngx_crm_forward_name_t;


static ngx_int_t ngx_crm_forward_copy(ngx_http_request_t *r,
    ngx_list_t *list, const ngx_str_t *const *lists);
static void ngx_crm_forward_use(ngx_http_request_t *r,
    const ngx_list_t *list);
static ngx_uint_t ngx_crm_forward_is_ours(const ngx_table_elt_t *h);
static ngx_uint_t ngx_crm_forward_is(const ngx_table_elt_t *h,
    const ngx_str_t *const *lists);
static ngx_uint_t ngx_crm_forward_alike(const ngx_str_t *name,
    const u_char *text);
static u_char ngx_crm_forward_letter(u_char c);
static ngx_int_t ngx_crm_forward_add(ngx_list_t *list,
    const ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_forward_client(ngx_list_t *list,
    const ngx_crm_ctx_t *ctx);


static const ngx_str_t  ngx_crm_forward_none[] = { ngx_null_string };

static const ngx_str_t  *const
                           ngx_crm_forward_nothing[NGX_CRM_FORWARD_LISTS] = {
    ngx_crm_forward_none, ngx_crm_forward_none, ngx_crm_forward_none
};

/* of all APIs: a client may bring what another one asks for */

static const ngx_str_t  ngx_crm_forward_credentials[] = {
    ngx_string("authorization"), ngx_string("api_key"),
    ngx_string("auth_token"), ngx_string("refresh_token"),
    ngx_string("client_secret"), ngx_string("pass_key"),
    ngx_string("header_secrets"), ngx_string("x-kony-app-key"),
    ngx_string("x-kony-authorization"), ngx_null_string
};

/*
 * An answer that is to be sealed must not be a tunnel; and one that is to be
 * rewritten, which is all but the first, must come whole, and readable.
 */

static const ngx_str_t  ngx_crm_forward_forms[] = {
    ngx_string("upgrade"), ngx_string("accept-encoding"),
    ngx_string("range"), ngx_string("if-range"), ngx_null_string
};

static const ngx_str_t  ngx_crm_forward_prefix = ngx_string("x-crm-");

static ngx_crm_forward_name_t  ngx_crm_forward_names[NGX_CRM_FORWARD_OURS] = {
    { ngx_string("X-CRM-Contact"), (u_char *) "x-crm-contact", 0 },
    { ngx_string("X-CRM-App"), (u_char *) "x-crm-app", 0 },
    { ngx_string("X-CRM-Mode"), (u_char *) "x-crm-mode", 0 },
    { ngx_string("X-CRM-Session"), (u_char *) "x-crm-session", 0 }
};


ngx_int_t
ngx_crm_forward_disown(ngx_http_request_t *r)
{
    ngx_uint_t        i;
    ngx_list_t        list;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_in.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (!ngx_crm_forward_is_ours(&h[i])) {
                continue;
            }

            if (ngx_crm_forward_copy(r, &list, ngx_crm_forward_nothing)
                != NGX_OK)
            {
                return NGX_ERROR;
            }

            ngx_crm_forward_use(r, &list);

            return NGX_OK;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_crm_forward_replace(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_uint_t told)
{
    ngx_list_t           list;
    const ngx_str_t     *lists[NGX_CRM_FORWARD_LISTS];
    ngx_crm_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    lists[0] = lcf->forward_credentials ? ngx_crm_forward_none
                                        : ngx_crm_forward_credentials;

    lists[1] = (lcf->upstream && lcf->upstream->api != ctx->api)
               ? &ngx_crm_forward_forms[1] : ngx_crm_forward_none;

    lists[2] = ngx_crm_forward_none;

    /* who encrypts has not proven what it writes beside it */

    if (ctx->held.sealed) {
        lists[1] = ngx_crm_forward_forms;
        lists[2] = ctx->held.sealed->terms->plain;

        r->headers_in.upgrade = NULL;
    }

    if (ngx_crm_forward_copy(r, &list, lists) != NGX_OK) {
        return NGX_ERROR;
    }

    if (told && (ngx_crm_forward_add(&list, ctx) != NGX_OK
                 || ngx_crm_forward_client(&list, ctx) != NGX_OK))
    {
        return NGX_ERROR;
    }

    ngx_crm_forward_use(r, &list);

    return NGX_OK;
}


/* the request's headers but for the names, and for X-CRM-… */

static ngx_int_t
ngx_crm_forward_copy(ngx_http_request_t *r, ngx_list_t *list,
    const ngx_str_t *const *lists)
{
    ngx_uint_t        i;
    ngx_crm_names_t   lengths;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h, *copy;

    lengths = 0;

    for (i = 0; i < NGX_CRM_FORWARD_LISTS; i++) {
        lengths |= ngx_crm_names(lists[i]);
    }

    if (ngx_list_init(list, r->pool, 20, sizeof(ngx_table_elt_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    for (part = &r->headers_in.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (ngx_crm_forward_is_ours(&h[i])
                || (ngx_crm_names_may(lengths, &h[i])
                    && ngx_crm_forward_is(&h[i], lists)))
            {
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
ngx_crm_forward_use(ngx_http_request_t *r, const ngx_list_t *list)
{
    r->headers_in.headers = *list;

    if (list->last == &list->part) {
        r->headers_in.headers.last = &r->headers_in.headers.part;
    }
}


/*
 * The names are compared with - for _, and for whatever else is no letter or
 * digit: what reads headers as CGI does cannot tell them apart (RFC 3875
 * section 4.1.18), and ignore_invalid_headers off lets a dot come so far.
 */

static ngx_uint_t
ngx_crm_forward_is_ours(const ngx_table_elt_t *h)
{
    return h->key.len >= ngx_crm_forward_prefix.len
           && h->lowcase_key[0] == ngx_crm_forward_prefix.data[0]
           && ngx_crm_forward_alike(&ngx_crm_forward_prefix, h->lowcase_key);
}


static ngx_uint_t
ngx_crm_forward_is(const ngx_table_elt_t *h, const ngx_str_t *const *lists)
{
    ngx_uint_t        i;
    const ngx_str_t  *name;

    for (i = 0; i < NGX_CRM_FORWARD_LISTS; i++) {
        for (name = lists[i]; name->len; name++) {

            if (name->len == h->key.len
                && ngx_crm_forward_alike(name, h->lowcase_key))
            {
                return 1;
            }
        }
    }

    return 0;
}


static ngx_uint_t
ngx_crm_forward_alike(const ngx_str_t *name, const u_char *text)
{
    size_t  i;

    for (i = 0; i < name->len; i++) {
        if (ngx_crm_forward_letter(name->data[i])
            != ngx_crm_forward_letter(text[i]))
        {
            return 0;
        }
    }

    return 1;
}


static u_char
ngx_crm_forward_letter(u_char c)
{
    return ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) ? c : '-';
}


static ngx_int_t
ngx_crm_forward_add(ngx_list_t *list, const ngx_crm_ctx_t *ctx)
{
    ngx_uint_t               i;
    const ngx_str_t         *value;
    ngx_table_elt_t         *h;
    ngx_crm_forward_name_t  *name;

    const ngx_str_t  *const  values[NGX_CRM_FORWARD_OURS] = {
        &ctx->contact, &ctx->app, ngx_crm_name_mode(ctx->mode), &ctx->session
    };

    for (i = 0; i < NGX_CRM_FORWARD_OURS; i++) {

        name = &ngx_crm_forward_names[i];
        value = values[i];

        if (value->len == 0) {
            continue;
        }

        if (name->hash == 0) {
            name->hash = ngx_hash_key(name->lowcase, name->key.len);
        }

        h = ngx_list_push(list);
        if (h == NULL) {
            return NGX_ERROR;
        }

        ngx_memzero(h, sizeof(ngx_table_elt_t));

        h->hash = name->hash;
        h->key = name->key;
        h->value = *value;
        h->lowcase_key = name->lowcase;
    }

    return NGX_OK;
}


/* the upstream is told of the client as if its request had come plain */

static ngx_int_t
ngx_crm_forward_client(ngx_list_t *list, const ngx_crm_ctx_t *ctx)
{
    ngx_table_elt_t  *h;

    if (!ngx_crm_sealed_is(ctx)) {
        return NGX_OK;
    }

    h = ngx_list_push(list);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->key = ctx->held.sealed->terms->plain[0];
    h->value = ctx->held.sealed->client;
    h->lowcase_key = h->key.data;
    h->hash = ngx_hash_key(h->lowcase_key, h->key.len);

    return NGX_OK;
}
