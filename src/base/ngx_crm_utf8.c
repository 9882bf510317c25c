#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_text.h"
#include "base/ngx_crm_utf8.h"


/*
 * RFC 3629 section 4: what may follow which first byte.  The second byte's
 * bounds rule out overlong forms, surrogates and what is over U+10FFFF.
 */

typedef struct {
    u_char    first;
    u_char    last;
    u_char    low;
    u_char    high;
    size_t    length;
} ngx_crm_utf8_row_t;


static const ngx_crm_utf8_row_t  ngx_crm_utf8_rows[] = {
    { 0x00, 0x7f, 0x00, 0x00, 1 },
    { 0xc2, 0xdf, 0x80, 0xbf, 2 },
    { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
    { 0xe1, 0xec, 0x80, 0xbf, 3 },
    { 0xed, 0xed, 0x80, 0x9f, 3 },
    { 0xee, 0xef, 0x80, 0xbf, 3 },
    { 0xf0, 0xf0, 0x90, 0xbf, 4 },
    { 0xf1, 0xf3, 0x80, 0xbf, 4 },
    { 0xf4, 0xf4, 0x80, 0x8f, 4 }
};


size_t
ngx_crm_utf8_length(const u_char *p, const u_char *end)
{
    u_char  low, high;
    size_t  i, length;

    length = ngx_crm_utf8_first(*p, &low, &high);

    if ((size_t) (end - p) < length) {
        return 0;
    }

    if (length > 1 && (p[1] < low || p[1] > high)) {
        return 0;
    }

    for (i = 2; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }

    return length;
}


size_t
ngx_crm_utf8_escaped(const u_char *p, const u_char *end)
{
    size_t         i, n;
    u_char         bytes[4];
    const u_char  *q, *ends[4];

    for (q = p, n = 0; q < end && n < sizeof(bytes); n++) {

        bytes[n] = *q++;

        if (bytes[n] == '%') {

            if (end - q < 2 || ngx_crm_text_unhex(&bytes[n], q, 1) != NGX_OK) {
                break;
            }

            q += 2;
        }

        ends[n] = q;
    }

    i = n ? ngx_crm_utf8_length(bytes, bytes + n) : 0;

    return i ? ends[i - 1] - p : 0;
}


size_t
ngx_crm_utf8_first(u_char first, u_char *low, u_char *high)
{
    const ngx_crm_utf8_row_t  *row, *last;

    row = ngx_crm_utf8_rows;
    last = row + sizeof(ngx_crm_utf8_rows) / sizeof(ngx_crm_utf8_row_t);

    while (row < last && first > row->last) {
        row++;
    }

    if (row == last || first < row->first) {
        return 0;
    }

    *low = row->low;
    *high = row->high;

    return row->length;
}


u_char *
ngx_crm_utf8_write(u_char *dst, uint32_t c)
{
    if (c < 0x80) {
        *dst++ = (u_char) c;
        return dst;
    }

    if (c < 0x800) {
        *dst++ = (u_char) (0xc0 | c >> 6);

    } else {
        if (c < 0x10000) {
            *dst++ = (u_char) (0xe0 | c >> 12);

        } else {
            *dst++ = (u_char) (0xf0 | c >> 18);
            *dst++ = (u_char) (0x80 | (c >> 12 & 0x3f));
        }

        *dst++ = (u_char) (0x80 | (c >> 6 & 0x3f));
    }

    *dst++ = (u_char) (0x80 | (c & 0x3f));

    return dst;
}
