#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_json_quote.h"
#include "base/ngx_crm_scan_vector.h"
#include "base/ngx_crm_utf8.h"


static size_t ngx_crm_json_quote_escape(u_char escape[6], u_char c);


size_t
ngx_crm_json_quote(u_char *dst, const ngx_str_t *text)
{
    u_char        *p, *end, escape[6];
    size_t         len, n, written;
    const u_char  *bytes;

    end = text->data + text->len;
    len = 1;

    for (p = text->data; p < end; p += n) {
        n = ngx_crm_scan_vector_plain(p, end) - p;

        if (n == 0) {
            n = ngx_crm_utf8_length(p, end);
        }

        bytes = p;
        written = n;

        if (n == 0) {
            n = 1;
            bytes = (const u_char *) "\xef\xbf\xbd";
            written = 3;

        } else if (*p < 0x20 || *p == '"' || *p == '\\') {
            bytes = escape;
            written = ngx_crm_json_quote_escape(escape, *p);
        }

        if (dst) {
            ngx_memcpy(dst + len, bytes, written);
        }

        len += written;
    }

    if (dst) {
        dst[0] = '"';
        dst[len] = '"';
    }

    return len + 1;
}


static size_t
ngx_crm_json_quote_escape(u_char escape[6], u_char c)
{
    const char  *letter;

    static const char  letters[] = "\"\\bfnrt";
    static const char  meanings[] = "\"\\\b\f\n\r\t";
    static const char  hex[] = "0123456789abcdef";

    escape[0] = '\\';

    letter = memchr(meanings, c, sizeof(meanings) - 1);

    if (letter) {
        escape[1] = letters[letter - meanings];
        return 2;
    }

    ngx_memcpy(escape + 1, "u00", 3);
    escape[4] = hex[c >> 4];
    escape[5] = hex[c & 0xf];

    return 6;
}
