#include "headers.h"
#include "gate/ngx_crm_headers.h"

#include <ctype.h>


static const ngx_crm_header_t *headers_first_wrong(
    const ngx_crm_header_t *header, ngx_int_t *rc);
static ngx_str_t headers_find(const ngx_list_t *list, const ngx_str_t *name,
    ngx_uint_t *twice);
static ngx_int_t headers_judge(const ngx_crm_header_t *header,
    const ngx_str_t *value);
static ngx_uint_t headers_is_day(const ngx_str_t *value);
static ngx_uint_t headers_is_printable(const ngx_str_t *value);
static void headers_returned(const ngx_crm_header_t *header,
    ngx_uint_t upstream);


void
headers_demanded(ngx_uint_t upstream)
{
    ngx_int_t                rc, said;
    ngx_crm_ctx_t           *ctx;
    const ngx_crm_terms_t   *terms;
    const ngx_crm_header_t  *wrong, *header;

    ctx = fuzz.ctx;
    terms = ctx->api->terms;

    fuzz_check(ngx_crm_headers_correlate(fuzz.r, ctx) == NGX_OK);

    rc = NGX_OK;
    wrong = NULL;

    if (terms && terms->headers) {
        wrong = headers_first_wrong(terms->headers, &rc);

        for (header = terms->headers; header->name.len; header++) {
            if (header->kind == NGX_CRM_HEADER_CORRELATION) {
                headers_returned(header, upstream);
            }
        }

    } else {
        fuzz_check(ctx->correlation.len == 0);
    }

    if (wrong == NULL && ctx->demands && ctx->demands->headers) {
        wrong = headers_first_wrong(ctx->demands->headers, &rc);
    }

    ctx->alphabet = NULL;
    said = ngx_crm_headers_check(fuzz.r, ctx);

    fuzz_check(said == rc);
    fuzz_check(wrong == NULL
               || fuzz_same(&ctx->refusal.parameter, &wrong->name));
}


static const ngx_crm_header_t *
headers_first_wrong(const ngx_crm_header_t *header, ngx_int_t *rc)
{
    ngx_str_t   value;
    ngx_uint_t  twice;

    for ( /* void */ ; header->name.len; header++) {

        value = headers_find(&fuzz.r->headers_in.headers, &header->name,
                             &twice);
        *rc = twice ? NGX_HTTP_BAD_REQUEST : headers_judge(header, &value);

        if (*rc != NGX_OK) {
            return header;
        }
    }

    return NULL;
}


static ngx_str_t
headers_find(const ngx_list_t *list, const ngx_str_t *name,
    ngx_uint_t *twice)
{
    ngx_str_t         first;
    ngx_uint_t        n;
    ngx_table_elt_t  *h;

    *twice = 0;
    ngx_str_null(&first);

    for (n = 0; (h = headers_nth(list, n)) != NULL; n++) {

        if (!h->hash || !headers_is(&h->key, name)) {
            continue;
        }

        *twice = (first.data != NULL);

        if (first.data == NULL) {
            first = h->value;
        }
    }

    return first;
}


static ngx_int_t
headers_judge(const ngx_crm_header_t *header, const ngx_str_t *value)
{
    size_t            i;
    ngx_uint_t        ok;
    const ngx_str_t  *name;

    ok = 0;

    for (i = 0; i < value->len; i++) {
        ok |= (value->data[i] != ' ' && value->data[i] != '\t');
    }

    switch (header->kind) {

    case NGX_CRM_HEADER_TYPE:
        i = header->values->len;
        ok = headers_begins(value, header->values)
             && (value->len == i || strchr("; \t", value->data[i]));

        return ok ? NGX_OK : NGX_HTTP_UNSUPPORTED_MEDIA_TYPE;

    case NGX_CRM_HEADER_ALPHABET:
        ok = !ok;

        for (name = header->values; name->len; name += 2) {
            ok |= headers_is(name, value);
        }

        break;

    case NGX_CRM_HEADER_DATE:
        ok = headers_is_day(value);
        break;

    case NGX_CRM_HEADER_CORRELATION:
        ok = ok && headers_is_printable(value);
        break;

    default:
        break;
    }

    return ok ? NGX_OK : NGX_HTTP_BAD_REQUEST;
}


/* as the C library counts the days */

static ngx_uint_t
headers_is_day(const ngx_str_t *value)
{
    int         day, month, year, end;
    char        text[11];
    time_t      t;
    struct tm   tm;

    if (value->len != 10) {
        return 0;
    }

    ngx_memcpy(text, value->data, 10);
    text[10] = '\0';
    end = 0;

    if (sscanf(text, "%2d-%2d-%4d%n", &day, &month, &year, &end) != 3
        || end != 10 || strspn(text, "0123456789-") != 10 || year < 1
        || text[2] != '-' || text[5] != '-')
    {
        return 0;
    }

    ngx_memzero(&tm, sizeof(tm));
    tm.tm_mday = day;
    tm.tm_mon = month - 1;
    tm.tm_year = year - 1900;

    t = timegm(&tm);
    (void) gmtime_r(&t, &tm);

    return tm.tm_mday == day && tm.tm_mon == month - 1;
}


static ngx_uint_t
headers_is_printable(const ngx_str_t *value)
{
    size_t  i;

    for (i = 0; i < value->len && isprint(value->data[i]); i++) {
        /* void */
    }

    return i == value->len && i >= 1 && i <= 128;
}


static void
headers_returned(const ngx_crm_header_t *header, ngx_uint_t upstream)
{
    ngx_str_t         value, back;
    ngx_uint_t        twice;
    ngx_table_elt_t  *h;

    value = headers_find(&fuzz.r->headers_in.headers, &header->name, &twice);

    if (!headers_is_printable(&value)) {
        ngx_str_null(&value);
    }

    fuzz_check(fuzz_same(&fuzz.ctx->correlation, &value));

    fuzz_check(ngx_list_init(&fuzz.r->headers_out.headers, fuzz.pool, 2,
                             sizeof(ngx_table_elt_t))
               == NGX_OK);

    if (upstream) {
        h = ngx_list_push(&fuzz.r->headers_out.headers);
        h->hash = 1;
        h->key = header->name;
        ngx_str_set(&h->value, "another");
    }

    fuzz_check(ngx_crm_headers_return(fuzz.r, fuzz.ctx) == NGX_OK);

    back = headers_find(&fuzz.r->headers_out.headers, &header->name, &twice);
    fuzz_check(fuzz_same(&back, &value) && !twice);
}
