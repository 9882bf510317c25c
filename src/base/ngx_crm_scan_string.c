#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan_string.h"
#include "base/ngx_crm_scan_vector.h"
#include "base/ngx_crm_utf8.h"


static u_char *ngx_crm_scan_string_special(u_char *p, u_char *end);
static u_char *ngx_crm_scan_string_wide(u_char *p, u_char *end);
static u_char *ngx_crm_scan_string_unicode(u_char *p, u_char *end,
    uint32_t *c);
static u_char *ngx_crm_scan_string_hex4(u_char *p, u_char *end, uint32_t *c);


static const u_char  ngx_crm_scan_string_letters[] = "\"\\/bfnrt";
static const u_char  ngx_crm_scan_string_meanings[] = "\"\\/\b\f\n\r\t";


u_char *
ngx_crm_scan_string_end(u_char *p, u_char *end)
{
    if (p == end || *p++ != '"') {
        return NULL;
    }

    return ngx_crm_scan_string_rest(p, end);
}


u_char *
ngx_crm_scan_string_rest(u_char *p, u_char *end)
{
    for ( ;; ) {
        p = ngx_crm_scan_vector_plain(p, end);

        if (p == end) {
            return NULL;
        }

        if (*p == '"') {
            return p + 1;
        }

        p = ngx_crm_scan_string_odd(p, end);

        if (p == NULL) {
            return NULL;
        }
    }
}


u_char *
ngx_crm_scan_string_odd(u_char *p, u_char *end)
{
    return (*p < 0x80) ? ngx_crm_scan_string_special(p, end)
                       : ngx_crm_scan_string_wide(p, end);
}


u_char *
ngx_crm_scan_string_escape(u_char *p, uint32_t *c)
{
    const u_char  *letter;

    p++;

    if (*p == 'u') {
        /* validated, so there are 4 digits, and 7 bytes more in a pair */
        return ngx_crm_scan_string_unicode(p + 1, p + 11, c);
    }

    letter = memchr(ngx_crm_scan_string_letters, *p,
                    sizeof(ngx_crm_scan_string_letters) - 1);

    *c = ngx_crm_scan_string_meanings[letter - ngx_crm_scan_string_letters];

    return p + 1;
}


/* an escape, or a control character, which must be one */

static u_char *
ngx_crm_scan_string_special(u_char *p, u_char *end)
{
    uint32_t  c;

    if (*p++ != '\\' || p == end) {
        return NULL;
    }

    if (*p == 'u') {
        return ngx_crm_scan_string_unicode(p + 1, end, &c);
    }

    if (memchr(ngx_crm_scan_string_letters, *p,
               sizeof(ngx_crm_scan_string_letters) - 1)
        == NULL)
    {
        return NULL;
    }

    return p + 1;
}


/* characters over U+007F come in words: two bytes in Greek and Cyrillic */

static u_char *
ngx_crm_scan_string_wide(u_char *p, u_char *end)
{
    size_t  n;

    while (p < end && *p >= 0x80) {

        if (end - p > 1 && *p >= 0xc2 && *p <= 0xdf
            && (p[1] & 0xc0) == 0x80)
        {
            p += 2;
            continue;
        }

        n = ngx_crm_utf8_length(p, end);

        if (n == 0) {
            return NULL;
        }

        p += n;
    }

    return p;
}


/*
 * Reads what follows \u; a high surrogate must be followed by a low one, and
 * neither may stand alone.
 */

static u_char *
ngx_crm_scan_string_unicode(u_char *p, u_char *end, uint32_t *c)
{
    uint32_t  low;

    p = ngx_crm_scan_string_hex4(p, end, c);

    if (p == NULL || (*c & 0xf800) != 0xd800) {
        return p;
    }

    if ((*c & 0x0400) || end - p < 2 || p[0] != '\\' || p[1] != 'u') {
        return NULL;
    }

    p = ngx_crm_scan_string_hex4(p + 2, end, &low);

    if (p == NULL || (low & 0xfc00) != 0xdc00) {
        return NULL;
    }

    *c = 0x10000 + ((*c & 0x3ff) << 10) + (low & 0x3ff);

    return p;
}


static u_char *
ngx_crm_scan_string_hex4(u_char *p, u_char *end, uint32_t *c)
{
    u_char      ch;
    ngx_uint_t  i;

    if (end - p < 4) {
        return NULL;
    }

    *c = 0;

    for (i = 0; i < 4; i++) {
        ch = *p++;

        if (ch >= '0' && ch <= '9') {
            *c = *c << 4 | (ch - '0');
            continue;
        }

        ch |= 0x20;

        if (ch < 'a' || ch > 'f') {
            return NULL;
        }

        *c = *c << 4 | (ch - 'a' + 10);
    }

    return p;
}
