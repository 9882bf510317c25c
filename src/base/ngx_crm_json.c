#include <ngx_config.h>
#include <ngx_core.h>

#include <math.h>

#include "base/ngx_crm_json.h"
#include "base/ngx_crm_scan.h"
#include "base/ngx_crm_scan_string.h"


struct ngx_crm_json_s {
    ngx_crm_json_t  *next;      /* of the same object or array, or NULL */
    ngx_crm_json_t  *first;     /* of an object's or array's own, or NULL */
    size_t           n;         /* how many these are */
    ngx_str_t        name;      /* of a member */
    ngx_str_t        text;      /* of a string, without escapes */
    u_char           kind;      /* the value's first byte */
};


static ngx_int_t ngx_crm_json_value(ngx_pool_t *pool, u_char **at,
    u_char *end, ngx_crm_json_t *value);
static ngx_int_t ngx_crm_json_children(ngx_pool_t *pool, u_char **at,
    u_char *end, ngx_crm_json_t *parent);
static ngx_int_t ngx_crm_json_name(u_char **at, u_char *end,
    ngx_str_t *name);
static ngx_int_t ngx_crm_json_text(u_char **at, u_char *end,
    ngx_str_t *text);
static ngx_int_t ngx_crm_json_twins(ngx_pool_t *pool,
    const ngx_crm_json_t *object);
static int ngx_crm_json_compare(const void *one, const void *two);
static ngx_int_t ngx_crm_json_find(const ngx_crm_json_t *tree,
    const ngx_str_t *name, const char *kinds, const ngx_crm_json_t **value);


/* A value is validated first: what reads it need not look where it ends. */

ngx_int_t
ngx_crm_json_parse(ngx_pool_t *pool, const ngx_str_t *text,
    ngx_crm_json_t **tree)
{
    u_char          *p;
    ngx_int_t        rc;
    ngx_str_t        copy;
    ngx_crm_span_t   span;
    ngx_crm_json_t  *value;

    *tree = NULL;
    copy = *text;

    if (ngx_crm_scan_text(&copy, &span) != NGX_OK) {
        return NGX_DECLINED;
    }

    /* strings lose their escapes where they stand, and the body goes on */

    p = ngx_pnalloc(pool, span.len + 1);
    value = ngx_pcalloc(pool, sizeof(ngx_crm_json_t));

    if (p == NULL || value == NULL) {
        return NGX_ERROR;
    }

    *ngx_cpymem(p, span.data, span.len) = '\0';

    rc = ngx_crm_json_value(pool, &p, p + span.len, value);

    if (rc == NGX_OK) {
        *tree = value;
    }

    return rc;
}


/* moves *at behind the value; no deeper than the scanner has let pass */

static ngx_int_t
ngx_crm_json_value(ngx_pool_t *pool, u_char **at, u_char *end,
    ngx_crm_json_t *value)
{
    int  finite;

    value->kind = **at;

    switch (value->kind) {

    case '{':
    case '[':
        return ngx_crm_json_children(pool, at, end, value);

    case '"':
        return ngx_crm_json_text(at, end, &value->text);

    default:
        finite = isfinite(strtod((char *) *at, NULL));
        *at = ngx_crm_scan_value(*at, end);

        /* some would read infinity, others no number */

        return finite ? NGX_OK : NGX_DECLINED;
    }
}


static ngx_int_t
ngx_crm_json_children(ngx_pool_t *pool, u_char **at, u_char *end,
    ngx_crm_json_t *parent)
{
    u_char           *p;
    ngx_int_t         rc;
    ngx_crm_json_t   *child, **link;

    link = &parent->first;

    for (p = ngx_crm_scan_space(*at + 1, end);
         *p != '}' && *p != ']';
         p = ngx_crm_scan_space(p + (*p == ','), end))
    {
        child = ngx_pcalloc(pool, sizeof(ngx_crm_json_t));
        if (child == NULL) {
            return NGX_ERROR;
        }

        rc = (parent->kind == '{') ? ngx_crm_json_name(&p, end, &child->name)
                                   : NGX_OK;
        if (rc == NGX_OK) {
            rc = ngx_crm_json_value(pool, &p, end, child);
        }

        if (rc != NGX_OK) {
            return rc;
        }

        *link = child;
        link = &child->next;
        parent->n++;

        p = ngx_crm_scan_space(p, end);
    }

    *at = p + 1;

    return (parent->kind == '{' && parent->n > 1)
           ? ngx_crm_json_twins(pool, parent) : NGX_OK;
}


static ngx_int_t
ngx_crm_json_name(u_char **at, u_char *end, ngx_str_t *name)
{
    ngx_int_t  rc;

    rc = ngx_crm_json_text(at, end, name);

    /* the colon has white space before and behind it */

    *at = ngx_crm_scan_space(*at, end);
    *at = ngx_crm_scan_space(*at + 1, end);

    return rc;
}


/* for many a reader a NUL ends a text, and the rest is said to others alone */

static ngx_int_t
ngx_crm_json_text(u_char **at, u_char *end, ngx_str_t *text)
{
    ngx_crm_span_t  span;

    span.data = *at;
    *at = ngx_crm_scan_string_end(*at, end);
    span.len = *at - span.data;

    text->data = span.data;
    text->len = ngx_crm_scan_unescape(text->data, &span);

    /* there is room: the quotes are gone */
    text->data[text->len] = '\0';

    return memchr(text->data, '\0', text->len) ? NGX_DECLINED : NGX_OK;
}


/*
 * "token" and "Token" are one for many a reader (Json.NET, encoding/json):
 * what goes on to the CRM must not say to it something else than to us.
 */

static ngx_int_t
ngx_crm_json_twins(ngx_pool_t *pool, const ngx_crm_json_t *object)
{
    size_t                 i;
    const ngx_str_t      **names;
    const ngx_crm_json_t  *member;

    names = ngx_palloc(pool, object->n * sizeof(ngx_str_t *));
    if (names == NULL) {
        return NGX_ERROR;
    }

    i = 0;

    for (member = object->first; member; member = member->next) {
        names[i++] = &member->name;
    }

    qsort(names, i, sizeof(ngx_str_t *), ngx_crm_json_compare);

    while (--i) {
        if (ngx_crm_json_compare(&names[i - 1], &names[i]) == 0) {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


static int
ngx_crm_json_compare(const void *one, const void *two)
{
    ngx_int_t         rc;
    const ngx_str_t  *a = *(const ngx_str_t *const *) one;
    const ngx_str_t  *b = *(const ngx_str_t *const *) two;

    rc = ngx_strncasecmp(a->data, b->data, ngx_min(a->len, b->len));

    if (rc == 0) {
        rc = (a->len > b->len) - (a->len < b->len);
    }

    return (int) rc;
}


ngx_uint_t
ngx_crm_json_is_object(const ngx_crm_json_t *tree)
{
    return tree && tree->kind == '{';
}


/* kinds: the first bytes of values of the type that is asked for */

static ngx_int_t
ngx_crm_json_find(const ngx_crm_json_t *tree, const ngx_str_t *name,
    const char *kinds, const ngx_crm_json_t **value)
{
    const ngx_crm_json_t  *member;

    member = ngx_crm_json_is_object(tree) ? tree->first : NULL;

    while (member
           && (member->name.len != name->len
               || ngx_memcmp(member->name.data, name->data, name->len) != 0))
    {
        member = member->next;
    }

    if (member == NULL || member->kind == 'n') {
        return NGX_DECLINED;
    }

    *value = member;

    return ngx_strchr(kinds, member->kind) ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_crm_json_string(const ngx_crm_json_t *tree, const ngx_str_t *name,
    ngx_str_t *text)
{
    ngx_int_t              rc;
    const ngx_crm_json_t  *value;

    rc = ngx_crm_json_find(tree, name, "\"", &value);

    if (rc == NGX_OK) {
        *text = value->text;
    }

    return rc;
}


ngx_int_t
ngx_crm_json_flag(const ngx_crm_json_t *tree, const ngx_str_t *name,
    ngx_uint_t *flag)
{
    ngx_int_t              rc;
    const ngx_crm_json_t  *value;

    rc = ngx_crm_json_find(tree, name, "tf", &value);

    if (rc == NGX_OK) {
        *flag = (value->kind == 't');
    }

    return rc;
}


ngx_int_t
ngx_crm_json_object(const ngx_crm_json_t *tree, const ngx_str_t *name,
    const ngx_crm_json_t **object)
{
    return ngx_crm_json_find(tree, name, "{", object);
}


ngx_int_t
ngx_crm_json_array(const ngx_crm_json_t *tree, const ngx_str_t *name,
    const ngx_crm_json_t **first)
{
    ngx_int_t              rc;
    const ngx_crm_json_t  *value;

    rc = ngx_crm_json_find(tree, name, "[", &value);

    if (rc == NGX_OK) {
        *first = value->first;
    }

    return rc;
}


const ngx_crm_json_t *
ngx_crm_json_next(const ngx_crm_json_t *element)
{
    return element->next;
}
