/*
 * libFuzzer: a block of headers, parsed by NGINX: what the gate takes from it,
 * demands of it and leaves of it, beside what is plainly there.  The first
 * byte names the API, the second the route, the third has flags.
 */

#include "headers.h"
#include "gate/ngx_crm_credentials.h"
#include "gate/ngx_crm_forward.h"
#include "gate/ngx_crm_headers.h"
#include "store/ngx_crm_opaque.h"


#define HEADERS_OPAQUE   0x01
#define HEADERS_FORWARD  0x02
#define HEADERS_TOLD     0x04


static ngx_int_t headers_parse(const ngx_str_t *block);
static void headers_push(ngx_http_request_t *r);
static const ngx_crm_route_t *headers_route(const ngx_crm_api_t *api,
    ngx_uint_t n);
static void headers_credentials(void);
static void headers_left(ngx_uint_t told);
static ngx_uint_t headers_is_ours(const ngx_table_elt_t *h);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t               text;
    ngx_uint_t              flags, n;
    const ngx_crm_api_t    *api;
    const ngx_crm_route_t  *route;

    text.data = (u_char *) data;
    text.len = size;

    api = ngx_crm_apis[fuzz_byte(&text) & 3];
    route = headers_route(api, fuzz_byte(&text) & 31);
    flags = fuzz_byte(&text);

    fuzz_loc.opaque_tokens = (flags & HEADERS_OPAQUE);
    fuzz_loc.forward_credentials = (flags & HEADERS_FORWARD) ? 1 : 0;

    fuzz_begin(api);

    n = route->needs / NGX_CRM_DEMANDS(1);
    fuzz.ctx->demands = n ? &api->terms->demands[n] : NULL;

    if (headers_parse(&text) == NGX_OK) {
        headers_credentials();
        headers_demanded(flags & HEADERS_TOLD);
        headers_left(flags & HEADERS_TOLD);
    }

    fuzz_end();

    return 0;
}


/* every row of the API's tables */

static const ngx_crm_route_t *
headers_route(const ngx_crm_api_t *api, ngx_uint_t n)
{
    const ngx_crm_route_t  *row;

    for (row = api->routes; row->path.len && n; row++) {
        n--;
    }

    if (row->path.len == 0 && api->terms && api->terms->answers) {
        for (row = api->terms->answers; row->path.len && n; row++) {
            n--;
        }
    }

    return row->path.len ? row : api->unlisted;
}


/* as ngx_http_process_request_headers() does */

static ngx_int_t
headers_parse(const ngx_str_t *block)
{
    ngx_int_t            rc;
    ngx_buf_t            b;
    ngx_http_request_t  *r;

    r = fuzz.r;

    ngx_memzero(&b, sizeof(ngx_buf_t));

    b.start = ngx_pnalloc(fuzz.pool, block->len + 4);
    b.pos = b.start;
    b.last = ngx_cpymem(ngx_cpymem(b.start, block->data, block->len),
                        "\r\n\r\n", 4);

    while ((rc = ngx_http_parse_header_line(r, &b, 1)) == NGX_OK) {
        if (!r->invalid_header) {
            headers_push(r);
        }
    }

    return (rc == NGX_HTTP_PARSE_HEADER_DONE) ? NGX_OK : NGX_DECLINED;
}


static void
headers_push(ngx_http_request_t *r)
{
    ngx_str_t         lowcase;
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_in.headers);

    /* which is not zeroed, there as here */

    h->hash = r->header_hash;

    h->key = fuzz_copy(r->header_name_start,
                       r->header_name_end - r->header_name_start);
    h->value = fuzz_copy(r->header_start, r->header_end - r->header_start);

    lowcase = fuzz_copy(h->key.data, h->key.len);
    h->lowcase_key = lowcase.data;

    ngx_strlow(h->lowcase_key, h->key.data, h->key.len);
}


static void
headers_credentials(void)
{
    ngx_int_t           rc;
    ngx_str_t           wrong;
    ngx_crm_ctx_t      *ctx;
    headers_brought_t   brought;

    ctx = fuzz.ctx;

    rc = ngx_crm_credentials_read(fuzz.r, ctx);

    if (!headers_bring(&brought, &wrong)) {
        fuzz_check(rc == NGX_HTTP_BAD_REQUEST);
        fuzz_check(ctx->refusal.name == NGX_CRM_BAD_REQUEST);
        fuzz_check(fuzz_same(&ctx->refusal.parameter, &wrong));
        return;
    }

    fuzz_check(rc == NGX_OK);
    fuzz_check(ctx->refusal.name == NGX_CRM_PASSED);

    fuzz_check(fuzz_same(&ctx->sent_key, &brought.key));
    fuzz_check(fuzz_same(&ctx->sent_secret, &brought.secret));
    fuzz_check(fuzz_same(&ctx->sent_token, &brought.token));
    fuzz_check(fuzz_same(&ctx->sent_refresh, &brought.refresh));

    /* there, though empty, is not the same as not there */

    fuzz_check((ctx->sent_key.data != NULL) == (brought.key.data != NULL));
    fuzz_check((ctx->sent_token.data != NULL)
               == (brought.token.data != NULL));
}


/* nothing of ours that is not ours, no credentials, and all else as it was */

static void
headers_left(ngx_uint_t told)
{
    ngx_list_t        before;
    ngx_uint_t        n, stayed;
    ngx_table_elt_t  *h, *left;

    before = fuzz.r->headers_in.headers;

    if (before.last == &fuzz.r->headers_in.headers.part) {
        before.last = &before.part;
    }

    ngx_str_set(&fuzz.ctx->contact, "CAD1");
    ngx_str_set(&fuzz.ctx->app, "shop");

    fuzz_check(ngx_crm_forward_disown(fuzz.r) == NGX_OK);
    fuzz_check(ngx_crm_forward_replace(fuzz.r, fuzz.ctx, told) == NGX_OK);

    stayed = 0;

    for (n = 0; (h = headers_nth(&before, n)) != NULL; n++) {

        if (headers_is_ours(h)
            || (!fuzz_loc.forward_credentials
                && headers_is_credential(h)))
        {
            continue;
        }

        left = headers_nth(&fuzz.r->headers_in.headers, stayed++);

        fuzz_check(left && left->key.data == h->key.data
                   && left->value.data == h->value.data
                   && left->value.len == h->value.len);
    }

    for (n = stayed;
         (left = headers_nth(&fuzz.r->headers_in.headers, n)) != NULL; n++)
    {
        fuzz_check(headers_is_ours(left));
        fuzz_check(left->hash == ngx_hash_key_lc(left->key.data,
                                                 left->key.len));
        fuzz_read(&left->value);
    }

    /* contact, app and mode; there is no session */

    fuzz_check(n == stayed + (told ? 3 : 0));
}


/* what reads headers as CGI does takes _ and - for the same */

static ngx_uint_t
headers_is_ours(const ngx_table_elt_t *h)
{
    static const ngx_str_t  prefix = ngx_string("X-CRM-");

    return headers_begins(&h->key, &prefix);
}
