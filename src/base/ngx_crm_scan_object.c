#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan_object.h"
#include "base/ngx_crm_scan_member.h"


static ngx_uint_t ngx_crm_scan_object_index(const ngx_str_t *names,
    ngx_uint_t n, const ngx_str_t *name);


ngx_int_t
ngx_crm_scan_object_read(ngx_str_t *text, const ngx_str_t *names,
    ngx_uint_t n, ngx_crm_span_t *values)
{
    u_char          *p, *end;
    ngx_int_t        rc;
    ngx_str_t        name, strangers[NGX_CRM_SCAN_OBJECT_STRANGERS];
    ngx_uint_t       i, known;
    ngx_crm_span_t   span, value;

    ngx_memzero(values, n * sizeof(ngx_crm_span_t));
    known = 0;

    end = text->data + text->len;
    p = ngx_crm_scan_space(text->data, end);

    if (p == end || *p != '{') {
        return NGX_ERROR;
    }

    while ((rc = ngx_crm_scan_member(&p, end, &span, &value)) == NGX_OK) {

        /* unescaped, for "\u0065xp" is exp too */

        name.len = ngx_crm_scan_unescape(span.data, &span);
        name.data = span.data;

        i = ngx_crm_scan_object_index(names, n, &name);

        if (i < n) {
            if (values[i].data) {
                return NGX_ERROR;
            }

            values[i] = value;
            continue;
        }

        if (known == NGX_CRM_SCAN_OBJECT_STRANGERS
            || ngx_crm_scan_object_index(strangers, known, &name) < known)
        {
            return NGX_ERROR;
        }

        strangers[known++] = name;
    }

    if (rc == NGX_ERROR || ngx_crm_scan_space(p + 1, end) != end) {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* n: it is none of them */

static ngx_uint_t
ngx_crm_scan_object_index(const ngx_str_t *names, ngx_uint_t n,
    const ngx_str_t *name)
{
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        if (names[i].len == name->len
            && ngx_memcmp(names[i].data, name->data, name->len) == 0)
        {
            break;
        }
    }

    return i;
}
