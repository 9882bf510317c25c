/*
 * libFuzzer: the row of a path is the one that a walk finds which splits both
 * into segments.  The first byte names the API, the second the method.
 */

#include "route.h"
#include "engine/ngx_crm_route.h"
#include "engine/ngx_crm_route_table.h"


#define ROUTE_SEGMENTS  64
#define ROUTE_APIS      4


typedef struct {
    ngx_str_t    segments[ROUTE_SEGMENTS];     /* empty ones as well */
    ngx_uint_t   n;
} route_split_t;


static void route_find(const ngx_crm_api_t *api, const ngx_str_t *path,
    ngx_uint_t method);
static const ngx_crm_route_table_t *route_table(const ngx_crm_api_t *api);
static ngx_int_t route_walk(const ngx_crm_api_t *api, const ngx_str_t *path,
    ngx_uint_t method, ngx_crm_route_found_t *found);
static ngx_uint_t route_owner(const ngx_crm_api_t *api,
    const ngx_str_t *path, ngx_str_t *owner);
static ngx_uint_t route_split(const ngx_str_t *path, route_split_t *split,
    ngx_uint_t empty);
static ngx_uint_t route_alike(const ngx_str_t *row, const ngx_str_t *path,
    ngx_uint_t exact);
static ngx_uint_t route_is_long(const ngx_str_t *path);


static const ngx_uint_t  route_methods[] = {
    NGX_HTTP_GET, NGX_HTTP_POST, NGX_HTTP_PUT, NGX_HTTP_DELETE,
    NGX_HTTP_HEAD, NGX_HTTP_OPTIONS, NGX_HTTP_PATCH, NGX_HTTP_TRACE
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t             text, path;
    ngx_uint_t            method;
    const ngx_crm_api_t  *api;

    text.data = (u_char *) data;
    text.len = size;

    api = ngx_crm_apis[fuzz_byte(&text) & 3];
    method = route_methods[fuzz_byte(&text) & 7];

    fuzz_begin(api);

    path = fuzz_copy(text.data, text.len);

    route_path(&path);

    if (!route_is_long(&path)) {
        route_find(api, &path, method);
    }

    fuzz_end();

    return 0;
}


static void
route_find(const ngx_crm_api_t *api, const ngx_str_t *path,
    ngx_uint_t method)
{
    ngx_int_t              rc;
    ngx_str_t              copy;
    ngx_crm_route_found_t  found, walked;

    copy = fuzz_copy(path->data, path->len);

    rc = ngx_crm_route_table_find(route_table(api), &copy, method, &found);

    fuzz_check(rc == route_walk(api, &copy, method, &walked));

    if (rc == NGX_HTTP_NOT_FOUND) {
        return;
    }

    fuzz_check(found.row == walked.row);
    fuzz_check(found.owner.data == walked.owner.data
               && found.owner.len == walked.owner.len);

    if (rc != NGX_OK) {
        fuzz_check(found.methods == walked.methods);
        return;
    }

    fuzz_check(method == NGX_HTTP_OPTIONS
               || (found.row->methods & ngx_crm_route_method(method)));

    copy = ngx_crm_route_variable(&found.row->path, &copy);
    fuzz_check((copy.len != 0)
               == (ngx_strlchr(found.row->path.data,
                               found.row->path.data + found.row->path.len,
                               '{')
                   != NULL));
    fuzz_read(&copy);
}


/* compiled once, as when the configuration is read */

static const ngx_crm_route_table_t *
route_table(const ngx_crm_api_t *api)
{
    ngx_uint_t                     i;
    static ngx_crm_route_table_t  *tables[ROUTE_APIS];

    for (i = 0; ngx_crm_apis[i] != api; i++) {
        /* void */
    }

    if (tables[i] == NULL) {
        tables[i] = ngx_crm_route_table_compile(ngx_cycle->pool, api);
        fuzz_check(tables[i] != NULL);
    }

    return tables[i];
}


/*
 * The rows from the first to the last: the first that a path resembles is
 * its, together with those of the same text.
 */

static ngx_int_t
route_walk(const ngx_crm_api_t *api, const ngx_str_t *path,
    ngx_uint_t method, ngx_crm_route_found_t *found)
{
    ngx_uint_t              near;
    const ngx_crm_route_t  *row, *first;

    ngx_memzero(found, sizeof(ngx_crm_route_found_t));

    near = route_owner(api, path, &found->owner);

    if (method == NGX_HTTP_HEAD) {
        method = NGX_HTTP_GET;
    }

    for (first = api->routes; first->path.len; first++) {
        if (route_alike(&first->path, path, 0)) {
            break;
        }
    }

    if (first->path.len == 0) {
        return near ? NGX_HTTP_NOT_FOUND : NGX_DECLINED;
    }

    if (!route_alike(&first->path, path, 1)) {
        return NGX_HTTP_NOT_FOUND;
    }

    for (row = first; row->path.len; row++) {

        if (!fuzz_same(&row->path, &first->path)) {
            continue;
        }

        found->methods |= row->methods;

        if ((row->methods & method) || method == NGX_HTTP_OPTIONS) {
            found->row = row;
            return NGX_OK;
        }
    }

    return NGX_HTTP_NOT_ALLOWED;
}


/* whether the path is owned only for who ignores case or empty segments */

static ngx_uint_t
route_owner(const ngx_crm_api_t *api, const ngx_str_t *path,
    ngx_str_t *owner)
{
    route_split_t           own, row, whole;
    const ngx_crm_route_t  *route;

    if (api->owned.len == 0 || route_split(path, &own, 0) < 2
        || own.segments[0].len != api->owned.len
        || ngx_strncasecmp(own.segments[0].data, api->owned.data,
                           api->owned.len)
           != 0)
    {
        return 0;
    }

    for (route = api->routes; route->path.len; route++) {
        if (route_split(&route->path, &row, 0) >= 2
            && fuzz_same(&row.segments[0], &api->owned)
            && row.segments[1].data[0] != '{'
            && fuzz_same(&row.segments[1], &own.segments[1]))
        {
            return 0;
        }
    }

    *owner = own.segments[1];

    (void) route_split(path, &whole, 1);

    return whole.segments[0].len != 0
           || !fuzz_same(&whole.segments[1], &api->owned)
           || whole.segments[2].len == 0;
}


/* as many as slashes and one; or those that are not empty */

static ngx_uint_t
route_split(const ngx_str_t *path, route_split_t *split, ngx_uint_t empty)
{
    size_t      i;
    ngx_str_t   segment;

    split->n = 0;
    segment.data = path->data;
    segment.len = 0;

    for (i = 0; i <= path->len; i++) {

        if (i < path->len && path->data[i] != '/') {
            segment.len++;
            continue;
        }

        if (empty || segment.len) {
            split->segments[split->n++] = segment;
        }

        segment.data = path->data + i + 1;
        segment.len = 0;
    }

    return split->n;
}


static ngx_uint_t
route_alike(const ngx_str_t *row, const ngx_str_t *path, ngx_uint_t exact)
{
    ngx_uint_t      i;
    ngx_str_t      *want, *have;
    route_split_t   rows, paths;

    if (route_split(row, &rows, exact) != route_split(path, &paths, exact)) {
        return 0;
    }

    for (i = 0; i < rows.n; i++) {
        want = &rows.segments[i];
        have = &paths.segments[i];

        if (want->len && want->data[0] == '{') {

            if (have->len == 0) {
                return 0;
            }

            continue;
        }

        if (want->len != have->len
            || (exact ? !fuzz_same(want, have)
                      : ngx_strncasecmp(want->data, have->data, want->len)
                        != 0))
        {
            return 0;
        }
    }

    return 1;
}


/* for the walk's array */

static ngx_uint_t
route_is_long(const ngx_str_t *path)
{
    size_t  i, slashes;

    slashes = 0;

    for (i = 0; i < path->len; i++) {
        slashes += (path->data[i] == '/');
    }

    return slashes >= ROUTE_SEGMENTS;
}
