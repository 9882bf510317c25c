#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/crypto.h>

#include "base/ngx_crm_text.h"


#define NGX_CRM_TEXT_ID_MAX  128

#define ngx_crm_text_has(set, c)  ((set)[(c) >> 5] & (1U << ((c) & 0x1f)))


static ngx_uint_t ngx_crm_text_nibble(u_char c);


static const u_char  ngx_crm_text_hex_digits[] = "0123456789abcdef";

static const u_char  ngx_crm_text_base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* the value of each of the characters above; 64: it is none of them */
static const u_char  ngx_crm_text_sextets[] = {
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 62, 64, 64,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 64, 64, 64, 64, 64, 64,
    64,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 64, 64, 64, 64, 63,
    64, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64
};

/* A-Za-z0-9._~@+- */
static const uint32_t  ngx_crm_text_id_chars[] = {
    0x00000000,
    0x03ff6800, /* 0000 0011 1111 1111  0110 1000 0000 0000 */
    0x87ffffff, /* 1000 0111 1111 1111  1111 1111 1111 1111 */
    0x47fffffe, /* 0100 0111 1111 1111  1111 1111 1111 1110 */
    0x00000000,
    0x00000000,
    0x00000000,
    0x00000000
};


u_char *
ngx_crm_text_hex(u_char *dst, const u_char *src, size_t n)
{
    while (n--) {
        *dst++ = ngx_crm_text_hex_digits[*src >> 4];
        *dst++ = ngx_crm_text_hex_digits[*src++ & 0xf];
    }

    return dst;
}


ngx_int_t
ngx_crm_text_unhex(u_char *dst, const u_char *src, size_t n)
{
    ngx_uint_t  hi, lo;

    while (n--) {
        hi = ngx_crm_text_nibble(*src++);
        lo = ngx_crm_text_nibble(*src++);

        if ((hi | lo) > 0xf) {
            return NGX_ERROR;
        }

        *dst++ = (u_char) (hi << 4 | lo);
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_crm_text_nibble(u_char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }

    return 0x10;
}


/* most are lengths, of a digit or two */

u_char *
ngx_crm_text_decimal(u_char *dst, int64_t n)
{
    u_char    *p;
    uint64_t   rest, left;

    rest = (uint64_t) n;

    if (n < 0) {
        *dst++ = '-';
        rest = -rest;
    }

    for (left = rest; left > 9; left /= 10) {
        dst++;
    }

    p = dst + 1;

    for ( /* void */ ; rest > 9; rest /= 10) {
        *dst-- = (u_char) ('0' + rest % 10);
    }

    *dst = (u_char) ('0' + rest);

    return p;
}


u_char *
ngx_crm_text_base64url(u_char *dst, const u_char *src, size_t n)
{
    while (n > 2) {
        *dst++ = ngx_crm_text_base64[src[0] >> 2];
        *dst++ = ngx_crm_text_base64[(src[0] & 0x03) << 4 | src[1] >> 4];
        *dst++ = ngx_crm_text_base64[(src[1] & 0x0f) << 2 | src[2] >> 6];
        *dst++ = ngx_crm_text_base64[src[2] & 0x3f];

        src += 3;
        n -= 3;
    }

    if (n == 0) {
        return dst;
    }

    *dst++ = ngx_crm_text_base64[src[0] >> 2];

    if (n == 1) {
        *dst++ = ngx_crm_text_base64[(src[0] & 0x03) << 4];
        return dst;
    }

    *dst++ = ngx_crm_text_base64[(src[0] & 0x03) << 4 | src[1] >> 4];
    *dst++ = ngx_crm_text_base64[(src[1] & 0x0f) << 2];

    return dst;
}


ssize_t
ngx_crm_text_unbase64url(u_char *dst, const u_char *src, size_t n)
{
    u_char      *p;
    uint32_t     bits;
    ngx_uint_t   a, b, c, d;

    p = dst;

    for ( /* void */ ; n > 3; n -= 4, src += 4) {
        a = ngx_crm_text_sextets[src[0]];
        b = ngx_crm_text_sextets[src[1]];
        c = ngx_crm_text_sextets[src[2]];
        d = ngx_crm_text_sextets[src[3]];

        if ((a | b | c | d) > 63) {
            return -1;
        }

        bits = (uint32_t) (a << 18 | b << 12 | c << 6 | d);

        *p++ = (u_char) (bits >> 16);
        *p++ = (u_char) (bits >> 8);
        *p++ = (u_char) bits;
    }

    if (n == 0) {
        return p - dst;
    }

    if (n == 1) {
        return -1;
    }

    a = ngx_crm_text_sextets[src[0]];
    b = ngx_crm_text_sextets[src[1]];
    c = (n == 3) ? ngx_crm_text_sextets[src[2]] : 0;

    bits = (uint32_t) (a << 18 | b << 12 | c << 6);

    if ((a | b | c) > 63 || (bits & (n == 3 ? 0xff : 0xffff))) {
        return -1;
    }

    *p++ = (u_char) (bits >> 16);

    if (n == 3) {
        *p++ = (u_char) (bits >> 8);
    }

    return p - dst;
}


ngx_str_t
ngx_crm_text_last(ngx_str_t *text, u_char c)
{
    u_char     *p;
    ngx_str_t   last;

    p = text->len ? memrchr(text->data, c, text->len) : NULL;

    if (p == NULL) {
        last = *text;
        text->len = 0;
        return last;
    }

    last.data = p + 1;
    last.len = text->data + text->len - last.data;

    text->len = p - text->data;

    return last;
}


ngx_uint_t
ngx_crm_text_same(const u_char *a, size_t an, const u_char *b, size_t bn)
{
    return an == bn && CRYPTO_memcmp(a, b, an) == 0;
}


ngx_uint_t
ngx_crm_text_is_id(const ngx_str_t *s)
{
    size_t  i;

    if (s->len == 0 || s->len > NGX_CRM_TEXT_ID_MAX) {
        return 0;
    }

    for (i = 0; i < s->len; i++) {
        if (!ngx_crm_text_has(ngx_crm_text_id_chars, s->data[i])) {
            return 0;
        }
    }

    return 1;
}
