#include "gate/ngx_crm_rules_find.h"
#include "base/ngx_crm_scan_member.h"
#include "base/ngx_crm_scan_string.h"
#include "base/ngx_crm_text.h"


static ngx_int_t ngx_crm_rules_find_decode(const u_char *p, const u_char *end,
    ngx_str_t *value);


ngx_int_t
ngx_crm_rules_find(const ngx_crm_span_t *object, const ngx_str_t *path,
    ngx_crm_span_t *value)
{
    u_char          *p, *end, *dot;
    ngx_str_t        first, rest;
    ngx_uint_t       found, like;
    ngx_crm_span_t   name, member;

    first = *path;
    ngx_str_null(&rest);

    dot = ngx_strlchr(path->data, path->data + path->len, '.');

    if (dot) {
        first.len = dot - path->data;
        rest.data = dot + 1;
        rest.len = path->len - first.len - 1;
    }

    found = 0;
    like = 0;
    p = object->data;
    end = p + object->len;

    while (ngx_crm_scan_member(&p, end, &name, &member) == NGX_OK) {

        if (!ngx_crm_scan_member_is_like(&name, &first)) {
            continue;
        }

        /* the CRM may take one for the other */

        if (like++) {
            return NGX_ERROR;
        }

        if (ngx_crm_scan_member_is(&name, &first)) {
            found = 1;
            *value = member;
        }
    }

    if (!found || *value->data == 'n') {
        return NGX_DECLINED;
    }

    if (rest.len == 0) {
        return NGX_OK;
    }

    if (*value->data != '{') {
        return NGX_DECLINED;
    }

    member = *value;

    return ngx_crm_rules_find(&member, &rest, value);
}


ngx_uint_t
ngx_crm_rules_find_is_blank(const ngx_crm_span_t *value)
{
    u_char    *p, *last;
    uint32_t   c;

    if (*value->data != '"') {
        return 0;
    }

    p = value->data + 1;
    last = value->data + value->len - 1;

    while (p < last) {

        if (*p == '\\') {
            p = ngx_crm_scan_string_escape(p, &c);

        } else {
            c = *p++;
        }

        if (c != ' ') {
            return 0;
        }
    }

    return 1;
}


ngx_int_t
ngx_crm_rules_find_form(ngx_pool_t *pool, const ngx_str_t *form,
    const ngx_str_t *name, ngx_str_t *value)
{
    u_char  *p, *last, *end, *found;

    value->len = 0;

    if (form->data == NULL) {
        return NGX_DECLINED;
    }

    last = form->data + form->len;
    found = NULL;

    for (p = form->data; p < last; p = end + 1) {

        end = ngx_strlchr(p, last, '&');

        if (end == NULL) {
            end = last;
        }

        if ((size_t) (end - p) > name->len && p[name->len] == '='
            && ngx_memcmp(p, name->data, name->len) == 0)
        {
            found = p + name->len + 1;
            value->len = end - found;
        }
    }

    if (found && ngx_crm_rules_find_like(form, name) > 1) {
        return NGX_ABORT;
    }

    if (value->len == 0) {
        return NGX_DECLINED;
    }

    value->data = ngx_pnalloc(pool, value->len);
    if (value->data == NULL) {
        return NGX_ERROR;
    }

    return ngx_crm_rules_find_decode(found, found + value->len, value);
}


/* some end a member at ';', and call one of a list "name[]" */

ngx_uint_t
ngx_crm_rules_find_like(const ngx_str_t *form, const ngx_str_t *name)
{
    u_char      ch, *p, *last;
    size_t      i;
    ngx_uint_t  n;

    if (form->len == 0) {
        return 0;
    }

    n = 0;
    last = form->data + form->len;

    for (p = form->data; p < last; p++) {

        for (i = 0; p < last && *p != '&' && *p != ';' && *p != '='; p++) {

            ch = (*p == '+') ? ' ' : *p;

            if (ch == '%' && last - p > 2
                && ngx_crm_text_unhex(&ch, p + 1, 1) == NGX_OK)
            {
                p += 2;
            }

            if (i < name->len && ngx_tolower(ch) == name->data[i]) {
                i++;

            } else if (i == name->len && ch == '[') {
                break;

            } else if (ch != ' ' || (i && i < name->len)) {
                i = name->len + 1;
            }
        }

        n += (i == name->len);

        while (p < last && *p != '&' && *p != ';') {
            p++;
        }
    }

    return n;
}


static ngx_int_t
ngx_crm_rules_find_decode(const u_char *p, const u_char *end,
    ngx_str_t *value)
{
    u_char  *dst;

    for (dst = value->data; p < end; dst++) {

        if (*p != '%') {
            *dst = (*p == '+') ? ' ' : *p;
            p++;
            continue;
        }

        if (end - p < 3 || ngx_crm_text_unhex(dst, p + 1, 1) != NGX_OK) {
            return NGX_ABORT;
        }

        p += 3;
    }

    value->len = dst - value->data;

    return NGX_OK;
}
