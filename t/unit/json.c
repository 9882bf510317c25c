/* Request bodies as trees, and answers' strings. */

#include <ngx_config.h>
#include <ngx_core.h>

#include <jansson.h>

#include "base/ngx_crm_json.h"
#include "base/ngx_crm_json_quote.h"

#include "tap.h"


#define json_bytes(s)      s, sizeof(s) - 1
#define json_count(table)  (sizeof(table) / sizeof((table)[0]))


typedef struct {
    const char  *text;
    size_t       len;
    ngx_uint_t   valid;
} json_body_t;


typedef struct {
    ngx_str_t    name;
    ngx_int_t    string;
    const char  *value;
    ngx_int_t    array;
    size_t       n;
} json_member_t;


typedef struct {
    const char  *text;
    size_t       len;
    const char  *expected;
} json_quoted_t;


static void json_bodies(void);
static void json_members(void);
static void json_elements(void);
static void json_copied(void);
static void json_exhausted(void);
static void json_quotes(void);


static const json_body_t  json_body_cases[] = {
    { json_bytes("{}"), 1 },
    { json_bytes(" {\"a\":\"b\"}\n"), 1 },
    { json_bytes("[]"), 1 },
    { json_bytes("\"a\""), 1 },
    { json_bytes("{\"n\":12345678901234567890}"), 1 },
    { json_bytes("{\"a\":{\"x\":1},\"b\":{\"x\":1}}"), 1 },
    { json_bytes("{\"a\":1,\"aa\":2,\"b\":3,\"\":4}"), 1 },
    { json_bytes("{\"\xc3\xa9\":1,\"\xc3\x89\":2}"), 1 },
    { json_bytes("{ \"a\" : [ 1 , -0.5e3 , true ] , \"b\" : null }"), 1 },
    { json_bytes("[-1e308,12345678901234567890]"), 1 },
    { json_bytes("7"), 1 },
    { json_bytes("{\"token\":1,\"Token\":2}"), 0 },
    { json_bytes("{\"b\":1,\"a\":2,\"c\":3,\"\\u0041\":4}"), 0 },
    { json_bytes("[0,{\"a\":[{\"x\":1,\"X\":2}]}]"), 0 },
    { json_bytes("{\"\":1,\"\":2}"), 0 },
    { json_bytes("[\"\\u0000\"]"), 0 },
    { json_bytes("1e999"), 0 },
    { json_bytes("{\"a\":[-1e999]}"), 0 },
    { json_bytes(""), 0 },
    { json_bytes("{\"a\":1,\"a\":2}"), 0 },
    { json_bytes("{\"a\":1,\"\\u0061\":2}"), 0 },
    { json_bytes("{\"a\":{\"x\":1,\"x\":2}}"), 0 },
    { json_bytes("{\"a\":\"x\\u0000y\"}"), 0 },
    { json_bytes("{\"a\\u0000b\":1}"), 0 },
    { json_bytes("{\"a\":\"x\0y\"}"), 0 },
    { json_bytes("{\"a\":\"\xc0\x80\"}"), 0 },
    { json_bytes("{\"a\":\"\xed\xa0\x80\"}"), 0 },
    { json_bytes("{\"a\":\"\\ud800\"}"), 0 },
    { json_bytes("{\"a\":1}{}"), 0 },
    { json_bytes("{'a':1}"), 0 },
    { json_bytes("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                 "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                 "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
                 "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"), 0 }
};


/*
 * of {"sx":1,"s":"é","\u0065":"","z":null,"n":1,"o":{},"a":["x",1],"ea":[],
 * "t":true,"f":false}
 */

static const json_member_t  json_member_cases[] = {
    { ngx_string("s"), NGX_OK, "\xc3\xa9", NGX_ERROR, 0 },
    { ngx_string("e"), NGX_OK, "", NGX_ERROR, 0 },
    { ngx_string("z"), NGX_DECLINED, NULL, NGX_DECLINED, 0 },
    { ngx_string("none"), NGX_DECLINED, NULL, NGX_DECLINED, 0 },
    { ngx_string("n"), NGX_ERROR, NULL, NGX_ERROR, 0 },
    { ngx_string("o"), NGX_ERROR, NULL, NGX_ERROR, 0 },
    { ngx_string("a"), NGX_ERROR, NULL, NGX_OK, 2 },
    { ngx_string("ea"), NGX_ERROR, NULL, NGX_OK, 0 }
};


static const json_quoted_t  json_quoted_cases[] = {
    { json_bytes(""), "\"\"" },
    { json_bytes("abc"), "\"abc\"" },
    { json_bytes("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"" },
    { json_bytes("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"" },
    { json_bytes("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\x7f\"" },
    { json_bytes("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"),
      "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"" },
    { json_bytes("a\xff" "b"), "\"a\xef\xbf\xbd" "b\"" },
    { json_bytes("sixteen and more\" of plain bytes, and \xc3\xa9\xff"),
      "\"sixteen and more\\\" of plain bytes, and "
      "\xc3\xa9\xef\xbf\xbd\"" },
    { json_bytes("\xc3"), "\"\xef\xbf\xbd\"" },
    { json_bytes("\xc0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
    { json_bytes("\xed\xa0\x80"),
      "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" }
};


int
main(void)
{
    json_bodies();
    json_members();
    json_elements();
    json_copied();
    json_exhausted();
    json_quotes();

    return done_testing();
}


static void
json_bodies(void)
{
    size_t           i;
    ngx_int_t        rc;
    ngx_str_t        text;
    ngx_pool_t      *pool;
    ngx_crm_json_t  *tree;

    for (i = 0; i < json_count(json_body_cases); i++) {
        text.len = json_body_cases[i].len;
        text.data = malloc(text.len);
        memcpy(text.data, json_body_cases[i].text, text.len);

        pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, NULL);
        rc = ngx_crm_json_parse(pool, &text, &tree);

        is_int(rc, json_body_cases[i].valid ? NGX_OK : NGX_DECLINED,
               json_body_cases[i].text);
        is_int(tree != NULL, rc == NGX_OK, "a tree or none");
        is_int(ngx_crm_json_is_object(tree),
               rc == NGX_OK
               && json_body_cases[i].text[strspn(json_body_cases[i].text,
                                                 " ")] == '{',
               "an object or none");

        ngx_destroy_pool(pool);
        free(text.data);
    }
}


static void
json_members(void)
{
    size_t                 i, n;
    ngx_str_t              value;
    ngx_pool_t            *pool;
    ngx_uint_t             flag;
    ngx_crm_json_t        *tree;
    const json_member_t   *c;
    const ngx_crm_json_t  *element;

    static const ngx_str_t  yes = ngx_string("t");
    static const ngx_str_t  no = ngx_string("f");
    static const ngx_str_t  array = ngx_string("a");
    static const ngx_str_t  object = ngx_string("o");
    static const ngx_str_t  text = ngx_string(
        "{\"sx\":1,\"s\":\"\xc3\xa9\",\"\\u0065\":\"\",\"z\":null,\"n\":1,"
        "\"o\":{},\"a\":[\"x\",1],\"ea\":[],\"t\":true,\"f\":false}");

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, NULL);

    is_int(ngx_crm_json_parse(pool, &text, &tree), NGX_OK, "parsed");

    for (i = 0; i < json_count(json_member_cases); i++) {
        c = &json_member_cases[i];
        n = 0;

        is_int(ngx_crm_json_string(tree, &c->name, &value), c->string,
               (char *) c->name.data);

        if (c->value) {
            is_text(&value, c->value, "the string");
            is_int(value.data[value.len], 0, "and a NUL behind it");
        }

        is_int(ngx_crm_json_array(tree, &c->name, &element), c->array,
               "an array");

        if (c->array == NGX_OK) {
            for ( /* void */ ; element; n++) {
                element = ngx_crm_json_next(element);
            }
        }

        is_int(n, c->n, "its length");
    }

    is_int(ngx_crm_json_flag(tree, &yes, &flag), NGX_OK, "a flag");
    is_int(flag, 1, "which is set");
    is_int(ngx_crm_json_flag(tree, &no, &flag), NGX_OK, "another");
    is_int(flag, 0, "which is not");
    is_int(ngx_crm_json_flag(tree, &object, &flag), NGX_ERROR, "no flag");
    is_int(ngx_crm_json_object(tree, &object, &element), NGX_OK, "an object");
    is_int(ngx_crm_json_string(element, &yes, &value), NGX_DECLINED,
           "which is empty");
    is_int(ngx_crm_json_object(tree, &yes, &element), NGX_ERROR, "no object");
    is_int(ngx_crm_json_object(tree, &array, &element), NGX_ERROR, "nor that");
    is_int(ngx_crm_json_string(NULL, &yes, &value), NGX_DECLINED,
           "no body has no members");

    ngx_destroy_pool(pool);
}


static void
json_elements(void)
{
    ngx_str_t              value;
    ngx_pool_t            *pool;
    ngx_crm_json_t        *tree;
    const ngx_crm_json_t  *element;

    static const ngx_str_t  list = ngx_string("list");
    static const ngx_str_t  name = ngx_string("name");
    static const ngx_str_t  empty = ngx_string("");
    static const ngx_str_t  text = ngx_string(
        "{\"list\":[{\"name\":\"x\"},{\"name\":\"y\"},[\"z\"]]}");

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, NULL);

    is_int(ngx_crm_json_parse(pool, &text, &tree), NGX_OK, "parsed");
    is_int(ngx_crm_json_array(tree, &list, &element), NGX_OK, "a list");

    element = ngx_crm_json_next(element);
    is_int(ngx_crm_json_string(element, &name, &value), NGX_OK, "a name");
    is_text(&value, "y", "of the second");

    element = ngx_crm_json_next(element);
    is_int(ngx_crm_json_is_object(element), 0, "the third is no object");
    is_int(ngx_crm_json_string(element, &name, &value), NGX_DECLINED,
           "so it has no name");
    is_int(ngx_crm_json_string(element, &empty, &value), NGX_DECLINED,
           "nor is what it holds of none");

    ok(ngx_crm_json_next(element) == NULL, "there is no fourth");

    ngx_destroy_pool(pool);
}


/* the body may go on to the CRM as it came */

static void
json_copied(void)
{
    u_char           body[] = "{\"a\\u0062\":\"c\\n\"}", before[sizeof(body)];
    ngx_str_t        text, value;
    ngx_pool_t      *pool;
    ngx_crm_json_t  *tree;

    static const ngx_str_t  name = ngx_string("ab");

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, NULL);

    text.data = body;
    text.len = sizeof(body) - 1;
    memcpy(before, body, sizeof(body));

    is_int(ngx_crm_json_parse(pool, &text, &tree), NGX_OK, "parsed");
    is_mem(body, before, sizeof(body), "the text is as it was");

    memset(body, '-', sizeof(body));

    is_int(ngx_crm_json_string(tree, &name, &value), NGX_OK, "the tree, too");
    is_text(&value, "c\n", "once the text has gone");

    ngx_destroy_pool(pool);
}


/* memory that is out at whatever moment makes no other tree */

static void
json_exhausted(void)
{
    ngx_int_t        rc;
    ngx_uint_t       n, wrong;
    ngx_str_t        value;
    ngx_pool_t      *pool;
    ngx_crm_json_t  *tree;

    static const ngx_str_t  name = ngx_string("password");
    static const ngx_str_t  text = ngx_string(
        "{\"password\":\"correct horse battery\",\"o\":{\"a\":[1.5,\"x\"]}}");

    wrong = 0;

    for (n = 0; n < 1000; n++) {
        pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, NULL);

        tap_pool_left = n;
        rc = ngx_crm_json_parse(pool, &text, &tree);
        tap_pool_left = -1;

        if (rc == NGX_OK) {
            break;
        }

        wrong += (rc != NGX_ERROR || tree != NULL);
        ngx_destroy_pool(pool);
    }

    is_int(rc, NGX_OK, "parsed where there is memory");
    is_int(n, 8, "which is asked for eight times");
    is_int(wrong, 0, "else there is an error and no tree");
    is_int(ngx_crm_json_string(tree, &name, &value), NGX_OK, "a string");
    is_text(&value, "correct horse battery", "whole");

    ngx_destroy_pool(pool);
}


/* what is written has the length that was measured, and jansson reads it */

static void
json_quotes(void)
{
    size_t                i;
    json_t               *string;
    ngx_str_t             text, got;
    json_error_t          error;
    const json_quoted_t  *c;

    for (i = 0; i < json_count(json_quoted_cases); i++) {
        c = &json_quoted_cases[i];

        text.data = (u_char *) c->text;
        text.len = c->len;

        got.len = ngx_crm_json_quote(NULL, &text);
        got.data = malloc(got.len);

        is_int(ngx_crm_json_quote(got.data, &text), got.len, "measured");
        is_text(&got, c->expected, "quoted");

        string = json_loadb((char *) got.data, got.len,
                            JSON_DECODE_ANY|JSON_ALLOW_NUL, &error);
        ok(string != NULL, "jansson reads it");

        json_decref(string);
        free(got.data);
    }
}
