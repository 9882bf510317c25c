/* Rows, and paths, but for the one question that each request asks. */

#include "engine/ngx_crm_route.h"
#include "base/ngx_crm_text.h"
#include "base/ngx_crm_utf8.h"
#include "ngx_crm_demands.h"


static const ngx_crm_route_t *ngx_crm_route_answer(
    const ngx_crm_route_t *row, const ngx_str_t *answer);
static ngx_uint_t ngx_crm_route_escape_is_doubtful(u_char *p, u_char *end);
static ngx_uint_t ngx_crm_route_is_dots(u_char *p, u_char *end);


ngx_uint_t
ngx_crm_route_method(ngx_uint_t method)
{
    return (method == NGX_HTTP_HEAD) ? NGX_HTTP_GET : method;
}


ngx_str_t
ngx_crm_route_variable(const ngx_str_t *row, const ngx_str_t *path)
{
    ngx_str_t  want, have, rows, paths;

    rows = *row;
    paths = *path;

    do {
        want = ngx_crm_text_last(&rows, '/');
        have = ngx_crm_text_last(&paths, '/');

    } while (want.len && want.data[0] != '{');

    if (want.len == 0) {
        ngx_str_null(&have);
    }

    return have;
}


const ngx_crm_route_t *
ngx_crm_route_named(const ngx_crm_api_t *api, const ngx_str_t *answer)
{
    const ngx_crm_route_t  *row;

    row = ngx_crm_route_answer(api->routes, answer);

    if (row == NULL && api->terms && api->terms->answers) {
        row = ngx_crm_route_answer(api->terms->answers, answer);
    }

    return row;
}


static const ngx_crm_route_t *
ngx_crm_route_answer(const ngx_crm_route_t *row, const ngx_str_t *answer)
{
    for ( /* void */ ; row->path.len; row++) {

        if (row->steps && row->answer.len == answer->len
            && ngx_memcmp(row->answer.data, answer->data, answer->len) == 0)
        {
            return row;
        }
    }

    return NULL;
}


ngx_uint_t
ngx_crm_route_is_doubtful(const ngx_str_t *raw)
{
    size_t   n;
    u_char  *p, *end;

    end = raw->data + raw->len;

    for (p = raw->data; p < end && *p != '?'; p += n) {

        n = 1;

        switch (*p) {

        case ';':
        case '\\':
        case '\0':
        case '#':
            return 1;

        case '/':
            if ((p + 1 < end && p[1] == '/')
                || ngx_crm_route_is_dots(p + 1, end))
            {
                return 1;
            }

            break;

        case '%':
            if (ngx_crm_route_escape_is_doubtful(p + 1, end)) {
                return 1;
            }

            break;
        }

        if (*p >= 0x80 || (*p == '%' && p[1] >= '8')) {
            n = ngx_crm_utf8_escaped(p, end);

            if (n == 0) {
                return 1;
            }
        }
    }

    return 0;
}


/* an encoded slash, backslash, percent sign, semicolon, # or ?, a control */

static ngx_uint_t
ngx_crm_route_escape_is_doubtful(u_char *p, u_char *end)
{
    static const char  *const  doubtful[] = {
        "2f", "5c", "7f", "25", "3b", "23", "3f", NULL
    };

    ngx_uint_t  i;

    if (end - p < 2 || *p < '2') {
        return 1;
    }

    for (i = 0; doubtful[i]; i++) {
        if (ngx_strncasecmp(p, (u_char *) doubtful[i], 2) == 0) {
            return 1;
        }
    }

    return 0;
}


/*
 * A whole segment of one or two dots, each of them plain or %2e; some take
 * spaces off it first.
 */

static ngx_uint_t
ngx_crm_route_is_dots(u_char *p, u_char *end)
{
    u_char      ch;
    ngx_uint_t  dots;

    for (dots = 0; p < end && *p != '/' && *p != '?'; p++) {

        ch = *p;

        if (ch == '%' && end - p > 2
            && ngx_crm_text_unhex(&ch, p + 1, 1) == NGX_OK)
        {
            p += 2;
        }

        if (ch != '.' && ch != ' ') {
            return 0;
        }

        dots += (ch == '.');
    }

    return dots == 1 || dots == 2;
}
