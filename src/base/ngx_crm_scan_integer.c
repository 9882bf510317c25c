#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan_integer.h"


#define NGX_CRM_SCAN_INTEGER_MAX  9007199254740992    /* 2^53 */


ngx_int_t
ngx_crm_scan_integer(const ngx_crm_span_t *span, int64_t *value)
{
    u_char   *p, *end;
    int64_t   n;

    p = span->data;
    end = p + span->len;
    n = 0;

    if (*p == '-') {
        p++;
    }

    while (p < end && *p >= '0' && *p <= '9') {
        n = n * 10 + (*p++ - '0');

        if (n > NGX_CRM_SCAN_INTEGER_MAX) {
            return NGX_DECLINED;
        }
    }

    if (p < end && *p == '.') {
        p++;

        while (p < end && *p >= '0' && *p <= '9') {
            p++;
        }
    }

    if (p != end) {
        return NGX_DECLINED;
    }

    *value = (*span->data == '-') ? -n : n;

    return NGX_OK;
}
