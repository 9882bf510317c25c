/* What is read out of valid texts: members, texts, numbers, characters. */

#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan.h"
#include "base/ngx_crm_scan_integer.h"
#include "base/ngx_crm_scan_member.h"
#include "base/ngx_crm_scan_object.h"
#include "base/ngx_crm_utf8.h"

#include "tap.h"


#define scan_count(table)  (sizeof(table) / sizeof((table)[0]))


typedef struct {
    const char  *text;
    const char  *expected;
} scan_case_t;


typedef struct {
    const char  *text;
    ngx_int_t    rc;
    int64_t      value;
} scan_number_t;


static ngx_str_t scan_copy(const char *text);
static void scan_members(void);
static void scan_objects(void);
static void scan_strangers(void);
static void scan_names(void);
static void scan_unescaped(void);
static void scan_integers(void);
static void scan_utf8(void);


/* objects that nobody has validated, walked to their ends */

static const scan_case_t  scan_member_cases[] = {
    { "{}", "done" },
    { "{ \n}", "done" },
    { "{\"a\":1}", "\"a\"=1 done" },
    { "{ \"a\" : [1, {}] , \"b\":\"x,}\" } ",
      "\"a\"=[1, {}] \"b\"=\"x,}\" done" },
    { "{\"a\":1,\"a\":2}", "\"a\"=1 \"a\"=2 done" },
    { "", "error" },
    { "{", "error" },
    { "{,}", "error" },
    { "{\"a\"}", "error" },
    { "{\"a\":1", "error" },
    { "{\"a\":1]", "error" },
    { "{\"a\":1,}", "\"a\"=1 error" },
    { "{\"a\":1,,\"b\":2}", "\"a\"=1 error" },
    { "{\"a\":1{\"b\":2}}", "error" },
    { "{\"a\":tru}", "error" }
};


/* the members a, b and exp of an object */

static const scan_case_t  scan_object_cases[] = {
    { "{}", "- - -" },
    { " {\"a\":1} ", "1 - -" },
    { "{\"b\":[2],\"x\":0,\"y\":0,\"a\":{\"exp\":3}}", "{\"exp\":3} [2] -" },
    { "{\"\\u0065xp\":7}", "- - 7" },
    { "{\"Exp\":7}", "- - -" },
    { "{\"a\":null}", "null - -" },
    { "{\"a\":1,\"a\":1}", "error" },
    { "{\"a\":1,\"b\":1,\"\\u0061\":1}", "error" },
    { "{\"x\":1,\"y\":2,\"x\":3}", "error" },
    { "{\"x\":1,\"\\u0078\":3}", "error" },
    { "{\"a\":1}x", "error" },
    { "{\"a\":1", "error" },
    { "{\"a\":01}", "error" },
    { "[\"a\",1]", "error" },
    { "\"a\"", "error" },
    { "", "error" }
};


static const scan_case_t  scan_unescape_cases[] = {
    { "\"\"", "" },
    { "\"abc\"", "abc" },
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t" },
    { "\"a\\u0041\\u00e9\\u20AC\\uD83D\\uDE00z\"",
      "aA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z" },
    { "\"\\uDBFF\\uDFFF\"", "\xf4\x8f\xbf\xbf" }
};


static const scan_number_t  scan_number_cases[] = {
    { "0", NGX_OK, 0 },
    { "-0", NGX_OK, 0 },
    { "1762000000", NGX_OK, 1762000000 },
    { "1762000000.999", NGX_OK, 1762000000 },
    { "-17.5", NGX_OK, -17 },
    { "9007199254740992", NGX_OK, 9007199254740992 },
    { "-9007199254740992", NGX_OK, -9007199254740992 },
    { "9007199254740993", NGX_DECLINED, 0 },
    { "9223372036854775808", NGX_DECLINED, 0 },
    { "18446744073709551617", NGX_DECLINED, 0 },
    { "1e3", NGX_DECLINED, 0 },
    { "1.99E9", NGX_DECLINED, 0 },
    { "1e400", NGX_DECLINED, 0 },
    { "\"1\"", NGX_DECLINED, 0 },
    { "true", NGX_DECLINED, 0 },
    { "null", NGX_DECLINED, 0 },
    { "[1]", NGX_DECLINED, 0 },
    { "{}", NGX_DECLINED, 0 }
};


int
main(void)
{
    scan_members();
    scan_objects();
    scan_strangers();
    scan_names();
    scan_unescaped();
    scan_integers();
    scan_utf8();

    return done_testing();
}


static ngx_str_t
scan_copy(const char *text)
{
    ngx_str_t  copy;

    copy.len = strlen(text);
    copy.data = malloc(copy.len);

    memcpy(copy.data, text, copy.len);

    return copy;
}


static void
scan_members(void)
{
    char            got[256], *d;
    size_t          i;
    u_char         *p, *end;
    ngx_int_t       rc;
    ngx_str_t       text;
    ngx_crm_span_t  name, value;

    for (i = 0; i < scan_count(scan_member_cases); i++) {
        text = scan_copy(scan_member_cases[i].text);
        p = text.data;
        end = p + text.len;
        d = got;

        while ((rc = ngx_crm_scan_member(&p, end, &name, &value)) == NGX_OK) {
            d += sprintf(d, "%.*s=%.*s ", (int) name.len, name.data,
                         (int) value.len, value.data);
        }

        sprintf(d, "%s", (rc == NGX_DONE) ? "done" : "error");

        is_str(got, scan_member_cases[i].expected, scan_member_cases[i].text);

        free(text.data);
    }
}


static void
scan_objects(void)
{
    char            got[256], *d;
    size_t          i, n;
    ngx_str_t       text;
    ngx_crm_span_t  values[3];

    static const ngx_str_t  names[] = {
        ngx_string("a"), ngx_string("b"), ngx_string("exp")
    };

    for (i = 0; i < scan_count(scan_object_cases); i++) {
        text = scan_copy(scan_object_cases[i].text);

        strcpy(got, "error ");

        if (ngx_crm_scan_object_read(&text, names, 3, values) == NGX_OK) {
            d = got;

            for (n = 0; n < 3; n++) {
                d += sprintf(d, "%.*s ",
                             values[n].data ? (int) values[n].len : 1,
                             values[n].data ? (char *) values[n].data : "-");
            }
        }

        got[strlen(got) - 1] = '\0';

        is_str(got, scan_object_cases[i].expected, scan_object_cases[i].text);

        free(text.data);
    }
}


static void
scan_strangers(void)
{
    char            *d;
    size_t           i, n;
    ngx_str_t        text;
    ngx_crm_span_t   value;

    static const ngx_str_t  name = ngx_string("exp");

    /* {"0":1,"1":1,...} */

    for (n = NGX_CRM_SCAN_OBJECT_STRANGERS;
         n <= NGX_CRM_SCAN_OBJECT_STRANGERS + 1;
         n++)
    {
        text.data = malloc(16 * n);
        d = (char *) text.data;

        for (i = 0; i < n; i++) {
            d += sprintf(d, "%c\"%zu\":1", i ? ',' : '{', i);
        }

        *d++ = '}';
        text.len = (u_char *) d - text.data;

        is_int(ngx_crm_scan_object_read(&text, &name, 1, &value),
               (n == NGX_CRM_SCAN_OBJECT_STRANGERS) ? NGX_OK : NGX_ERROR,
               "members of other names");

        free(text.data);
    }
}


/* each byte escaped, up to the longest name: both say so, and one no longer */

static void
scan_names(void)
{
    char            *d;
    size_t           i, n;
    u_char           name[NGX_CRM_SCAN_MEMBER_NAME + 1];
    ngx_str_t        text;
    ngx_crm_span_t   span;

    memset(name, 'n', sizeof(name));

    for (n = 1; n <= sizeof(name); n++) {
        span.data = malloc(6 * n + 3);
        d = (char *) span.data;
        d += sprintf(d, "\"");

        for (i = 0; i < n; i++) {
            d += sprintf(d, "\\u006e");
        }

        d += sprintf(d, "\"");
        span.len = (u_char *) d - span.data;

        text.data = name;
        text.len = n;

        is_int(ngx_crm_scan_member_is(&span, &text), n < sizeof(name),
               "a name of escapes");
        is_int(ngx_crm_scan_member_is_like(&span, &text), n < sizeof(name),
               "a name of escapes, in either case");

        text.len = n - 1;
        is_int(ngx_crm_scan_member_is(&span, &text), 0, "a shorter name");
        is_int(ngx_crm_scan_member_is_like(&span, &text), 0,
               "a shorter name, in either case");

        free(span.data);
    }
}


static void
scan_unescaped(void)
{
    size_t              i;
    u_char              apart[64];
    ngx_str_t           text, got;
    ngx_crm_span_t      span;
    const scan_case_t  *c;

    for (i = 0; i < scan_count(scan_unescape_cases); i++) {
        c = &scan_unescape_cases[i];
        text = scan_copy(c->text);

        is_int(ngx_crm_scan_text(&text, &span), NGX_OK, c->text);

        got.data = apart;
        got.len = ngx_crm_scan_unescape(apart, &span);
        is_text(&got, c->expected, "unescaped elsewhere");

        got.data = span.data;
        got.len = ngx_crm_scan_unescape(span.data, &span);
        is_text(&got, c->expected, "unescaped in place");

        free(text.data);
    }
}


static void
scan_integers(void)
{
    size_t                i;
    int64_t               value;
    ngx_str_t             text;
    ngx_crm_span_t        span;
    const scan_number_t  *c;

    for (i = 0; i < scan_count(scan_number_cases); i++) {
        c = &scan_number_cases[i];
        text = scan_copy(c->text);
        value = 0;

        is_int(ngx_crm_scan_text(&text, &span), NGX_OK, c->text);
        is_int(ngx_crm_scan_integer(&span, &value), c->rc, "read");
        is_int(value, c->value, "as");

        free(text.data);
    }
}


/* every character is written and read back; every pair of bytes is read */

static void
scan_utf8(void)
{
    u_char    bytes[4], *end;
    uint32_t  c, wrong;

    wrong = 0;

    for (c = 0; c <= 0x10ffff; c++) {
        end = ngx_crm_utf8_write(bytes, c);

        if (ngx_crm_utf8_length(bytes, end)
            != (((c & 0xfff800) == 0xd800) ? 0 : (size_t) (end - bytes)))
        {
            wrong++;
        }

        if (end - bytes > 1 && ngx_crm_utf8_length(bytes, end - 1) != 0) {
            wrong++;
        }
    }

    is_int(wrong, 0, "all of Unicode, whole and cut short");

    for (c = 0x8000; c <= 0xffff; c++) {
        bytes[0] = c >> 8;
        bytes[1] = c & 0xff;

        if (ngx_crm_utf8_length(bytes, bytes + 2)
            != ((bytes[0] >= 0xc2 && bytes[0] <= 0xdf
                 && (bytes[1] & 0xc0) == 0x80) ? 2 : 0))
        {
            wrong++;
        }
    }

    is_int(wrong, 0, "all pairs of bytes");
}
