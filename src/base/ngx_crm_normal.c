#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_country.h"
#include "base/ngx_crm_normal.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_NORMAL_WORD_MAX    128   /* characters */
#define NGX_CRM_NORMAL_DIGITS_MIN  7     /* Niue's are the shortest */
#define NGX_CRM_NORMAL_DIGITS_MAX  15    /* of E.164 */
#define NGX_CRM_NORMAL_DIALLED     24    /* digits, 00 and trunk 0 included */
#define NGX_CRM_NORMAL_NANP        11    /* digits under country code 1 */
#define NGX_CRM_NORMAL_PREFIX      5     /* bytes, with the NUL */
#define NGX_CRM_NORMAL_PAIRS       6     /* of hex digits in a MAC */


static ngx_int_t ngx_crm_normal_prefix(char *prefix,
    const ngx_str_t *country);
static ngx_int_t ngx_crm_normal_dialled(ngx_str_t *digits,
    const ngx_str_t *number);
static void ngx_crm_normal_compose(ngx_str_t *dst, const char *prefix,
    const ngx_str_t *digits);
static ngx_uint_t ngx_crm_normal_is_e164(const u_char *digits, size_t n);
static ngx_uint_t ngx_crm_normal_printable(const ngx_str_t *text, size_t max,
    const char *except);


ngx_int_t
ngx_crm_normal_email(ngx_str_t *dst, const ngx_str_t *text)
{
    size_t   i;
    u_char  *at;

    /*
     * what RFC 5322 allows in quotes only is refused, for the address goes
     * into header lines, where it would name further receivers
     */

    if (!ngx_crm_normal_printable(text, NGX_CRM_NORMAL_MAX,
                                  "\"(),:;<>[\\]{}"))
    {
        return NGX_DECLINED;
    }

    at = memchr(text->data, '@', text->len);

    if (at == NULL
        || at == text->data
        || at == text->data + text->len - 1
        || memchr(at + 1, '@', text->data + text->len - at - 1))
    {
        return NGX_DECLINED;
    }

    for (i = 0; i < text->len; i++) {
        dst->data[i] = ngx_tolower(text->data[i]);
    }

    dst->len = text->len;

    return NGX_OK;
}


ngx_int_t
ngx_crm_normal_phone(ngx_str_t *dst, const ngx_str_t *number,
    const ngx_str_t *country)
{
    char       prefix[NGX_CRM_NORMAL_PREFIX];
    u_char     buf[NGX_CRM_NORMAL_DIALLED];
    ngx_int_t  rc;
    ngx_str_t  digits;

    digits.data = buf;

    if (ngx_crm_normal_prefix(prefix, country) != NGX_OK) {
        return NGX_DECLINED;
    }

    rc = ngx_crm_normal_dialled(&digits, number);

    if (rc == NGX_DECLINED || (rc == NGX_OK && prefix[0] == '\0')) {
        return NGX_DECLINED;
    }

    /* an international number needs no country, and wins over one */

    ngx_crm_normal_compose(dst, rc == NGX_DONE ? "" : prefix, &digits);

    if (!ngx_crm_normal_is_e164(dst->data + 1, dst->len - 1)) {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_normal_prefix(char *prefix, const ngx_str_t *country)
{
    size_t       i;
    ngx_str_t    digits;
    const char  *known;

    digits = *country;

    if (digits.len && digits.data[0] == '+') {
        digits.data++;
        digits.len--;
    }

    known = ngx_crm_country_prefix(country);

    if (known) {
        digits.data = (u_char *) known;
        digits.len = ngx_strlen(known);
    }

    if (digits.len >= NGX_CRM_NORMAL_PREFIX
        || (digits.len == 0 && country->len))
    {
        return NGX_DECLINED;
    }

    for (i = 0; i < digits.len; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9') {
            return NGX_DECLINED;
        }

        prefix[i] = (char) digits.data[i];
    }

    prefix[i] = '\0';

    return NGX_OK;
}


/*
 * Takes the digits of a number as it was typed.  Returns NGX_OK, NGX_DONE
 * (the country code is among them) or NGX_DECLINED.
 */

static ngx_int_t
ngx_crm_normal_dialled(ngx_str_t *digits, const ngx_str_t *number)
{
    u_char      c;
    size_t      i;
    ngx_uint_t  plus;

    plus = 0;
    digits->len = 0;

    for (i = 0; i < number->len; i++) {
        c = number->data[i];

        if (c == ' ' || c == '-' || c == '.' || c == '(' || c == ')') {
            continue;
        }

        if (c == '+' && !plus && digits->len == 0) {
            plus = 1;
            continue;
        }

        if (c < '0' || c > '9' || digits->len == NGX_CRM_NORMAL_DIALLED) {
            return NGX_DECLINED;
        }

        digits->data[digits->len++] = c;
    }

    if (plus) {
        return NGX_DONE;
    }

    if (digits->len > 2 && ngx_strncmp(digits->data, "00", 2) == 0) {
        digits->data += 2;
        digits->len -= 2;
        return NGX_DONE;
    }

    return NGX_OK;
}


static void
ngx_crm_normal_compose(ngx_str_t *dst, const char *prefix,
    const ngx_str_t *digits)
{
    u_char  *p, trunk;
    size_t   n;

    p = digits->data;
    n = digits->len;
    trunk = (prefix[0] == '1') ? '1' : '0';

    if (prefix[0] && n && *p == trunk
        && !ngx_crm_country_keeps_zero(prefix))
    {
        p++;
        n--;
    }

    /* the area code, which many write out, is in such a prefix already */

    if (prefix[0] == '1' && n == NGX_CRM_NORMAL_NANP - 1) {
        prefix = "1";
    }

    dst->len = 1 + ngx_strlen(prefix) + n;
    dst->data[0] = '+';
    ngx_memcpy(ngx_cpymem(dst->data + 1, prefix, ngx_strlen(prefix)), p, n);
}


static ngx_uint_t
ngx_crm_normal_is_e164(const u_char *digits, size_t n)
{
    if (n < NGX_CRM_NORMAL_DIGITS_MIN || n > NGX_CRM_NORMAL_DIGITS_MAX) {
        return 0;
    }

    if (digits[0] == '1') {
        return n == NGX_CRM_NORMAL_NANP;
    }

    return digits[0] != '0';
}


ngx_int_t
ngx_crm_normal_mac(ngx_str_t *dst, const ngx_str_t *text)
{
    u_char  *p, *q, byte;
    size_t   i, step;

    if (text->len != 12 && text->len != 17) {
        return NGX_DECLINED;
    }

    step = (text->len == 17) ? 3 : 2;

    if (step == 3 && text->data[2] != '-' && text->data[2] != ':') {
        return NGX_DECLINED;
    }

    p = text->data;
    q = dst->data;

    for (i = 0; i < NGX_CRM_NORMAL_PAIRS; i++, p += step) {

        if (ngx_crm_text_unhex(&byte, p, 1) != NGX_OK) {
            return NGX_DECLINED;
        }

        if (i) {
            if (step == 3 && p[-1] != text->data[2]) {
                return NGX_DECLINED;
            }

            *q++ = '-';
        }

        *q++ = ngx_toupper(p[0]);
        *q++ = ngx_toupper(p[1]);
    }

    dst->len = q - dst->data;

    return NGX_OK;
}


ngx_int_t
ngx_crm_normal_word(ngx_str_t *dst, const ngx_str_t *text)
{
    if (!ngx_crm_normal_printable(text, NGX_CRM_NORMAL_WORD_MAX, "{}")) {
        return NGX_DECLINED;
    }

    ngx_memcpy(dst->data, text->data, text->len);
    dst->len = text->len;

    return NGX_OK;
}


static ngx_uint_t
ngx_crm_normal_printable(const ngx_str_t *text, size_t max,
    const char *except)
{
    u_char  c;
    size_t  i;

    if (text->len == 0 || text->len > max) {
        return 0;
    }

    for (i = 0; i < text->len; i++) {
        c = text->data[i];

        if (c <= ' ' || c > '~' || ngx_strchr(except, c)) {
            return 0;
        }
    }

    return 1;
}


void
ngx_crm_normal_obfuscate(ngx_str_t *dst, const ngx_str_t *address)
{
    u_char  *p, *at;
    size_t   head, tail;

    at = memchr(address->data, '@', address->len);

    if (at) {
        head = (at > address->data) ? 1 : 0;
        tail = address->data + address->len - at;

    } else if (address->len < 5) {
        head = 0;
        tail = 0;

    } else {
        head = (address->len < 10) ? 3 : 6;
        tail = (address->len < 10) ? 1 : 3;
    }

    p = ngx_cpymem(dst->data, address->data, head);
    p = ngx_cpymem(p, "***", 3);
    p = ngx_cpymem(p, address->data + address->len - tail, tail);

    dst->len = p - dst->data;
}
