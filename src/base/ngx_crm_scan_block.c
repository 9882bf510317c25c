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
    uint64_t               stops;
    ngx_crm_scan_vector_t  a, b, c, d;

    a = ngx_crm_scan_vector_load(p);
    b = ngx_crm_scan_vector_load(p + 16);
    c = ngx_crm_scan_vector_load(p + 32);
    d = ngx_crm_scan_vector_load(p + 48);

    stops = ngx_crm_scan_vector_stops(a)
            | ngx_crm_scan_vector_stops(b) << 16
            | ngx_crm_scan_vector_stops(c) << 32
            | ngx_crm_scan_vector_stops(d) << 48;

    if (ngx_crm_scan_vector_wide(a | b | c | d)) {
        stops &= ~ngx_crm_scan_block_wide(p);
    }

    return stops;
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
    ngx_crm_scan_vector_t  a, b, c, d;

    a = ngx_crm_scan_vector_load(p);
    b = ngx_crm_scan_vector_load(p + 16);
    c = ngx_crm_scan_vector_load(p + 32);
    d = ngx_crm_scan_vector_load(p + 48);

    a = ngx_crm_scan_vector_within(a, low, high);
    b = ngx_crm_scan_vector_within(b, low, high);
    c = ngx_crm_scan_vector_within(c, low, high);
    d = ngx_crm_scan_vector_within(d, low, high);

    return ngx_crm_scan_vector_bits(a)
           | ngx_crm_scan_vector_bits(b) << 16
           | ngx_crm_scan_vector_bits(c) << 32
           | ngx_crm_scan_vector_bits(d) << 48;
}


#endif
