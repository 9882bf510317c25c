#include <ngx_config.h>
#include <ngx_core.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/ngx_crm_scan_string.h"
#include "base/ngx_crm_utf8.h"


static u_char *ngx_crm_scan_string_plain(u_char *p, u_char *end);
static u_char *ngx_crm_scan_string_unicode(u_char *p, u_char *end,
    uint32_t *c);
static u_char *ngx_crm_scan_string_hex4(u_char *p, u_char *end, uint32_t *c);


static const u_char  ngx_crm_scan_string_letters[] = "\"\\/bfnrt";
static const u_char  ngx_crm_scan_string_meanings[] = "\"\\/\b\f\n\r\t";


/* the characters, a bit each, that neither end a string nor are escaped */

static const uint32_t  ngx_crm_scan_string_plains[] = {
    0x00000000,
    0xfffffffb,    /* not " */
    0xefffffff,    /* not \ */
    0xffffffff,
    0x00000000, 0x00000000, 0x00000000, 0x00000000
};


u_char *
ngx_crm_scan_string_end(u_char *p, u_char *end)
{
    size_t    n;
    uint32_t  c;

    if (p == end || *p++ != '"') {
        return NULL;
    }

    for ( ;; ) {
        p = ngx_crm_scan_string_plain(p, end);

        if (p == end) {
            return NULL;
        }

        if (*p == '"') {
            return p + 1;
        }

        if (*p != '\\') {
            n = (*p < 0x80) ? 0 : ngx_crm_utf8_length(p, end);

            if (n == 0) {
                return NULL;
            }

            p += n;
            continue;
        }

        if (++p == end) {
            return NULL;
        }

        if (*p == 'u') {
            p = ngx_crm_scan_string_unicode(p + 1, end, &c);

            if (p == NULL) {
                return NULL;
            }

            continue;
        }

        if (memchr(ngx_crm_scan_string_letters, *p,
                   sizeof(ngx_crm_scan_string_letters) - 1)
            == NULL)
        {
            return NULL;
        }

        p++;
    }
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


static u_char *
ngx_crm_scan_string_plain(u_char *p, u_char *end)
{
#if defined(__SSE2__)

    int      stops;
    __m128i  bytes;

    while (end - p >= 16) {
        bytes = _mm_loadu_si128((__m128i *) p);

        /* bytes over 0x7f are negative, and so under 0x20 as well */

        stops = _mm_movemask_epi8(
                    _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)),
                    _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                 _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')))));

        if (stops) {
            return p + __builtin_ctz(stops);
        }

        p += 16;
    }

#endif

    while (p < end
           && (ngx_crm_scan_string_plains[*p >> 5] & (1U << (*p & 0x1f))))
    {
        p++;
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
