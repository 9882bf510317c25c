/* Rows are few: they are walked, segment by segment. */

#include "engine/ngx_crm_route.h"
#include "base/ngx_crm_text.h"
#include "ngx_crm_demands.h"


typedef enum {
    NGX_CRM_ROUTE_OTHER = 0,       /* another path */
    NGX_CRM_ROUTE_NEAR,            /* the same but for case or slashes */
    NGX_CRM_ROUTE_SAME
} ngx_crm_route_match_e;


static ngx_crm_route_match_e ngx_crm_route_match(const ngx_str_t *row,
    const ngx_str_t *path);
static ngx_str_t ngx_crm_route_segment(u_char **p, u_char *end,
    ngx_uint_t *slashes);
static ngx_uint_t ngx_crm_route_owner(const ngx_crm_api_t *api,
    const ngx_str_t *path, ngx_str_t *owner);
static ngx_uint_t ngx_crm_route_is_literal(const ngx_crm_api_t *api,
    const ngx_str_t *owner);
static const ngx_crm_route_t *ngx_crm_route_answer(
    const ngx_crm_route_t *row, const ngx_str_t *answer);
static ngx_uint_t ngx_crm_route_escape_is_doubtful(u_char *p, u_char *end);
static ngx_uint_t ngx_crm_route_is_dots(u_char *p, u_char *end);


ngx_int_t
ngx_crm_route_find(const ngx_crm_api_t *api, const ngx_str_t *path,
    ngx_uint_t method, ngx_crm_route_found_t *found)
{
    ngx_uint_t               near;
    ngx_crm_route_match_e    match;
    const ngx_crm_route_t   *row, *first;

    ngx_memzero(found, sizeof(ngx_crm_route_found_t));
    first = NULL;

    near = ngx_crm_route_owner(api, path, &found->owner);

    method = ngx_crm_route_method(method);

    for (row = api->routes; row->path.len; row++) {

        match = ngx_crm_route_match(&row->path, path);

        if (match == NGX_CRM_ROUTE_OTHER) {
            continue;
        }

        /* a literal comes before the {id} that would take its name */

        if (first && (row->path.len != first->path.len
                      || ngx_memcmp(row->path.data, first->path.data,
                                    row->path.len)
                         != 0))
        {
            continue;
        }

        if (match == NGX_CRM_ROUTE_NEAR) {
            return NGX_HTTP_NOT_FOUND;
        }

        first = row;
        found->methods |= row->methods;

        if ((row->methods & method) || method == NGX_HTTP_OPTIONS) {
            found->row = row;
            return NGX_OK;
        }
    }

    if (found->methods) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    return near ? NGX_HTTP_NOT_FOUND : NGX_DECLINED;
}


ngx_uint_t
ngx_crm_route_method(ngx_uint_t method)
{
    return (method == NGX_HTTP_HEAD) ? NGX_HTTP_GET : method;
}


static ngx_crm_route_match_e
ngx_crm_route_match(const ngx_str_t *row, const ngx_str_t *path)
{
    u_char                 *p, *end, *rp, *rend;
    ngx_str_t               have, want;
    ngx_uint_t              slashes, one;
    ngx_crm_route_match_e   match;

    p = path->data;
    end = p + path->len;
    rp = row->data;
    rend = rp + row->len;

    match = NGX_CRM_ROUTE_SAME;

    while (rp < rend) {

        want = ngx_crm_route_segment(&rp, rend, &one);
        have = ngx_crm_route_segment(&p, end, &slashes);

        if (have.len == 0) {
            return NGX_CRM_ROUTE_OTHER;
        }

        if (slashes != 1) {
            match = NGX_CRM_ROUTE_NEAR;
        }

        if (want.data[0] == '{') {
            continue;
        }

        if (have.len != want.len
            || ngx_strncasecmp(have.data, want.data, want.len) != 0)
        {
            return NGX_CRM_ROUTE_OTHER;
        }

        if (ngx_memcmp(have.data, want.data, want.len) != 0) {
            match = NGX_CRM_ROUTE_NEAR;
        }
    }

    if (p == end) {
        return match;
    }

    have = ngx_crm_route_segment(&p, end, &slashes);

    return have.len ? NGX_CRM_ROUTE_OTHER : NGX_CRM_ROUTE_NEAR;
}


/* the next segment, empty at the end, and how many slashes stood before it */

static ngx_str_t
ngx_crm_route_segment(u_char **p, u_char *end, ngx_uint_t *slashes)
{
    ngx_str_t  segment;

    *slashes = 0;

    while (*p < end && **p == '/') {
        (*p)++;
        (*slashes)++;
    }

    segment.data = *p;

    while (*p < end && **p != '/') {
        (*p)++;
    }

    segment.len = *p - segment.data;

    return segment;
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


/*
 * X of /contacts/X/…, where X is no literal of the table.  Returns whether
 * the path only looks owned: an upstream that ignores case or empty segments
 * would serve somebody's data, which nobody has checked.
 */

static ngx_uint_t
ngx_crm_route_owner(const ngx_crm_api_t *api, const ngx_str_t *path,
    ngx_str_t *owner)
{
    u_char      *p, *end;
    ngx_str_t    first, second;
    ngx_uint_t   before, between;

    if (api->owned.len == 0) {
        return 0;
    }

    p = path->data;
    end = p + path->len;

    first = ngx_crm_route_segment(&p, end, &before);

    if (first.len != api->owned.len
        || ngx_strncasecmp(first.data, api->owned.data, first.len) != 0)
    {
        return 0;
    }

    second = ngx_crm_route_segment(&p, end, &between);

    if (second.len == 0 || ngx_crm_route_is_literal(api, &second)) {
        return 0;
    }

    *owner = second;

    return before != 1 || between != 1
           || ngx_memcmp(first.data, api->owned.data, first.len) != 0;
}


static ngx_uint_t
ngx_crm_route_is_literal(const ngx_crm_api_t *api, const ngx_str_t *owner)
{
    u_char                 *p, *end;
    ngx_str_t               segment;
    ngx_uint_t              slashes;
    const ngx_crm_route_t  *row;

    for (row = api->routes; row->path.len; row++) {

        p = row->path.data;
        end = p + row->path.len;

        segment = ngx_crm_route_segment(&p, end, &slashes);

        if (segment.len != api->owned.len
            || ngx_memcmp(segment.data, api->owned.data, segment.len) != 0)
        {
            continue;
        }

        segment = ngx_crm_route_segment(&p, end, &slashes);

        if (segment.len == owner->len
            && ngx_memcmp(segment.data, owner->data, owner->len) == 0)
        {
            return 1;
        }
    }

    return 0;
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
    u_char  *p, *end;

    p = raw->data;
    end = p + raw->len;

    for ( /* void */ ; p < end && *p != '?'; p++) {

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
    }

    return 0;
}


/* an encoded slash, backslash, NUL, percent sign, semicolon, # or ? */

static ngx_uint_t
ngx_crm_route_escape_is_doubtful(u_char *p, u_char *end)
{
    static const char  *const  doubtful[] = {
        "2f", "5c", "00", "25", "3b", "23", "3f", NULL
    };

    ngx_uint_t  i;

    if (end - p < 2) {
        return 1;
    }

    for (i = 0; doubtful[i]; i++) {
        if (ngx_strncasecmp(p, (u_char *) doubtful[i], 2) == 0) {
            return 1;
        }
    }

    return 0;
}


/* a whole segment of one or two dots, each of them plain or %2e */

static ngx_uint_t
ngx_crm_route_is_dots(u_char *p, u_char *end)
{
    ngx_uint_t  dots;

    for (dots = 0; p < end && *p != '/' && *p != '?'; dots++) {

        if (*p == '.') {
            p++;
            continue;
        }

        if (end - p < 3 || ngx_strncasecmp(p, (u_char *) "%2e", 3) != 0) {
            return 0;
        }

        p += 3;
    }

    return dots == 1 || dots == 2;
}
