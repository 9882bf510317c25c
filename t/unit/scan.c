/* The scanner: texts are copied into buffers of their exact size. */

#include <ngx_config.h>
#include <ngx_core.h>

#include <jansson.h>

#include "base/ngx_crm_scan.h"

#include "tap.h"


#define scan_bytes(s)      s, sizeof(s) - 1
#define scan_count(table)  (sizeof(table) / sizeof((table)[0]))


typedef struct {
    const char  *text;
    size_t       len;
    ngx_uint_t   valid;
    ngx_uint_t   differs;    /* jansson refuses more than RFC 8259 does */
} scan_text_t;


static ngx_str_t scan_copy(const char *text, size_t len);
static void scan_texts(void);
static void scan_truncated(void);
static u_char *scan_repeat(u_char *p, const char *text, size_t times);
static void scan_nested(void);
static void scan_span(void);


static const scan_text_t  scan_text_cases[] = {

    { scan_bytes("{}"), 1, 0 },
    { scan_bytes("[]"), 1, 0 },
    { scan_bytes(" \t\r\n[ ] \n"), 1, 0 },
    { scan_bytes("\"\""), 1, 0 },
    { scan_bytes("null"), 1, 0 },
    { scan_bytes("true"), 1, 0 },
    { scan_bytes("false"), 1, 0 },
    { scan_bytes("0"), 1, 0 },
    { scan_bytes("-0"), 1, 0 },
    { scan_bytes("-1.5e+10"), 1, 0 },
    { scan_bytes("1E5"), 1, 0 },
    { scan_bytes("1.62726591323E12"), 1, 0 },
    { scan_bytes("[1,2,{\"a\":[{}],\"b\":null}]"), 1, 0 },
    { scan_bytes("{\"a\":{\"b\":{\"c\":[[],[[]]]}}}"), 1, 0 },
    { scan_bytes("{ \"a\" : 1 , \"b\" : [ 1 , 2 ] }"), 1, 0 },
    { scan_bytes("{\"a\":1,\"a\":2}"), 1, 0 },
    { scan_bytes("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\""), 1, 0 },
    { scan_bytes("\"\\uD83D\\uDE00\""), 1, 0 },
    { scan_bytes("\"\\ud7ff\\ue000\""), 1, 0 },
    { scan_bytes("\"\\u0000\""), 1, 0 },
    { scan_bytes("\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\""), 1, 0 },
    { scan_bytes("\"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\""), 1, 0 },
    { scan_bytes("\"0123456789abcdef0123456789abcdef\x7f\""), 1, 0 },
    { scan_bytes("\"0123456789abcdef\\n0123456789abcde\""), 1, 0 },
    { scan_bytes("12345678901234567890"), 1, 1 },
    { scan_bytes("1e400"), 1, 1 },

    { scan_bytes(""), 0, 0 },
    { scan_bytes("   "), 0, 0 },
    { scan_bytes("{"), 0, 0 },
    { scan_bytes("}"), 0, 0 },
    { scan_bytes("[1,]"), 0, 0 },
    { scan_bytes("[,1]"), 0, 0 },
    { scan_bytes("[1 2]"), 0, 0 },
    { scan_bytes("[1}"), 0, 0 },
    { scan_bytes("{]"), 0, 0 },
    { scan_bytes("{\"a\":1,}"), 0, 0 },
    { scan_bytes("{,}"), 0, 0 },
    { scan_bytes("{\"a\"}"), 0, 0 },
    { scan_bytes("{\"a\":}"), 0, 0 },
    { scan_bytes("{\"a\" 1}"), 0, 0 },
    { scan_bytes("{\"a\":1 \"b\":2}"), 0, 0 },
    { scan_bytes("{\"a\":1{\"b\":2}}"), 0, 0 },
    { scan_bytes("{a:1}"), 0, 0 },
    { scan_bytes("{1:1}"), 0, 0 },
    { scan_bytes("{'a':1}"), 0, 0 },
    { scan_bytes("'a'"), 0, 0 },
    { scan_bytes("{}{}"), 0, 0 },
    { scan_bytes("[] x"), 0, 0 },
    { scan_bytes("[1] // c"), 0, 0 },
    { scan_bytes("/**/[1]"), 0, 0 },
    { scan_bytes("NaN"), 0, 0 },
    { scan_bytes("nan"), 0, 0 },
    { scan_bytes("Infinity"), 0, 0 },
    { scan_bytes("-Infinity"), 0, 0 },
    { scan_bytes("True"), 0, 0 },
    { scan_bytes("tru"), 0, 0 },
    { scan_bytes("nulll"), 0, 0 },
    { scan_bytes("undefined"), 0, 0 },
    { scan_bytes("01"), 0, 0 },
    { scan_bytes("-01"), 0, 0 },
    { scan_bytes("00"), 0, 0 },
    { scan_bytes("+1"), 0, 0 },
    { scan_bytes("-"), 0, 0 },
    { scan_bytes("1."), 0, 0 },
    { scan_bytes(".5"), 0, 0 },
    { scan_bytes("1e"), 0, 0 },
    { scan_bytes("1e+"), 0, 0 },
    { scan_bytes("1.e5"), 0, 0 },
    { scan_bytes("0x10"), 0, 0 },
    { scan_bytes("1_000"), 0, 0 },
    { scan_bytes("--1"), 0, 0 },
    { scan_bytes("\"\\x41\""), 0, 0 },
    { scan_bytes("\"\\'\""), 0, 0 },
    { scan_bytes("\"\\u12\""), 0, 0 },
    { scan_bytes("\"\\u12g4\""), 0, 0 },
    { scan_bytes("\"\\"), 0, 0 },
    { scan_bytes("\"\\\""), 0, 0 },
    { scan_bytes("\"abc"), 0, 0 },
    { scan_bytes("\"\\uD83D\""), 0, 0 },
    { scan_bytes("\"\\uDE00\""), 0, 0 },
    { scan_bytes("\"\\uD83Dx\""), 0, 0 },
    { scan_bytes("\"\\uD83D\\n\""), 0, 0 },
    { scan_bytes("\"\\uD83D\\uD83D\""), 0, 0 },
    { scan_bytes("\"\\uDE00\\uD83D\""), 0, 0 },
    { scan_bytes("\"\\uDE00\\uDE00\""), 0, 0 },
    { scan_bytes("\"a\nb\""), 0, 0 },
    { scan_bytes("\"a\tb\""), 0, 0 },
    { scan_bytes("\"\x1f\""), 0, 0 },
    { scan_bytes("\"a\0b\""), 0, 0 },
    { scan_bytes("[1]\0"), 0, 0 },
    { scan_bytes("\0[1]"), 0, 0 },
    { scan_bytes("\"\xc0\xaf\""), 0, 0 },
    { scan_bytes("\"\xc1\xbf\""), 0, 0 },
    { scan_bytes("\"\xe0\x80\xaf\""), 0, 0 },
    { scan_bytes("\"\xe0\x9f\xbf\""), 0, 0 },
    { scan_bytes("\"\xf0\x80\x80\xaf\""), 0, 0 },
    { scan_bytes("\"\xf0\x8f\xbf\xbf\""), 0, 0 },
    { scan_bytes("\"\xed\xa0\x80\""), 0, 0 },
    { scan_bytes("\"\xed\xbf\xbf\""), 0, 0 },
    { scan_bytes("\"\xf4\x90\x80\x80\""), 0, 0 },
    { scan_bytes("\"\xf5\x80\x80\x80\""), 0, 0 },
    { scan_bytes("\"\xff\""), 0, 0 },
    { scan_bytes("\"\x80\""), 0, 0 },
    { scan_bytes("\"\xc3\""), 0, 0 },
    { scan_bytes("\"\xe2\x82\""), 0, 0 },
    { scan_bytes("\"0123456789abcdef\x01\""), 0, 0 },
    { scan_bytes("\"0123456789abcde\xff\""), 0, 0 },
    { scan_bytes("\"0123456789ab\x1f" "def0123456789abcdef\""), 0, 0 },
    { scan_bytes("\xef\xbb\xbf{}"), 0, 0 },
    { scan_bytes("[1\x0b]"), 0, 0 },
    { scan_bytes("[\xc2\xa0]"), 0, 0 }
};


int
main(void)
{
    scan_texts();
    scan_truncated();
    scan_nested();
    scan_span();

    return done_testing();
}


static ngx_str_t
scan_copy(const char *text, size_t len)
{
    ngx_str_t  copy;

    copy.len = len;
    copy.data = malloc(len);

    memcpy(copy.data, text, len);

    return copy;
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
