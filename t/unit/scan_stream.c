/* The scanner in parts: as strict as in one piece, wherever they are cut. */

#include <ngx_config.h>
#include <ngx_core.h>

#include <jansson.h>

#include "base/ngx_crm_scan.h"
#include "base/ngx_crm_scan_stream.h"

#include "scan_texts.h"
#include "tap.h"


#define STREAM_MUTANTS  20000


static void stream_texts(void);
static ngx_uint_t stream_valid(const ngx_str_t *text, size_t step,
    size_t first);
static void stream_truncated(void);
static void stream_nested(void);
static void stream_long(void);
static void stream_mutants(void);
static ngx_uint_t stream_random(ngx_uint_t n);


static const char  stream_sample[] =
    "{\"text\":\"0123456789abcdef0123456789 \xc3\xa9\xe2\x82\xac"
    "\xf0\x9f\x98\x80 \\n\\u00e9\\uD83D\\uDE00\\/\",\"words\":[true,false,"
    "null],\"numbers\":[0,-1,1.5,-2.5e-3,1E+9,12345678901234567890],"
    "\"deep\":{\"a\":{\"b\":[[[{\"c\":\"\"}]]]}}, \"\" :\t[ ] }";


int
main(void)
{
    stream_texts();
    stream_truncated();
    stream_nested();
    stream_long();
    stream_mutants();

    return done_testing();
}


static void
stream_texts(void)
{
    size_t              i, cut, valid;
    ngx_str_t           text;
    const scan_text_t  *c;

    for (i = 0; i < scan_count(scan_text_cases); i++) {
        c = &scan_text_cases[i];

        text = scan_copy(c->text, c->len);

        is_int(stream_valid(&text, c->len, c->len), c->valid, c->text);
        is_int(stream_valid(&text, 1, 0), c->valid, "byte by byte");

        valid = 0;

        for (cut = 0; cut <= c->len; cut++) {
            valid += stream_valid(&text, c->len, cut);
        }

        is_int(valid, c->valid ? c->len + 1 : 0, "in two parts");

        free(text.data);
    }
}


/* feeds first bytes, then step at a time, each part in its own buffer */

static ngx_uint_t
stream_valid(const ngx_str_t *text, size_t step, size_t first)
{
    size_t                  at, n;
    ngx_int_t               rc;
    ngx_str_t               part;
    ngx_crm_scan_stream_t   stream;

    ngx_memzero(&stream, sizeof(stream));

    for (at = 0; at < text->len; at += n) {
        n = (at == 0 && first) ? first : step;
        n = ngx_min(n, text->len - at);

        part = scan_copy((char *) text->data + at, n);

        rc = ngx_crm_scan_stream_feed(&stream, part.data, part.data + n);

        free(part.data);

        if (rc != NGX_OK) {
            return 0;
        }
    }

    return ngx_crm_scan_stream_whole(&stream);
}


static void
stream_truncated(void)
{
    size_t      n;
    ngx_str_t   text;
    ngx_uint_t  whole;

    text.data = (u_char *) stream_sample;
    whole = 0;

    for (n = 0; n < sizeof(stream_sample) - 1; n++) {
        text.len = n;
        whole += stream_valid(&text, 7, 3);
    }

    is_int(whole, 0, "a text is whole with its last byte only");

    text.len = n;
    is_int(stream_valid(&text, 7, 3), 1, "and with it");
}


static void
stream_nested(void)
{
    size_t     levels;
    ngx_str_t  text;

    for (levels = NGX_CRM_SCAN_DEPTH; levels < NGX_CRM_SCAN_DEPTH + 2;
         levels++)
    {
        text.len = levels * 2;
        text.data = malloc(text.len);

        memset(text.data, '[', levels);
        memset(text.data + levels, ']', levels);

        is_int(stream_valid(&text, 5, 0), levels == NGX_CRM_SCAN_DEPTH,
               "depth is bounded");

        free(text.data);
    }
}


/* a number and a string that go on for long */

static void
stream_long(void)
{
    size_t                  i;
    ngx_int_t               rc;
    u_char                  part[4096];
    ngx_crm_scan_stream_t   stream;

    static const struct {
        const char  *begin;
        u_char       fill;
        const char  *end;
    } cases[] = {
        { "[1", '5', "]" },
        { "[1.", '5', "e5]" },
        { "[1e-", '5', "]" },
        { "[\"", 'x', "\"]" },
        { "[", ' ', "]" }
    };

    for (i = 0; i < scan_count(cases); i++) {
        ngx_memzero(&stream, sizeof(stream));

        memcpy(part, cases[i].begin, strlen(cases[i].begin));
        rc = ngx_crm_scan_stream_feed(&stream, part,
                                      part + strlen(cases[i].begin));

        memset(part, cases[i].fill, sizeof(part));
        rc |= ngx_crm_scan_stream_feed(&stream, part, part + sizeof(part));
        rc |= ngx_crm_scan_stream_feed(&stream, part, part + sizeof(part));

        memcpy(part, cases[i].end, strlen(cases[i].end));
        rc |= ngx_crm_scan_stream_feed(&stream, part,
                                       part + strlen(cases[i].end));

        ok(rc == NGX_OK && ngx_crm_scan_stream_whole(&stream), "long");
    }
}


/*
 * Whole, in parts and by jansson: whatever the text, all three agree.  NUL is
 * left out, which jansson swallows behind a number.
 */

static void
stream_mutants(void)
{
    json_t          *tree;
    size_t           n, differ, strange;
    ngx_str_t        text;
    ngx_uint_t       valid, i;
    json_error_t     error;
    ngx_crm_span_t   span;

    static const char  bytes[] = "\"\\{}[]:,0123456789.eE+-utfn \t\n\r/"
                                 "\x80\xbf\xc3\xe2\xed\xf0\xf4\xff\x01";

    differ = 0;
    strange = 0;

    for (n = 0; n < STREAM_MUTANTS; n++) {
        text = scan_copy(stream_sample, sizeof(stream_sample) - 1);

        for (i = stream_random(3); i < 3; i++) {
            text.data[stream_random(text.len)] =
                                     bytes[stream_random(sizeof(bytes) - 1)];
        }

        valid = (ngx_crm_scan_text(&text, &span) == NGX_OK);

        differ += (stream_valid(&text, 1 + stream_random(9),
                                stream_random(9)) != valid);

        tree = json_loadb((char *) text.data, text.len,
                          JSON_DECODE_ANY|JSON_ALLOW_NUL
                          |JSON_DECODE_INT_AS_REAL, &error);

        strange += (tree != NULL) != valid
                   && json_error_code(&error) != json_error_numeric_overflow;

        json_decref(tree);
        free(text.data);
    }

    is_int(differ, 0, "whole and in parts say the same");
    is_int(strange, 0, "jansson says the same");
}


static ngx_uint_t
stream_random(ngx_uint_t n)
{
    static uint64_t  state = 88172645463325252;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;

    return state % n;
}
