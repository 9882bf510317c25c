/*
 * libFuzzer: a request's body, held to the rules of a route, beside jansson's
 * reading of it.  The first byte names one of the routes that have rules, the
 * second says in how many buffers the body came.
 */

#include "body.h"
#include "gate/ngx_crm_rules.h"


static const ngx_crm_demands_t *body_demands(ngx_uint_t n,
    const ngx_crm_api_t **api);
static void body_put(const ngx_str_t *text, ngx_uint_t parts);
static void body_check(const ngx_str_t *text);
static void body_compare(const ngx_str_t *text, json_t *body, ngx_int_t rc);
static void body_echo(json_t *body);
static void body_member(json_t *body, const ngx_str_t *path);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t                 text;
    ngx_uint_t                parts;
    const ngx_crm_api_t      *api;
    const ngx_crm_demands_t  *demands;

    text.data = (u_char *) data;
    text.len = size;

    demands = body_demands(fuzz_byte(&text) & 15, &api);
    parts = 1 + (fuzz_byte(&text) & 3);

    fuzz_begin(api);

    fuzz.ctx->demands = demands;

    body_put(&text, parts);
    body_check(&text);

    fuzz_end();

    return 0;
}


/* the routes with rules, of all APIs, as a ring */

static const ngx_crm_demands_t *
body_demands(ngx_uint_t n, const ngx_crm_api_t **api)
{
    ngx_uint_t                i;
    const ngx_crm_route_t    *row;
    const ngx_crm_demands_t  *demands;

    for (i = 0; /* void */ ; i = (i + 1) & 3) {

        *api = ngx_crm_apis[i];

        for (row = (*api)->routes; row->path.len; row++) {

            if (row->needs < NGX_CRM_DEMANDS(1)) {
                continue;
            }

            demands = &(*api)->terms->demands[row->needs
                                              / NGX_CRM_DEMANDS(1)];

            if (demands->rules && n-- == 0) {
                return demands;
            }
        }
    }
}


static void
body_put(const ngx_str_t *text, ngx_uint_t parts)
{
    size_t         n, done;
    ngx_str_t      part;
    ngx_buf_t     *b;
    ngx_chain_t  **next;

    fuzz.r->request_body = ngx_pcalloc(fuzz.pool,
                                       sizeof(ngx_http_request_body_t));
    next = &fuzz.r->request_body->bufs;

    for (done = 0; done < text->len; done += n) {

        n = (parts == 1) ? text->len - done : text->len / parts + 1;
        n = ngx_min(n, text->len - done);

        part = fuzz_copy(text->data + done, n);

        b = ngx_pcalloc(fuzz.pool, sizeof(ngx_buf_t));
        b->start = part.data;
        b->pos = part.data;
        b->last = part.data + n;
        b->end = b->last;
        b->temporary = 1;

        *next = ngx_pcalloc(fuzz.pool, sizeof(ngx_chain_t));
        (*next)->buf = b;
        next = &(*next)->next;
    }
}


static void
body_check(const ngx_str_t *text)
{
    json_t                  *body;
    ngx_int_t                rc;
    ngx_str_t                json;
    json_error_t             error;
    ngx_crm_reason_e         form;
    const ngx_crm_ctx_t     *ctx;

    ctx = fuzz.ctx;
    rc = ngx_crm_rules_check(fuzz.r, fuzz.ctx);

    fuzz_check(rc == NGX_OK ? ctx->refusal.name == NGX_CRM_PASSED
                            : rc == NGX_HTTP_BAD_REQUEST);

    json = *text;

    if (ctx->demands->form.len) {

        if (text->len && memchr(text->data, '\0', text->len)) {
            return;
        }

        form = body_form(text, &ctx->demands->form, &json);

        if (form != NGX_CRM_PASSED) {
            fuzz_check(ctx->refusal.name == form);
            return;
        }
    }

    body = json_loadb((char *) json.data, json.len,
                      JSON_REJECT_DUPLICATES|JSON_DECODE_ANY|JSON_ALLOW_NUL
                      |JSON_DECODE_INT_AS_REAL, &error);

    if (body && (json_is_object(body)
                 || ctx->demands->rules->path.len == 0))
    {
        body_compare(&json, body, rc);

    } else if (body || json_error_code(&error) == json_error_invalid_syntax) {
        fuzz_check(ctx->refusal.name == NGX_CRM_INVALID_JSON);
    }

    json_decref(body);
}


static void
body_compare(const ngx_str_t *text, json_t *body, ngx_int_t rc)
{
    size_t                i, open;
    ngx_uint_t            doubtful;
    body_verdict_t        verdict;
    const ngx_crm_ctx_t  *ctx;

    ctx = fuzz.ctx;
    open = 0;
    doubtful = 0;

    for (i = 0; i < text->len; i++) {
        open += (text->data[i] == '[' || text->data[i] == '{');
        doubtful |= (text->data[i] == '\0');
    }

    /* jansson goes deeper than we do, and swallows a NUL */

    if (open > 64 || doubtful) {
        return;
    }

    fuzz_check(ctx->refusal.name != NGX_CRM_INVALID_JSON);

    verdict = body_judge(body, ctx->demands->rules);

    /* what is spelled with escapes may be refused where it need not */

    if (rc == NGX_OK || memchr(text->data, '\\', text->len) == NULL) {
        fuzz_check(ctx->refusal.name == verdict.name);
        fuzz_check(rc == NGX_OK || fuzz_same(&ctx->refusal.parameter,
                                             &verdict.parameter));
    }

    body_echo(body);

    if (rc == NGX_OK && ctx->demands->code.len) {
        body_member(body, &ctx->demands->code);
        body_member(body, &ctx->demands->number);
    }
}


/* an object, of the members that are listed and no others */

static void
body_echo(json_t *body)
{
    size_t                 n;
    json_t                *echo, *value;
    const ngx_str_t       *said;
    const ngx_crm_echo_t  *row;

    said = &fuzz.ctx->held.echo;

    if (said->len == 0) {
        for (row = fuzz.ctx->demands->echo; row && row->name.len; row++) {
            fuzz_check(!row->always);
        }

        return;
    }

    echo = json_loadb((char *) said->data, said->len,
                      JSON_REJECT_DUPLICATES|JSON_ALLOW_NUL, NULL);

    fuzz_check(json_is_object(echo));

    n = 0;

    for (row = fuzz.ctx->demands->echo; row->name.len; row++) {

        value = json_object_get(echo, (char *) row->name.data);
        n += (value != NULL);

        fuzz_check(value || !row->always);
        fuzz_check(value == NULL
                   || (row->always && json_string_length(value) == 0)
                   || json_equal(value, json_object_get(body,
                                              (char *) row->name.data)));
    }

    fuzz_check(n == json_object_size(echo));

    json_decref(echo);
}


static void
body_member(json_t *body, const ngx_str_t *path)
{
    json_t     *value;
    ngx_str_t   text, expected;

    fuzz_check(ngx_crm_rules_member(fuzz.r, path, &text) == NGX_OK);

    value = body_find(body, path);
    ngx_str_null(&expected);

    if (json_is_string(value) && !body_is_twice(body, path)) {
        expected.len = json_string_length(value);
        expected.data = (u_char *) json_string_value(value);
    }

    fuzz_check(fuzz_same(&text, &expected));
}
