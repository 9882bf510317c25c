#include "headers.h"

#include <ctype.h>


static ngx_uint_t headers_bring_one(headers_brought_t *brought,
    ngx_table_elt_t *h, ngx_uint_t *authorized);
static ngx_uint_t headers_set(ngx_str_t *slot, const ngx_str_t *value,
    ngx_uint_t once);
static ngx_uint_t headers_token(const ngx_str_t *value, ngx_uint_t bare,
    ngx_str_t *token);
static ngx_uint_t headers_among(const ngx_str_t *names, const ngx_str_t *name);


ngx_table_elt_t *
headers_nth(const ngx_list_t *list, ngx_uint_t n)
{
    const ngx_list_part_t  *part;

    for (part = &list->part; part; part = part->next) {

        if (n < part->nelts) {
            return (ngx_table_elt_t *) part->elts + n;
        }

        n -= part->nelts;
    }

    return NULL;
}


ngx_uint_t
headers_begins(const ngx_str_t *name, const ngx_str_t *prefix)
{
    u_char  a, b;
    size_t  i;

    for (i = 0; i < prefix->len && i < name->len; i++) {
        a = ngx_tolower(name->data[i]);
        b = ngx_tolower(prefix->data[i]);

        if ((a == '_' ? '-' : a) != (b == '_' ? '-' : b)) {
            return 0;
        }
    }

    return i == prefix->len;
}


ngx_uint_t
headers_is_credential(const ngx_table_elt_t *h)
{
    const ngx_str_t  *name;

    for (name = fuzz.ctx->api->credentials; name->len; name++) {
        if (name->len == h->key.len && headers_begins(&h->key, name)) {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
headers_bring(headers_brought_t *brought, ngx_str_t *wrong)
{
    ngx_uint_t        n, authorized;
    ngx_table_elt_t  *h;

    ngx_memzero(brought, sizeof(headers_brought_t));
    authorized = 0;

    for (n = 0; (h = headers_nth(&fuzz.r->headers_in.headers, n)) != NULL;
         n++)
    {
        if (!headers_bring_one(brought, h, &authorized)) {
            *wrong = h->key;
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
headers_bring_one(headers_brought_t *brought, ngx_table_elt_t *h,
    ngx_uint_t *authorized)
{
    ngx_str_t             token;
    const ngx_crm_api_t  *api;

    static const ngx_str_t  authorization = ngx_string("Authorization");

    api = fuzz.ctx->api;

    if (headers_among(api->key_headers, &h->key)) {
        return headers_set(&brought->key, &h->value, 1);
    }

    if (api->terms && headers_is(&api->terms->secret, &h->key)) {
        return headers_set(&brought->secret, &h->value, 0);
    }

    if (headers_is(&authorization, &h->key)) {
        return !(*authorized)++
               && (!headers_token(&h->value, 0, &token)
                   || headers_set(&brought->token, &token, 0));
    }

    if (headers_among(api->token_headers, &h->key)) {
        (void) headers_token(&h->value, 1, &token);
        return headers_set(&brought->token, &token, 0);
    }

    /* two that differ are none, and an empty one says nothing */

    if (headers_is(&api->refresh_header, &h->key) && h->value.len
        && !headers_set(&brought->refresh, &h->value, 0))
    {
        brought->refresh.len = 0;
    }

    return 1;
}


static ngx_uint_t
headers_set(ngx_str_t *slot, const ngx_str_t *value, ngx_uint_t once)
{
    if (slot->data && (once || !fuzz_same(slot, value))) {
        return 0;
    }

    *slot = *value;

    return 1;
}


/* what follows "Bearer"; bare: or all of it, which may be opaque anywhere */

static ngx_uint_t
headers_token(const ngx_str_t *value, ngx_uint_t bare, ngx_str_t *token)
{
    size_t  i;

    static const ngx_str_t  bearer = ngx_string("Bearer");

    *token = *value;

    if (headers_begins(value, &bearer)
        && (value->len == bearer.len || value->data[bearer.len] == ' '))
    {
        token->data += bearer.len;
        token->len -= bearer.len;

        while (token->len && token->data[0] == ' ') {
            token->data++;
            token->len--;
        }

        return 1;
    }

    if (bare || !fuzz_loc.opaque_tokens || value->len != 32) {
        return bare;
    }

    for (i = 0; i < value->len; i++) {
        if (!isxdigit(value->data[i])) {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
headers_among(const ngx_str_t *names, const ngx_str_t *name)
{
    for ( /* void */ ; names->len; names++) {
        if (headers_is(names, name)) {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
headers_is(const ngx_str_t *a, const ngx_str_t *b)
{
    return a->len && a->len == b->len
           && ngx_strncasecmp(a->data, b->data, a->len) == 0;
}
