#include "route.h"
#include "engine/ngx_crm_route.h"
#include "base/ngx_crm_text.h"

#include <jansson.h>


static void route_path_line(const ngx_str_t *target, ngx_uint_t merge);
static ngx_int_t route_path_normal(const ngx_str_t *target, ngx_uint_t merge,
    ngx_str_t *raw, ngx_str_t *uri);
static ngx_uint_t route_path_plain(const ngx_str_t *raw, ngx_str_t *decoded);
static ngx_uint_t route_path_is_straight(const ngx_str_t *path);


void
route_path(const ngx_str_t *target)
{
    route_path_line(target, 0);
    route_path_line(target, 1);
}


static void
route_path_line(const ngx_str_t *target, ngx_uint_t merge)
{
    ngx_str_t   raw, uri, decoded;
    ngx_uint_t  doubtful;

    if (route_path_normal(target, merge, &raw, &uri) != NGX_OK
        || raw.len == 0 || raw.data[0] != '/')
    {
        return;
    }

    raw = fuzz_copy(raw.data, raw.len);
    doubtful = ngx_crm_route_is_doubtful(&raw);

    fuzz_check(doubtful == !route_path_plain(&raw, &decoded));
    fuzz_check(doubtful || fuzz_same(&decoded, &uri));
}


/* Reads a request line as NGINX does.  Returns NGX_OK or NGX_DECLINED. */

static ngx_int_t
route_path_normal(const ngx_str_t *target, ngx_uint_t merge, ngx_str_t *raw,
    ngx_str_t *uri)
{
    ngx_buf_t            b;
    ngx_http_request_t  *r;

    r = fuzz.r;

    ngx_memzero(&b, sizeof(ngx_buf_t));

    b.start = ngx_pnalloc(fuzz.pool, target->len + 16);
    b.pos = b.start;
    b.last = ngx_sprintf(b.start, "GET %V HTTP/1.1\r\n", target);

    r->state = 0;
    r->uri_start = NULL;
    r->args_start = NULL;
    r->complex_uri = 0;
    r->quoted_uri = 0;
    r->empty_path_in_uri = 0;

    if (ngx_http_parse_request_line(r, &b) != NGX_OK || r->uri_start == NULL
        || r->http_version < NGX_HTTP_VERSION_10)
    {
        return NGX_DECLINED;
    }

    raw->data = r->uri_start;
    raw->len = r->uri_end - r->uri_start;

    uri->len = (r->args_start ? r->args_start - 1 : r->uri_end)
               - r->uri_start;
    uri->data = raw->data;

    if (r->complex_uri || r->quoted_uri || r->empty_path_in_uri) {
        uri->data = ngx_pnalloc(fuzz.pool, uri->len + 2);
        r->uri = *uri;

        if (ngx_http_parse_complex_uri(r, merge) != NGX_OK) {
            return NGX_DECLINED;
        }

        *uri = r->uri;
    }

    return NGX_OK;
}


/* Decodes the path once; 0 where it is no UTF-8, or anything is special. */

static ngx_uint_t
route_path_plain(const ngx_str_t *raw, ngx_str_t *decoded)
{
    u_char   c;
    size_t   i;
    json_t  *text;

    static const char  special[] = "/;\\#%?";

    decoded->len = 0;
    decoded->data = ngx_pnalloc(fuzz.pool, raw->len);

    for (i = 0; i < raw->len && raw->data[i] != '?'; i++) {
        c = raw->data[i];

        if (c == '%') {

            if (raw->len - i < 3
                || ngx_crm_text_unhex(&c, raw->data + i + 1, 1) != NGX_OK
                || c < ' ' || c == 0x7f
                || memchr(special, c, sizeof(special)))
            {
                return 0;
            }

            i += 2;

        } else if (c != '/' && memchr(special, c, sizeof(special))) {
            return 0;
        }

        decoded->data[decoded->len++] = c;
    }

    /* which is what jansson has strings of */

    text = json_stringn((char *) decoded->data, decoded->len);
    json_decref(text);

    return text && route_path_is_straight(decoded);
}


/* no dots, with spaces or without, and nothing empty but the last segment */

static ngx_uint_t
route_path_is_straight(const ngx_str_t *path)
{
    size_t      i, spaces;
    u_char     *p, *end, *next;
    ngx_uint_t  dots;

    end = path->data + path->len;

    for (p = path->data; p < end; p = next) {

        next = ngx_strlchr(p + 1, end, '/');

        if (next == NULL) {
            next = end;
        }

        dots = 0;
        spaces = 0;

        for (i = 1; p + i < next; i++) {
            dots += (p[i] == '.');
            spaces += (p[i] == ' ');
        }

        if (((dots == 1 || dots == 2) && dots + spaces == i - 1)
            || (i == 1 && next < end))
        {
            return 0;
        }
    }

    return 1;
}
