#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan_member.h"
#include "base/ngx_crm_scan_string.h"


/* in most places there is none */
#define ngx_crm_scan_member_space(p, end)                                     \
    (((p) == (end) || *(p) > ' ') ? (p) : ngx_crm_scan_space(p, end))


ngx_int_t
ngx_crm_scan_member(u_char **at, u_char *end, ngx_crm_span_t *name,
    ngx_crm_span_t *value)
{
    u_char      *p;
    ngx_int_t    rc;
    ngx_uint_t   first;

    p = *at;

    if (p == end) {
        return NGX_ERROR;
    }

    first = (*p == '{');

    rc = ngx_crm_scan_member_name(&p, end, first, name);

    if (rc != NGX_OK) {
        *at = p;
        return rc;
    }

    value->data = p;

    p = ngx_crm_scan_value(p, end);

    if (p == NULL) {
        return NGX_ERROR;
    }

    value->len = p - value->data;

    p = ngx_crm_scan_member_space(p, end);

    if (p == end || (*p != ',' && *p != '}')) {
        return NGX_ERROR;
    }

    *at = p;

    return NGX_OK;
}


ngx_int_t
ngx_crm_scan_member_name(u_char **at, u_char *end, ngx_uint_t first,
    ngx_crm_span_t *name)
{
    u_char  *p;

    p = *at + first;
    p = ngx_crm_scan_member_space(p, end);

    if (p == end) {
        return NGX_ERROR;
    }

    if (*p == '}') {
        *at = p;
        return NGX_DONE;
    }

    if (!first) {
        if (*p != ',') {
            return NGX_ERROR;
        }

        p++;
        p = ngx_crm_scan_member_space(p, end);
    }

    name->data = p;

    p = ngx_crm_scan_string_end(p, end);

    if (p == NULL) {
        return NGX_ERROR;
    }

    name->len = p - name->data;

    p = ngx_crm_scan_member_space(p, end);

    if (p == end || *p != ':') {
        return NGX_ERROR;
    }

    p++;
    *at = ngx_crm_scan_member_space(p, end);

    return NGX_OK;
}


ngx_uint_t
ngx_crm_scan_member_is(const ngx_crm_span_t *span, const ngx_str_t *text)
{
    size_t  len;
    u_char  name[NGX_CRM_SCAN_MEMBER_NAME * 6];

    if (span->len < text->len + 2) {
        return 0;
    }

    len = span->len - 2;

    if (len == text->len) {
        return ngx_memcmp(span->data + 1, text->data, len) == 0
               && memchr(text->data, '\\', len) == NULL;
    }

    /* an escape is six bytes at most for a byte that it stands for */

    if (len > text->len * 6 || len > sizeof(name)
        || memchr(span->data + 1, '\\', len) == NULL)
    {
        return 0;
    }

    return ngx_crm_scan_unescape(name, span) == text->len
           && ngx_memcmp(name, text->data, text->len) == 0;
}


ngx_uint_t
ngx_crm_scan_member_is_like(const ngx_crm_span_t *span, const ngx_str_t *text)
{
    size_t  i, len;
    u_char  name[NGX_CRM_SCAN_MEMBER_NAME * 6];

    if (span->len < text->len + 2 || span->len > text->len * 6 + 2
        || span->len > sizeof(name) + 2)
    {
        return 0;
    }

    len = ngx_crm_scan_unescape(name, span);

    for (i = 0; i < len && len == text->len; i++) {
        if (ngx_tolower(name[i]) != ngx_tolower(text->data[i])) {
            return 0;
        }
    }

    return len == text->len;
}
