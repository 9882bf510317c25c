/* libFuzzer: request bodies as trees, beside jansson's. */

#include "fuzz.h"
#include "base/ngx_crm_json.h"

#include <jansson.h>


static void tree_compare(const ngx_str_t *text);
static void tree_value(const ngx_crm_json_t *tree, json_t *value);
static void tree_member(const ngx_crm_json_t *tree, const ngx_str_t *name,
    json_t *value);
static ngx_uint_t tree_has_twins(json_t *value);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t  text;

    fuzz_begin(ngx_crm_apis[0]);

    text = fuzz_copy(data, size);
    tree_compare(&text);

    fuzz_end();

    return 0;
}


/*
 * jansson goes deeper than we do, swallows a NUL, and does not mind members
 * that differ by case.
 */

static void
tree_compare(const ngx_str_t *text)
{
    size_t           i, open;
    json_t          *value;
    ngx_int_t        rc;
    ngx_crm_json_t  *tree;

    rc = ngx_crm_json_parse(fuzz.pool, text, &tree);
    value = json_loadb((char *) text->data, text->len,
                       JSON_REJECT_DUPLICATES|JSON_DECODE_ANY
                       |JSON_DECODE_INT_AS_REAL, NULL);

    if (rc == NGX_OK) {
        fuzz_check(value != NULL);
        tree_value(tree, value);

    } else if (value && memchr(text->data, '\0', text->len) == NULL) {

        for (i = 0, open = 0; i < text->len; i++) {
            open += (text->data[i] == '[' || text->data[i] == '{');
        }

        fuzz_check(open > 64 || tree_has_twins(value));
    }

    json_decref(value);
}


static void
tree_value(const ngx_crm_json_t *tree, json_t *value)
{
    json_t      *member;
    ngx_str_t    name;
    const char  *key;

    fuzz_check(ngx_crm_json_is_object(tree) == json_is_object(value));

    json_object_foreach(value, key, member) {
        name.data = (u_char *) key;
        name.len = strlen(key);

        tree_member(tree, &name, member);
    }
}


/* it is what one, and only one, of the readers says */

static void
tree_member(const ngx_crm_json_t *tree, const ngx_str_t *name, json_t *value)
{
    size_t                 i;
    json_t                *element;
    ngx_int_t              rc;
    ngx_str_t              text, expected;
    ngx_uint_t             flag;
    const ngx_crm_json_t  *found;

    rc = ngx_crm_json_string(tree, name, &text);
    fuzz_check((rc == NGX_OK) == json_is_string(value));
    fuzz_check((rc == NGX_DECLINED) == json_is_null(value));

    if (rc == NGX_OK) {
        expected.data = (u_char *) json_string_value(value);
        expected.len = json_string_length(value);

        fuzz_check(fuzz_same(&text, &expected));
        fuzz_check(text.data[text.len] == '\0');
    }

    rc = ngx_crm_json_flag(tree, name, &flag);
    fuzz_check((rc == NGX_OK) == json_is_boolean(value));
    fuzz_check(rc != NGX_OK || flag == json_is_true(value));

    rc = ngx_crm_json_object(tree, name, &found);
    fuzz_check((rc == NGX_OK) == json_is_object(value));

    if (rc == NGX_OK) {
        tree_value(found, value);
    }

    rc = ngx_crm_json_array(tree, name, &found);
    fuzz_check((rc == NGX_OK) == json_is_array(value));

    json_array_foreach(value, i, element) {
        fuzz_check(found != NULL);

        tree_value(found, element);
        found = ngx_crm_json_next(found);
    }

    fuzz_check(rc != NGX_OK || found == NULL);
}


static ngx_uint_t
tree_has_twins(json_t *value)
{
    size_t       i;
    json_t      *one, *other;
    const char  *name, *like;

    json_array_foreach(value, i, one) {
        if (tree_has_twins(one)) {
            return 1;
        }
    }

    json_object_foreach(value, name, one) {
        if (tree_has_twins(one)) {
            return 1;
        }

        json_object_foreach(value, like, other) {
            if (name != like && strcasecmp(name, like) == 0) {
                return 1;
            }
        }
    }

    return 0;
}
