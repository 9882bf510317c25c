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
static void scan_among(void);
static void scan_every(const char *letters, size_t n, size_t len,
    const char *before, const char *after, const char *name);
static ngx_uint_t scan_by_jansson(const ngx_str_t *text);
static void scan_digits(void);
static void scan_indented(void);
static void scan_span(void);


int
main(void)
{
    scan_texts();
    scan_truncated();
    scan_nested();
    scan_places();
    scan_among();
    scan_every(scan_bytes("019-+.eE"), 6, "[", "]", "numbers");
    scan_every(scan_bytes("\x41\x80\x8f\x90\x9f\xa0\xbf\xc1\xc2\xdf\xe0\xe1"
                          "\xec\xed\xef\xf0\xf4\xf5\""),
               4, "[\"", "\"]", "characters");
    scan_digits();
    scan_indented();
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


/* a text that is short is looked at otherwise than with much around it */

static void
scan_among(void)
{
    size_t              i;
    u_char             *p;
    ngx_str_t           text;
    ngx_crm_span_t      span;
    const scan_text_t  *c;

    static const char  many[] = "\"0123456789abcdef0123456789abcdef"
                                "0123456789abcdef0123456789abcdef0123456\"";

    for (i = 0; i < scan_count(scan_text_cases); i++) {
        c = &scan_text_cases[i];

        text.len = c->len + 2 * strlen(many) + 4;
        text.data = malloc(text.len);

        p = scan_repeat(text.data, "[", 1);
        p = scan_repeat(p, many, 1);
        p = scan_repeat(p, ",", 1);
        p = ngx_cpymem(p, c->text, c->len);
        p = scan_repeat(p, ",", 1);
        p = scan_repeat(p, many, 1);
        scan_repeat(p, "]", 1);

        is_int(ngx_crm_scan_text(&text, &span),
               c->valid ? NGX_OK : NGX_ERROR, c->text);

        free(text.data);
    }
}


/* all that so many of the letters spell, at changing places of long strings */

static void
scan_every(const char *letters, size_t n, size_t len, const char *before,
    const char *after, const char *name)
{
    size_t           i, j, rest, all, valid;
    u_char          *p;
    ngx_str_t        text;
    ngx_uint_t       differ;
    ngx_crm_span_t   span;

    text.data = malloc(400);

    for (all = 1, j = 0; j < len; j++) {
        all *= n;
    }

    differ = 0;
    valid = 0;

    for (i = 0; i < all; i++) {
        p = scan_repeat(text.data, "[\"", 1);
        p = scan_repeat(p, "x", i % 67);
        p = scan_repeat(p, "\",", 1);
        p = scan_repeat(p, before, 1);

        for (rest = i, j = 0; j < len; j++, rest /= n) {
            *p++ = letters[rest % n];
        }

        p = scan_repeat(p, after, 1);
        p = scan_repeat(p, ",\"", 1);
        p = scan_repeat(p, "x", 70);
        p = scan_repeat(p, "\"]", 1);

        text.len = p - text.data;

        if (ngx_crm_scan_text(&text, &span) == NGX_OK) {
            valid++;
            differ += !scan_by_jansson(&text);
            continue;
        }

        /* the many that are none are not worth jansson's time */

        differ += (i % 16 == 0 && scan_by_jansson(&text));
    }

    is_int(differ, 0, name);
    is_int(valid > 0, 1, "some are valid");

    free(text.data);
}


/* with numbers that are too large for it */

static ngx_uint_t
scan_by_jansson(const ngx_str_t *text)
{
    json_t        *tree;
    json_error_t   error;

    tree = json_loadb((char *) text->data, text->len, JSON_DECODE_INT_AS_REAL,
                      &error);

    json_decref(tree);

    return tree != NULL
           || json_error_code(&error) == json_error_numeric_overflow;
}


static void
scan_digits(void)
{
    size_t           whole, part;
    u_char          *p;
    ngx_str_t        text;
    ngx_uint_t       wrong;
    ngx_crm_span_t   span;

    text.data = malloc(200);
    wrong = 0;

    for (whole = 1; whole < 40; whole++) {
        for (part = 0; part < 40; part++) {
            p = scan_repeat(text.data, "[-", 1);
            p = scan_repeat(p, "1", whole);
            p = scan_repeat(p, ".", 1);
            p = scan_repeat(p, "2", part);
            p = scan_repeat(p, ",0,[[[[[[[[[[[[[[[[", 1);
            p = scan_repeat(p, "]", 17);

            text.len = p - text.data;

            wrong += (ngx_crm_scan_text(&text, &span) != NGX_OK)
                     != (part == 0);
        }
    }

    is_int(wrong, 0, "digits, whatever their number");

    free(text.data);
}


static void
scan_indented(void)
{
    size_t           spaces;
    u_char          *p, *last;
    ngx_str_t        text;
    ngx_uint_t       wrong;
    ngx_crm_span_t   span;

    wrong = 0;

    for (spaces = 1; spaces < 50; spaces++) {
        text.len = 2 * spaces + 13;
        text.data = malloc(text.len);

        p = scan_repeat(text.data, "{\n", 1);
        p = scan_repeat(p, " ", spaces);
        last = p - 1;
        p = scan_repeat(p, "\"a\":\n", 1);
        p = scan_repeat(p, " ", spaces);
        p = scan_repeat(p, "1\r\n\t\n}", 1);

        wrong += (ngx_crm_scan_text(&text, &span) != NGX_OK);

        *last = '\v';
        wrong += (ngx_crm_scan_text(&text, &span) == NGX_OK);

        free(text.data);
    }

    is_int(wrong, 0, "lines, however far they are indented");
}
