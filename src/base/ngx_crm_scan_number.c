#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan_number.h"
#include "base/ngx_crm_scan_vector.h"


#if (NGX_CRM_SCAN_VECTOR)

#define NGX_CRM_SCAN_NUMBER_SHORT  32    /* bytes, and what ends it */

#define ngx_crm_scan_number_bits(p)                                           \
    ngx_crm_scan_vector_bits(                                                 \
        ngx_crm_scan_vector_within(ngx_crm_scan_vector_load(p), '0', '9'))

static u_char *ngx_crm_scan_number_short(u_char *p);

#endif

static u_char *ngx_crm_scan_number_long(u_char *p, u_char *end);
static u_char *ngx_crm_scan_number_digits(u_char *p, u_char *end);


u_char *
ngx_crm_scan_number(u_char *p, u_char *end)
{
#if (NGX_CRM_SCAN_VECTOR)

    u_char  *after;

    if (end - p >= NGX_CRM_SCAN_NUMBER_SHORT) {
        after = ngx_crm_scan_number_short(p);

        if (after != NULL) {
            return after;
        }
    }

#endif

    return ngx_crm_scan_number_long(p, end);
}


#if (NGX_CRM_SCAN_VECTOR)


/*
 * How many digits there are differs from number to number, and the processor
 * would foresee it wrongly; so they are counted, not looped over.  NULL: it is
 * long, has an exponent, or is none.
 */

static u_char *
ngx_crm_scan_number_short(u_char *p)
{
    u_char      *last;
    uint64_t     others;
    ngx_uint_t   n;

    others = ~(ngx_crm_scan_number_bits(p)
               | ngx_crm_scan_number_bits(p + 16) << 16);

    last = p + NGX_CRM_SCAN_NUMBER_SHORT;

    if (*p == '-') {
        p++;
        others >>= 1;
    }

    n = __builtin_ctzll(others);

    if (n == 0 || (n > 1 && *p == '0')) {
        return NULL;
    }

    p += n;

    if (p < last && *p == '.') {
        others >>= n + 1;
        n = __builtin_ctzll(others);

        if (n == 0) {
            return NULL;
        }

        p += n + 1;
    }

    return (p < last && (*p | 0x20) != 'e') ? p : NULL;
}


#endif


static u_char *
ngx_crm_scan_number_long(u_char *p, u_char *end)
{
    if (*p == '-') {
        p++;
    }

    /* a leading zero stands alone */

    if (p < end && *p == '0') {
        p++;

    } else {
        p = ngx_crm_scan_number_digits(p, end);
    }

    if (p != NULL && p < end && *p == '.') {
        p = ngx_crm_scan_number_digits(p + 1, end);
    }

    if (p == NULL || p == end || (*p | 0x20) != 'e') {
        return p;
    }

    p++;

    if (p < end && (*p == '+' || *p == '-')) {
        p++;
    }

    return ngx_crm_scan_number_digits(p, end);
}


/* reads one digit or more */

static u_char *
ngx_crm_scan_number_digits(u_char *p, u_char *end)
{
    u_char  *start;

    start = p;

    while (p < end && *p >= '0' && *p <= '9') {
        p++;
    }

    return (p == start) ? NULL : p;
}
