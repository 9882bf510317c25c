#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan_vector.h"


/* the characters, a bit each, that neither end a string nor are escaped */

static const uint32_t  ngx_crm_scan_vector_plains[] = {
    0x00000000,
    0xfffffffb,    /* not " */
    0xefffffff,    /* not \ */
    0xffffffff,
    0x00000000, 0x00000000, 0x00000000, 0x00000000
};


u_char *
ngx_crm_scan_vector_plain(u_char *p, u_char *end)
{
#if (NGX_CRM_SCAN_VECTOR)

    uint64_t               bits;
    ngx_crm_scan_vector_t  v;

    while (end - p >= 16) {
        v = ngx_crm_scan_vector_load(p);
        bits = ngx_crm_scan_vector_stops(v);

        if (bits) {
            return p + __builtin_ctzll(bits);
        }

        p += 16;
    }

#endif

    while (p < end
           && (ngx_crm_scan_vector_plains[*p >> 5] & (1U << (*p & 0x1f))))
    {
        p++;
    }

    return p;
}


u_char *
ngx_crm_scan_vector_space(u_char *p, u_char *end)
{
#if (NGX_CRM_SCAN_VECTOR)

    uint64_t               bits;
    ngx_crm_scan_vector_t  v;

    while (end - p >= 16) {
        v = ngx_crm_scan_vector_load(p);
        bits = ngx_crm_scan_vector_bits(~(ngx_crm_scan_vector_is(v, ' ')
                                          | ngx_crm_scan_vector_is(v, '\n')
                                          | ngx_crm_scan_vector_is(v, '\r')
                                          | ngx_crm_scan_vector_is(v, '\t')));

        if (bits) {
            return p + __builtin_ctzll(bits);
        }

        p += 16;
    }

#endif

    while (p < end
           && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
    {
        p++;
    }

    return p;
}
