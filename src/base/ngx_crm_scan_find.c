#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan_find.h"
#include "base/ngx_crm_scan_member.h"


static ngx_int_t ngx_crm_scan_find_member(const ngx_crm_span_t *object,
    const ngx_str_t *name, u_char **before, ngx_crm_span_t *member,
    ngx_crm_span_t *value);


ngx_int_t
ngx_crm_scan_find(const ngx_crm_span_t *object, const ngx_str_t *name,
    ngx_crm_span_t *value)
{
    u_char          *before;
    ngx_crm_span_t   member;

    return ngx_crm_scan_find_member(object, name, &before, &member, value);
}


ngx_int_t
ngx_crm_scan_find_cut(const ngx_crm_span_t *object, const ngx_str_t *name,
    ngx_crm_span_t *cut)
{
    u_char          *p, *end, *before;
    ngx_crm_span_t   member, value;

    if (ngx_crm_scan_find_member(object, name, &before, &member, &value)
        != NGX_OK)
    {
        return NGX_DECLINED;
    }

    end = value.data + value.len;

    /* a comma in front of it, or, of the first, the one behind it */

    if (*before == ',') {
        cut->data = before;
        cut->len = end - before;

        return NGX_OK;
    }

    p = ngx_crm_scan_space(end, object->data + object->len);

    cut->data = member.data;
    cut->len = ((*p == ',') ? p + 1 : end) - member.data;

    return NGX_OK;
}


/* before: the comma or the brace in front of the member */

static ngx_int_t
ngx_crm_scan_find_member(const ngx_crm_span_t *object, const ngx_str_t *name,
    u_char **before, ngx_crm_span_t *member, ngx_crm_span_t *value)
{
    u_char  *p;

    if (object->len == 0 || object->data[0] != '{') {
        return NGX_DECLINED;
    }

    p = object->data;

    for ( ;; ) {
        *before = p;

        if (ngx_crm_scan_member(&p, object->data + object->len, member, value)
            != NGX_OK)
        {
            return NGX_DECLINED;
        }

        if (ngx_crm_scan_member_is(member, name)) {
            return NGX_OK;
        }
    }
}
