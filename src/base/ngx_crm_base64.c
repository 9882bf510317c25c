#include "base/ngx_crm_base64.h"
#include "base/ngx_crm_scan_string.h"


static ngx_int_t ngx_crm_base64_digit(uint32_t c);


ssize_t
ngx_crm_base64_size(const ngx_crm_span_t *string)
{
    u_char     *p, *last;
    size_t      n;
    uint32_t    c;
    ngx_int_t   digit, unused;
    ngx_uint_t  padding;

    n = 0;
    padding = 0;
    unused = 0;

    p = string->data + 1;
    last = string->data + string->len - 1;

    while (p < last) {

        if (*p == '\\') {
            p = ngx_crm_scan_string_escape(p, &c);

        } else {
            c = *p++;
        }

        n++;

        if (c == '=') {
            padding++;
            continue;
        }

        digit = ngx_crm_base64_digit(c);

        if (digit < 0 || padding) {
            return -1;
        }

        unused = digit;
    }

    if (n % 4 != 0 || padding > 2
        || (padding == 1 && (unused & 0x03))
        || (padding == 2 && (unused & 0x0f)))
    {
        return -1;
    }

    return (ssize_t) (n / 4 * 3 - padding);
}


ssize_t
ngx_crm_base64_decode(u_char *dst, const u_char *src, size_t n)
{
    size_t      i, len;
    uint32_t    bits;
    ngx_int_t   digit;

    if (n % 4 != 0) {
        return -1;
    }

    for (i = 0; n && i < 2 && src[n - 1] == '='; i++) {
        n--;
    }

    len = 0;
    bits = 0;

    for (i = 0; i < n; i++) {
        digit = ngx_crm_base64_digit(src[i]);

        if (digit < 0) {
            return -1;
        }

        bits = bits << 6 | digit;

        if (i % 4) {
            dst[len++] = (u_char) (bits >> (6 - 2 * (i % 4)));
        }
    }

    /* of two digits the last has four bits unused, of three it has two */

    if ((n % 4 == 2 && (bits & 0x0f)) || (n % 4 == 3 && (bits & 0x03))) {
        return -1;
    }

    return (ssize_t) len;
}


static ngx_int_t
ngx_crm_base64_digit(uint32_t c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }

    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }

    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }

    if (c == '+') {
        return 62;
    }

    return (c == '/') ? 63 : -1;
}
