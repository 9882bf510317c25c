/* The header list is read, not $http_…, which cannot tell a_b from a-b. */

#include "gate/ngx_crm_headers.h"
#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_refuse.h"
#include "base/ngx_crm_date.h"
#include "ngx_crm_demands.h"


#define NGX_CRM_HEADERS_CORRELATION  128   /* bytes */


static ngx_int_t ngx_crm_headers_list(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_header_t *header);
static ngx_int_t ngx_crm_headers_one(ngx_crm_ctx_t *ctx,
    const ngx_crm_header_t *header, const ngx_str_t *value);
static ngx_uint_t ngx_crm_headers_is_blank(const ngx_str_t *value);
static ngx_uint_t ngx_crm_headers_is_printable(const ngx_str_t *value);
static ngx_uint_t ngx_crm_headers_is_type(const ngx_str_t *value,
    const ngx_str_t *type);
static ngx_int_t ngx_crm_headers_alphabet(ngx_crm_ctx_t *ctx,
    const ngx_crm_header_t *header, const ngx_str_t *value);
static const ngx_crm_header_t *ngx_crm_headers_correlation(
    const ngx_crm_ctx_t *ctx);
static ngx_uint_t ngx_crm_headers_is(const ngx_table_elt_t *h,
    const ngx_str_t *name);
static ngx_uint_t ngx_crm_headers_find(const ngx_list_t *list,
    const ngx_str_t *name, ngx_str_t *value);


ngx_int_t
ngx_crm_headers_correlate(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t                value;
    const ngx_crm_header_t  *header;

    ngx_str_null(&ctx->correlation);

    header = ngx_crm_headers_correlation(ctx);

    if (header) {
        (void) ngx_crm_headers_find(&r->headers_in.headers, &header->name,
                                    &value);

        if (ngx_crm_headers_is_printable(&value)) {
            ctx->correlation = value;
        }
    }

    return NGX_OK;
}


static const ngx_crm_header_t *
ngx_crm_headers_correlation(const ngx_crm_ctx_t *ctx)
{
    const ngx_crm_header_t  *header;

    if (ctx->api->terms == NULL || ctx->api->terms->headers == NULL) {
        return NULL;
    }

    for (header = ctx->api->terms->headers; header->name.len; header++) {
        if (header->kind == NGX_CRM_HEADER_CORRELATION) {
            return header;
        }
    }

    return NULL;
}


ngx_int_t
ngx_crm_headers_check(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t                 rc;
    const ngx_crm_terms_t    *terms;
    const ngx_crm_demands_t  *demands;

    terms = ctx->api->terms;
    demands = ctx->demands;

    if (terms && terms->headers) {
        rc = ngx_crm_headers_list(r, ctx, terms->headers);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (demands && demands->headers) {
        return ngx_crm_headers_list(r, ctx, demands->headers);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_headers_list(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_header_t *header)
{
    ngx_int_t  rc;
    ngx_str_t  value;

    for ( /* void */ ; header->name.len; header++) {

        /* the CRM may read another one than we */

        if (ngx_crm_headers_find(&r->headers_in.headers, &header->name,
                                 &value)
            > 1)
        {
            return ngx_crm_refuse(ctx, NGX_CRM_INVALID, &header->name);
        }

        rc = ngx_crm_headers_one(ctx, header, &value);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_headers_one(ngx_crm_ctx_t *ctx, const ngx_crm_header_t *header,
    const ngx_str_t *value)
{
    ngx_uint_t  ok;

    if (header->kind == NGX_CRM_HEADER_ALPHABET) {
        return ngx_crm_headers_alphabet(ctx, header, value);
    }

    if (header->kind == NGX_CRM_HEADER_TYPE) {

        if (ngx_crm_headers_is_type(value, header->values)) {
            return NGX_OK;
        }

        (void) ngx_crm_refuse(ctx, NGX_CRM_INVALID, &header->name);
        ctx->refusal.status = NGX_HTTP_UNSUPPORTED_MEDIA_TYPE;

        return NGX_HTTP_UNSUPPORTED_MEDIA_TYPE;
    }

    if (ngx_crm_headers_is_blank(value)) {
        return ngx_crm_refuse(ctx, NGX_CRM_MISSING, &header->name);
    }

    switch (header->kind) {

    case NGX_CRM_HEADER_DATE:
        ok = ngx_crm_date_is(value, (const char *) header->values->data);
        break;

    case NGX_CRM_HEADER_CORRELATION:
        ok = ngx_crm_headers_is_printable(value);
        break;

    default:
        ok = 1;
    }

    return ok ? NGX_OK : ngx_crm_refuse(ctx, NGX_CRM_INVALID, &header->name);
}


/* NGINX takes spaces off a value, and leaves tabs (RFC 9110 section 5.6.3) */

static ngx_uint_t
ngx_crm_headers_is_blank(const ngx_str_t *value)
{
    size_t  i;

    for (i = 0; i < value->len; i++) {
        if (value->data[i] != ' ' && value->data[i] != '\t') {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
ngx_crm_headers_is_printable(const ngx_str_t *value)
{
    size_t  i;

    if (value->len > NGX_CRM_HEADERS_CORRELATION) {
        return 0;
    }

    for (i = 0; i < value->len; i++) {
        if (value->data[i] < ' ' || value->data[i] > '~') {
            return 0;
        }
    }

    return value->len != 0;
}


/* without parameters, and in any case (RFC 9110 section 8.3.1) */

static ngx_uint_t
ngx_crm_headers_is_type(const ngx_str_t *value, const ngx_str_t *type)
{
    u_char  c;

    if (value->len < type->len
        || ngx_strncasecmp(value->data, type->data, type->len) != 0)
    {
        return 0;
    }

    if (value->len == type->len) {
        return 1;
    }

    c = value->data[type->len];

    return c == ';' || c == ' ' || c == '\t';
}


static ngx_int_t
ngx_crm_headers_alphabet(ngx_crm_ctx_t *ctx, const ngx_crm_header_t *header,
    const ngx_str_t *value)
{
    const ngx_str_t  *name;

    if (ngx_crm_headers_is_blank(value)) {
        return NGX_OK;
    }

    for (name = header->values; name->len; name += 2) {
        if (name->len == value->len
            && ngx_strncasecmp(name->data, value->data, name->len) == 0)
        {
            ctx->alphabet = &name[1];
            return NGX_OK;
        }
    }

    return ngx_crm_refuse(ctx, NGX_CRM_INVALID, &header->name);
}


ngx_int_t
ngx_crm_headers_return(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    const ngx_crm_header_t  *header;

    header = ngx_crm_headers_correlation(ctx);

    if (header == NULL || r != r->main) {
        return NGX_OK;
    }

    if (ctx->correlation.len == 0) {
        (void) ngx_crm_headers_correlate(r, ctx);
    }

    (void) ngx_crm_headers_find(&r->headers_out.headers, &header->name, NULL);

    if (ctx->correlation.len == 0) {
        return NGX_OK;
    }

    return ngx_crm_answer_header(r, (const char *) header->name.data,
                                 &ctx->correlation);
}


/* most clients spell it as the documents do */

static ngx_uint_t
ngx_crm_headers_is(const ngx_table_elt_t *h, const ngx_str_t *name)
{
    return h->key.len == name->len
           && (ngx_memcmp(h->key.data, name->data, name->len) == 0
               || ngx_strncasecmp(h->key.data, name->data, name->len) == 0);
}


/*
 * Returns how many there are of that name, and the first one's value, empty
 * where there is none; value NULL: drops all of them.
 */

static ngx_uint_t
ngx_crm_headers_find(const ngx_list_t *list, const ngx_str_t *name,
    ngx_str_t *value)
{
    ngx_uint_t              i, n;
    ngx_table_elt_t        *h;
    const ngx_list_part_t  *part;

    n = 0;

    if (value) {
        ngx_str_null(value);
    }

    for (part = &list->part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (!ngx_crm_headers_is(&h[i], name)) {
                continue;
            }

            if (value == NULL) {
                h[i].hash = 0;

            } else if (n++ == 0) {
                *value = h[i].value;
            }
        }
    }

    return n;
}
