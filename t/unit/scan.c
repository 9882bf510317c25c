/* The scanner: texts are copied into buffers of their exact size. */

#include <ngx_config.h>
#include <ngx_core.h>

#include <jansson.h>

#include "base/ngx_crm_scan.h"

#include "scan_texts.h"
#include "tap.h"


static void scan_texts(void);
static void scan_truncated(void);
static u_char *scan_repeat(u_char *p, const char *text, size_t times);
static void scan_nested(void);
static void scan_places(void);
static void scan_span(void);


int
main(void)
{
    scan_texts();
    scan_truncated();
    scan_nested();
    scan_places();
    scan_span();

    return done_testing();
}


static void
scan_texts(void)
{
    size_t              i;
    json_t             *tree;
    ngx_str_t           text;
    json_error_t        error;
    ngx_crm_span_t      span;
    const scan_text_t  *c;

    for (i = 0; i < scan_count(scan_text_cases); i++) {
        c = &scan_text_cases[i];

        text = scan_copy(c->text, c->len);

        is_int(ngx_crm_scan_text(&text, &span),
               c->valid ? NGX_OK : NGX_ERROR, c->text);

        tree = json_loadb((char *) text.data, text.len,
                          JSON_DECODE_ANY|JSON_ALLOW_NUL, &error);

        is_int(tree != NULL, c->valid && !c->differs, "as jansson says");

        json_decref(tree);
        free(text.data);
    }
}


static void
scan_truncated(void)
{
    size_t          n;
    ngx_int_t       rc;
    ngx_str_t       text;
    ngx_crm_span_t  span;

    static const char  sample[] =
        "{\"text\":\"0123456789abcdef0123456789 \xc3\xa9\xe2\x82\xac"
        "\xf0\x9f\x98\x80 \\n\\u00e9\\uD83D\\uDE00\",\"words\":[true,false,"
        "null],\"numbers\":[0,-1,1.5,-2.5e-3,1E+9,12345678901234567890],"
        "\"deep\":{\"a\":{\"b\":[[[{\"c\":\"\"}]]]}}}";

    rc = NGX_ERROR;

    for (n = 0; n < sizeof(sample) && rc != NGX_OK; n++) {
        text = scan_copy(sample, n);
        rc = ngx_crm_scan_text(&text, &span);
        free(text.data);
    }

    is_int(n, sizeof(sample), "a text is valid with its last byte only");
}


static u_char *
scan_repeat(u_char *p, const char *text, size_t times)
{
    while (times--) {
        p = ngx_cpymem(p, text, strlen(text));
    }

    return p;
}


static void
scan_nested(void)
{
    size_t          i;
    u_char         *p;
    ngx_str_t       text;
    ngx_crm_span_t  span;

    static const struct {
        size_t       levels;
        const char  *open;
        const char  *middle;
        const char  *close;
        ngx_int_t    rc;
    } cases[] = {
        { NGX_CRM_SCAN_DEPTH, "[", "", "]", NGX_OK },
        { NGX_CRM_SCAN_DEPTH + 1, "[", "", "]", NGX_ERROR },
        { NGX_CRM_SCAN_DEPTH, "{\"a\":", "1", "}", NGX_OK },
        { NGX_CRM_SCAN_DEPTH + 1, "{\"a\":", "1", "}", NGX_ERROR },
        { NGX_CRM_SCAN_DEPTH / 2, "{\"a\":[", "", "]}", NGX_OK },
        { NGX_CRM_SCAN_DEPTH / 2, "{\"a\":[", "", "}]", NGX_ERROR },
        { NGX_CRM_SCAN_DEPTH / 2, "[[", "{}", "]]", NGX_ERROR },
        { 100000, "[", "", "]", NGX_ERROR },
        { 100000, "[", "", "", NGX_ERROR }
    };

    for (i = 0; i < scan_count(cases); i++) {
        text.len = cases[i].levels
                   * (strlen(cases[i].open) + strlen(cases[i].close))
                   + strlen(cases[i].middle);
        text.data = malloc(text.len);

        p = scan_repeat(text.data, cases[i].open, cases[i].levels);
        p = scan_repeat(p, cases[i].middle, 1);
        scan_repeat(p, cases[i].close, cases[i].levels);

        is_int(ngx_crm_scan_text(&text, &span), cases[i].rc, cases[i].open);

        free(text.data);
    }
}


static void
scan_span(void)
{
    ngx_str_t       text;
    ngx_crm_span_t  span;

    text = scan_copy(scan_bytes(" \n{\"a\": 1.10 }\r\n"));

    is_int(ngx_crm_scan_text(&text, &span), NGX_OK, "white space around");
    is_text(&span, "{\"a\": 1.10 }", "the value without it, as it was");

    free(text.data);
}


/* whatever the place of a byte among those that are looked at together */

static void
scan_places(void)
{
    size_t          i, at, accepted;
    u_char          was;
    ngx_str_t       text;
    ngx_crm_span_t  span;

    static const u_char  bytes[] = { '\0', '\n', 0x1f, '"', '\\', 0x80, 0xff };

    text.len = 300;
    text.data = malloc(text.len);

    memset(text.data, 'x', text.len);
    memcpy(text.data, "[\"y\",\"", 6);
    memcpy(text.data + text.len - 2, "\"]", 2);

    is_int(ngx_crm_scan_text(&text, &span), NGX_OK, "a long string");

    for (i = 0; i < sizeof(bytes); i++) {
        accepted = 0;

        for (at = 6; at < text.len - 2; at++) {
            was = text.data[at];
            text.data[at] = bytes[i];

            accepted += (ngx_crm_scan_text(&text, &span) == NGX_OK);

            text.data[at] = was;
        }

        is_int(accepted, 0, "one wrong byte, anywhere in it");
    }

    free(text.data);
}
