#include <ngx_config.h>
#include <ngx_core.h>

#include <jansson.h>
#include <setjmp.h>

#include "base/ngx_crm_json.h"
#include "base/ngx_crm_scan.h"
#include "base/ngx_crm_scan_vector.h"
#include "base/ngx_crm_utf8.h"


static ngx_int_t ngx_crm_json_load(const ngx_str_t *text, void **tree);
static ngx_uint_t ngx_crm_json_is_plain(json_t *tree);
static ngx_uint_t ngx_crm_json_has_twins(json_t *object);
static int ngx_crm_json_compare(const void *one, const void *two);
static void *ngx_crm_json_malloc(size_t size);
static void ngx_crm_json_leave(void *p);
static size_t ngx_crm_json_escape(u_char escape[6], u_char c);


static ngx_pool_t  *ngx_crm_json_pool;
static jmp_buf      ngx_crm_json_exhausted;


void
ngx_crm_json_init(void)
{
    json_object_seed(0);
}


ngx_int_t
ngx_crm_json_parse(ngx_pool_t *pool, const ngx_str_t *text, void **tree)
{
    ngx_int_t       rc;
    ngx_str_t       copy;
    json_free_t     release;
    json_malloc_t   allocate;
    ngx_crm_span_t  value;

    *tree = NULL;
    copy = *text;

    /* jansson recurses, 2048 levels deep: a shallow text is made sure first */

    if (ngx_crm_scan_text(&copy, &value) != NGX_OK) {
        return NGX_DECLINED;
    }

    /* others make trees, too: the pool is for this one alone */

    json_get_alloc_funcs(&allocate, &release);
    json_set_alloc_funcs(ngx_crm_json_malloc, ngx_crm_json_leave);

    ngx_crm_json_pool = pool;
    rc = ngx_crm_json_load(text, tree);

    json_set_alloc_funcs(allocate, release);

    return rc;
}


/*
 * Where memory is out jansson drops the byte that it was for, reads another
 * string than was sent, and past its end where that byte was the last quote.
 * So it is not told: it is left where it stands, and the pool has what it had.
 */

static ngx_int_t
ngx_crm_json_load(const ngx_str_t *text, void **tree)
{
    json_error_t  error;

    if (setjmp(ngx_crm_json_exhausted)) {
        *tree = NULL;
        return NGX_ERROR;
    }

    /*
     * Integers over 64 bits are JSON as well.  Without JSON_ALLOW_NUL no
     * string holds a NUL, so that none can end early in C.
     */

    *tree = json_loadb((const char *) text->data, text->len,
                       JSON_REJECT_DUPLICATES|JSON_DECODE_ANY
                       |JSON_DECODE_INT_AS_REAL,
                       &error);

    if (*tree && !ngx_crm_json_is_plain(*tree)) {
        *tree = NULL;
    }

    return *tree ? NGX_OK : NGX_DECLINED;
}


/*
 * "token" and "Token" are one for many a reader (Json.NET, encoding/json):
 * what goes on to the CRM must not say to it something else than to us.
 */

static ngx_uint_t
ngx_crm_json_is_plain(json_t *tree)
{
    size_t       i;
    json_t      *value;
    const char  *name;

    json_array_foreach(tree, i, value) {
        if (!ngx_crm_json_is_plain(value)) {
            return 0;
        }
    }

    json_object_foreach(tree, name, value) {
        if (!ngx_crm_json_is_plain(value)) {
            return 0;
        }
    }

    return json_object_size(tree) < 2 || !ngx_crm_json_has_twins(tree);
}


static ngx_uint_t
ngx_crm_json_has_twins(json_t *object)
{
    size_t        i, n;
    json_t       *value;
    ngx_uint_t    twins;
    const char   *name, **names;

    names = ngx_crm_json_malloc(json_object_size(object) * sizeof(char *));
    n = 0;

    json_object_foreach(object, name, value) {
        names[n++] = name;
    }

    qsort(names, n, sizeof(char *), ngx_crm_json_compare);

    twins = 0;

    for (i = 1; i < n && !twins; i++) {
        twins = (ngx_crm_json_compare(&names[i - 1], &names[i]) == 0);
    }

    return twins;
}


static int
ngx_crm_json_compare(const void *one, const void *two)
{
    return strcasecmp(*(const char *const *) one, *(const char *const *) two);
}


static void *
ngx_crm_json_malloc(size_t size)
{
    void  *p;

    p = ngx_palloc(ngx_crm_json_pool, size);

    if (p == NULL) {
        longjmp(ngx_crm_json_exhausted, 1);
    }

    return p;
}


static void
ngx_crm_json_leave(void *p)
{
    /* to the pool */
}


ngx_uint_t
ngx_crm_json_is_object(void *tree)
{
    return json_is_object((json_t *) tree);
}


ngx_int_t
ngx_crm_json_string(void *tree, const char *name, ngx_str_t *text)
{
    json_t  *value;

    value = json_object_get(tree, name);

    if (value == NULL || json_is_null(value)) {
        return NGX_DECLINED;
    }

    if (!json_is_string(value)) {
        return NGX_ERROR;
    }

    text->data = (u_char *) json_string_value(value);
    text->len = json_string_length(value);

    return NGX_OK;
}


ngx_int_t
ngx_crm_json_flag(void *tree, const char *name, ngx_uint_t *flag)
{
    json_t  *value;

    value = json_object_get(tree, name);

    if (value == NULL || json_is_null(value)) {
        return NGX_DECLINED;
    }

    if (!json_is_boolean(value)) {
        return NGX_ERROR;
    }

    *flag = json_is_true(value);

    return NGX_OK;
}


ngx_int_t
ngx_crm_json_object(void *tree, const char *name, void **object)
{
    json_t  *value;

    value = json_object_get(tree, name);

    if (value == NULL || json_is_null(value)) {
        return NGX_DECLINED;
    }

    *object = value;

    return json_is_object(value) ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_crm_json_array(void *tree, const char *name, void **array, size_t *n)
{
    json_t  *value;

    value = json_object_get(tree, name);

    if (value == NULL || json_is_null(value)) {
        return NGX_DECLINED;
    }

    if (!json_is_array(value)) {
        return NGX_ERROR;
    }

    *array = value;
    *n = json_array_size(value);

    return NGX_OK;
}


void *
ngx_crm_json_element(void *array, size_t i)
{
    return json_array_get(array, i);
}


size_t
ngx_crm_json_quote(u_char *dst, const ngx_str_t *text)
{
    u_char        *p, *end, escape[6];
    size_t         len, n, written;
    const u_char  *bytes;

    end = text->data + text->len;
    len = 1;

    for (p = text->data; p < end; p += n) {
        n = ngx_crm_scan_vector_plain(p, end) - p;

        if (n == 0) {
            n = ngx_crm_utf8_length(p, end);
        }

        bytes = p;
        written = n;

        if (n == 0) {
            n = 1;
            bytes = (const u_char *) "\xef\xbf\xbd";
            written = 3;

        } else if (*p < 0x20 || *p == '"' || *p == '\\') {
            bytes = escape;
            written = ngx_crm_json_escape(escape, *p);
        }

        if (dst) {
            ngx_memcpy(dst + len, bytes, written);
        }

        len += written;
    }

    if (dst) {
        dst[0] = '"';
        dst[len] = '"';
    }

    return len + 1;
}


static size_t
ngx_crm_json_escape(u_char escape[6], u_char c)
{
    const char  *letter;

    static const char  letters[] = "\"\\bfnrt";
    static const char  meanings[] = "\"\\\b\f\n\r\t";
    static const char  hex[] = "0123456789abcdef";

    escape[0] = '\\';

    letter = memchr(meanings, c, sizeof(meanings) - 1);

    if (letter) {
        escape[1] = letters[letter - meanings];
        return 2;
    }

    ngx_memcpy(escape + 1, "u00", 3);
    escape[4] = hex[c >> 4];
    escape[5] = hex[c & 0xf];

    return 6;
}
