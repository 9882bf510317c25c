/* Members found by their names, and cut out without a trace. */

#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan.h"
#include "base/ngx_crm_scan_find.h"

#include "tap.h"


#define find_count(table)  (sizeof(table) / sizeof((table)[0]))


typedef struct {
    const char  *text;
    const char  *value;          /* of "a"; NULL: there is none */
    const char  *rest;           /* without it */
} find_case_t;


static const find_case_t  find_cases[] = {
    { "{\"a\":1}", "1", "{}" },
    { "{ \"a\" : 1 }", "1", "{  }" },
    { "{\"a\":1,\"b\":2}", "1", "{\"b\":2}" },
    { "{ \"a\" :1 , \"b\":2}", "1", "{  \"b\":2}" },
    { "{\"b\":2,\"a\":1}", "1", "{\"b\":2}" },
    { "{\"b\":2 , \"a\" : [1,{\"a\":3}] }", "[1,{\"a\":3}]",
      "{\"b\":2  }" },
    { "{\"b\":{\"a\":2},\"a\":\"x,}\",\"c\":1.10}", "\"x,}\"",
      "{\"b\":{\"a\":2},\"c\":1.10}" },
    { "{\"b\":1,\"\\u0061\":2,\"c\":3}", "2", "{\"b\":1,\"c\":3}" },
    { "{\"a\":1,\"a\":2}", "1", "{\"a\":2}" },
    { "{}", NULL, NULL },
    { "{\"A\":1,\"aa\":2,\"\":3,\"b\":{\"a\":1}}", NULL, NULL },
    { "[\"a\",1]", NULL, NULL },
    { "\"a\"", NULL, NULL },
    { "1", NULL, NULL }
};


static void
find_one(const find_case_t *c)
{
    char            rest[128];
    ngx_int_t       rc, expected;
    ngx_str_t       text;
    ngx_crm_span_t  object, value, cut;

    static const ngx_str_t  name = ngx_string("a");

    text.data = (u_char *) c->text;
    text.len = ngx_strlen(c->text);

    ok(ngx_crm_scan_text(&text, &object) == NGX_OK, c->text);

    expected = c->value ? NGX_OK : NGX_DECLINED;

    rc = ngx_crm_scan_find(&object, &name, &value);

    if (!is_int(rc, expected, "found") || rc != NGX_OK) {
        is_int(ngx_crm_scan_find_cut(&object, &name, &cut), expected, "cut");
        return;
    }

    is_text(&value, c->value, "its value");

    rc = ngx_crm_scan_find_cut(&object, &name, &cut);

    if (!is_int(rc, expected, "cut")) {
        return;
    }

    (void) snprintf(rest, sizeof(rest), "%.*s%s",
                    (int) (cut.data - text.data), text.data,
                    cut.data + cut.len);

    is_str(rest, c->rest, "what is left");

    text.data = (u_char *) rest;
    text.len = ngx_strlen(rest);

    ok(ngx_crm_scan_text(&text, &object) == NGX_OK, "is JSON");
}


int
main(void)
{
    ngx_uint_t  i;

    for (i = 0; i < find_count(find_cases); i++) {
        find_one(&find_cases[i]);
    }

    return done_testing();
}
