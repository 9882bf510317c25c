/* libFuzzer: the scanner whole, in parts, and beside jansson. */

#include <ngx_config.h>
#include <ngx_core.h>

#include <jansson.h>

#include "base/ngx_crm_scan.h"
#include "base/ngx_crm_scan_find.h"
#include "base/ngx_crm_scan_integer.h"
#include "base/ngx_crm_scan_member.h"
#include "base/ngx_crm_scan_object.h"
#include "base/ngx_crm_scan_stream.h"


static ngx_uint_t scan_in_parts(const uint8_t *data, size_t size);
static void scan_by_jansson(const ngx_str_t *text, ngx_uint_t valid);
static void scan_members(const ngx_str_t *text, ngx_uint_t valid);
static void scan_find(const ngx_str_t *text, const ngx_crm_span_t *name,
    const ngx_crm_span_t *value);
static void scan_read(const ngx_crm_span_t *value);
static void scan_object(const ngx_str_t *text, ngx_uint_t valid);
static void scan_check(int so);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t       text;
    ngx_uint_t      valid;
    ngx_crm_span_t  value;

    text.data = (u_char *) data;
    text.len = size;

    valid = (ngx_crm_scan_text(&text, &value) == NGX_OK);

    scan_check(scan_in_parts(data, size) == valid);
    scan_by_jansson(&text, valid);

    if (ngx_crm_scan_space(text.data, text.data + size) < text.data + size
        && *ngx_crm_scan_space(text.data, text.data + size) == '{')
    {
        scan_members(&text, valid);
        scan_object(&text, valid);
    }

    return 0;
}


/* where it is cut is up to the bytes; each part lies in a buffer of its own */

static ngx_uint_t
scan_in_parts(const uint8_t *data, size_t size)
{
    u_char                 *part;
    size_t                  n;
    ngx_int_t               rc;
    ngx_crm_scan_stream_t   stream;

    ngx_memzero(&stream, sizeof(stream));

    while (size) {
        n = 1 + (size * 7 + data[0]) % 40;
        n = ngx_min(n, size);

        part = malloc(n);
        memcpy(part, data, n);

        rc = ngx_crm_scan_stream_feed(&stream, part, part + n);

        free(part);

        if (rc != NGX_OK) {
            return 0;
        }

        data += n;
        size -= n;
    }

    return ngx_crm_scan_stream_whole(&stream);
}


/*
 * jansson goes deeper than we do, has doubles for numbers, and swallows a NUL
 * behind a number; else it accepts what we accept and nothing more.
 */

static void
scan_by_jansson(const ngx_str_t *text, ngx_uint_t valid)
{
    json_t        *tree;
    size_t         i, open;
    json_error_t   error;

    open = 0;

    for (i = 0; i < text->len; i++) {
        open += (text->data[i] == '[' || text->data[i] == '{');
    }

    if (open > NGX_CRM_SCAN_DEPTH || memchr(text->data, '\0', text->len)) {
        return;
    }

    tree = json_loadb((char *) text->data, text->len,
                      JSON_DECODE_ANY|JSON_ALLOW_NUL|JSON_DECODE_INT_AS_REAL,
                      &error);

    if (tree == NULL) {

        /* JSON_ALLOW_NUL does not reach to names */

        scan_check(!valid
                   || json_error_code(&error) == json_error_numeric_overflow
                   || json_error_code(&error)
                      == json_error_null_byte_in_key);
        return;
    }

    scan_check(valid);
    json_decref(tree);
}


/* an object is valid if, and only if, its members can be walked through */

static void
scan_members(const ngx_str_t *text, ngx_uint_t valid)
{
    u_char          *at, *end;
    ngx_int_t        rc;
    ngx_crm_span_t   name, value;

    end = text->data + text->len;
    at = ngx_crm_scan_space(text->data, end);

    while ((rc = ngx_crm_scan_member(&at, end, &name, &value)) == NGX_OK) {
        scan_read(&name);
        scan_read(&value);

        if (valid) {
            scan_find(text, &name, &value);
        }
    }

    /* its own depth is not counted here */

    scan_check(!valid || rc == NGX_DONE);
    scan_check(rc == NGX_ERROR || *at == '}');
}


/* the first of a name is found, and without it the object is one still */

static void
scan_find(const ngx_str_t *text, const ngx_crm_span_t *name,
    const ngx_crm_span_t *value)
{
    u_char          *p;
    ngx_str_t        plain, rest;
    ngx_crm_span_t   object, found, cut;

    plain.data = name->data + 1;
    plain.len = name->len - 2;

    if (plain.len > NGX_CRM_SCAN_MEMBER_NAME
        || memchr(plain.data, '\\', plain.len))
    {
        return;
    }

    scan_check(ngx_crm_scan_text((ngx_str_t *) text, &object) == NGX_OK);

    scan_check(ngx_crm_scan_find(&object, &plain, &found) == NGX_OK);
    scan_check(found.data <= value->data);

    scan_check(ngx_crm_scan_find_cut(&object, &plain, &cut) == NGX_OK);
    scan_check(cut.data < found.data
               && cut.data + cut.len >= found.data + found.len);

    rest.len = object.len - cut.len;
    rest.data = malloc(rest.len);

    p = ngx_cpymem(rest.data, object.data, cut.data - object.data);
    ngx_memcpy(p, cut.data + cut.len,
               object.data + object.len - cut.data - cut.len);

    scan_check(ngx_crm_scan_text(&rest, &found) == NGX_OK);
    scan_check(found.len == rest.len);

    free(rest.data);
}


static void
scan_read(const ngx_crm_span_t *value)
{
    u_char     *copy;
    int64_t     n;
    ngx_str_t   text;

    if (*value->data != '"') {
        if (ngx_crm_scan_integer(value, &n) == NGX_OK) {
            scan_check(n <= 9007199254740992 && n >= -9007199254740992);
        }

        return;
    }

    copy = malloc(value->len);

    text.data = copy;
    text.len = ngx_crm_scan_unescape(copy, value);

    scan_check(text.len <= value->len - 2);

    if (text.len <= NGX_CRM_SCAN_MEMBER_NAME
        && memchr(copy, '\\', text.len) == NULL)
    {
        scan_check(ngx_crm_scan_member_is(value, &text));
    }

    /* lower-cased it is like it, and with another byte it is not */

    if (text.len <= NGX_CRM_SCAN_MEMBER_NAME) {
        ngx_strlow(copy, copy, text.len);
        scan_check(ngx_crm_scan_member_is_like(value, &text));

        if (text.len) {
            copy[text.len - 1] ^= 0x80;
            scan_check(!ngx_crm_scan_member_is_like(value, &text));
        }
    }

    free(copy);
}


/* which writes to the text, and refuses two members of a name */

static void
scan_object(const ngx_str_t *text, ngx_uint_t valid)
{
    ngx_str_t        copy;
    ngx_crm_span_t   values[2];

    static const ngx_str_t  names[] = { ngx_string("a"), ngx_string("b") };

    copy.len = text->len;
    copy.data = malloc(copy.len);
    memcpy(copy.data, text->data, copy.len);

    if (ngx_crm_scan_object_read(&copy, names, 2, values) == NGX_OK) {
        scan_check(valid || text->len > NGX_CRM_SCAN_DEPTH);
    }

    free(copy.data);
}


static void
scan_check(int so)
{
    if (!so) {
        abort();
    }
}
