#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan_block.h"
#include "base/ngx_crm_scan_vector.h"


#if (NGX_CRM_SCAN_VECTOR)


static uint64_t ngx_crm_scan_block_wide(u_char *p);
static uint64_t ngx_crm_scan_block_within(u_char *p, u_char low, u_char high);


uint64_t
ngx_crm_scan_block_stops(u_char *p)
{
    uint64_t               stops, wide;
    ngx_uint_t             i;
    ngx_crm_scan_vector_t  v;

    stops = 0;
    wide = 0;

    for (i = 0; i < NGX_CRM_SCAN_BLOCK; i += 16) {
        v = ngx_crm_scan_vector_load(p + i);
        stops |= ngx_crm_scan_vector_stops(v) << i;
        wide |= ngx_crm_scan_vector_wide(v);
    }

    return wide ? stops & ~ngx_crm_scan_block_wide(p) : stops;
}


/* the bytes of the characters that need no second look */

static uint64_t
ngx_crm_scan_block_wide(u_char *p)
{
    uint64_t  second, third, two, three, high;

    second = ngx_crm_scan_block_within(p, 0x80, 0xbf) >> 1;
    third = second >> 1;

    two = ngx_crm_scan_block_within(p, 0xc2, 0xdf) & second;
    three = ngx_crm_scan_block_within(p, 0xe0, 0xef) & second & third;

    if (three) {
        /* overlong forms and surrogates are told by their second byte */

        high = ngx_crm_scan_block_within(p, 0xa0, 0xbf) >> 1;

        three &= high | ~ngx_crm_scan_block_within(p, 0xe0, 0xe0);
        three &= ~(high & ngx_crm_scan_block_within(p, 0xed, 0xed));
    }

    return two | two << 1 | three | three << 1 | three << 2;
}


static uint64_t
ngx_crm_scan_block_within(u_char *p, u_char low, u_char high)
{
    uint64_t               bits;
    ngx_uint_t             i;
    ngx_crm_scan_vector_t  v;

    bits = 0;

    for (i = 0; i < NGX_CRM_SCAN_BLOCK; i += 16) {
        v = ngx_crm_scan_vector_load(p + i);
        v = ngx_crm_scan_vector_within(v, low, high);
        bits |= ngx_crm_scan_vector_bits(v) << i;
    }

    return bits;
}


#endif
