/* A path is split once; of most rows a length is all that is looked at. */

#include "engine/ngx_crm_route_table.h"
#include "engine/ngx_crm_route.h"


typedef enum {
    NGX_CRM_ROUTE_OTHER = 0,       /* another path */
    NGX_CRM_ROUTE_NEAR,            /* the same but for case or slashes */
    NGX_CRM_ROUTE_SAME
} ngx_crm_route_table_match_e;


typedef struct {
    ngx_str_t                          texts[NGX_CRM_ROUTE_TABLE_SEGMENTS];
    ngx_uint_t                         slashes[NGX_CRM_ROUTE_TABLE_SEGMENTS];
    ngx_uint_t                         n;          /* one more: too many */
    ngx_uint_t                         loose;      /* a slash is too many */
} ngx_crm_route_table_path_t;


typedef struct ngx_crm_route_table_row_s  ngx_crm_route_table_row_t;

struct ngx_crm_route_table_row_s {
    const ngx_crm_route_t             *route;
    const ngx_crm_route_table_row_t   *first;      /* of the same path */
    ngx_str_t                         *texts;      /* empty for {id} */
    ngx_uint_t                         n;
    size_t                             last;       /* text's length */
};


struct ngx_crm_route_table_s {
    ngx_crm_route_table_row_t         *rows;
    ngx_uint_t                         n;
    ngx_str_t                          owned;      /* "contacts" */
    ngx_str_t                         *literals;   /* that follow it */
    ngx_uint_t                         nliterals;
};


static ngx_int_t ngx_crm_route_table_add(ngx_pool_t *pool,
    ngx_crm_route_table_t *table, const ngx_crm_route_t *route);
static void ngx_crm_route_table_split(ngx_crm_route_table_path_t *split,
    const ngx_str_t *path);
static ngx_uint_t ngx_crm_route_table_owner(
    const ngx_crm_route_table_t *table,
    const ngx_crm_route_table_path_t *path, ngx_str_t *owner);
static ngx_crm_route_table_match_e ngx_crm_route_table_match(
    const ngx_crm_route_table_row_t *row,
    const ngx_crm_route_table_path_t *path);
static ngx_uint_t ngx_crm_route_table_same(const ngx_str_t *a,
    const ngx_str_t *b);


ngx_crm_route_table_t *
ngx_crm_route_table_compile(ngx_pool_t *pool, const ngx_crm_api_t *api)
{
    ngx_uint_t              n;
    ngx_crm_route_table_t  *table;

    for (n = 0; api->routes[n].path.len; n++) { /* void */ }

    table = ngx_pcalloc(pool, sizeof(ngx_crm_route_table_t));
    if (table == NULL) {
        return NULL;
    }

    table->owned = api->owned;

    table->rows = ngx_pcalloc(pool, n * sizeof(ngx_crm_route_table_row_t));
    table->literals = ngx_pcalloc(pool, n * sizeof(ngx_str_t));

    if (table->rows == NULL || table->literals == NULL) {
        return NULL;
    }

    while (table->n < n) {
        if (ngx_crm_route_table_add(pool, table, &api->routes[table->n])
            != NGX_OK)
        {
            return NULL;
        }
    }

    return table;
}


static ngx_int_t
ngx_crm_route_table_add(ngx_pool_t *pool, ngx_crm_route_table_t *table,
    const ngx_crm_route_t *route)
{
    ngx_uint_t                    i;
    ngx_crm_route_table_row_t    *row;
    ngx_crm_route_table_path_t    path;

    ngx_crm_route_table_split(&path, &route->path);

    if (path.n > NGX_CRM_ROUTE_TABLE_SEGMENTS) {
        return NGX_ERROR;
    }

    row = &table->rows[table->n++];

    row->route = route;
    row->n = path.n;

    row->texts = ngx_palloc(pool, path.n * sizeof(ngx_str_t));
    if (row->texts == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < path.n; i++) {
        row->texts[i] = path.texts[i];

        if (path.texts[i].data[0] == '{') {
            row->texts[i].len = 0;
        }
    }

    if (row->n) {
        row->last = row->texts[row->n - 1].len;
    }

    if (row->n > 1 && row->texts[1].len
        && ngx_crm_route_table_same(&row->texts[0], &table->owned))
    {
        table->literals[table->nliterals++] = row->texts[1];
    }

    row->first = table->rows;

    while (!ngx_crm_route_table_same(&row->first->route->path, &route->path)) {
        row->first++;
    }

    return NGX_OK;
}


static void
ngx_crm_route_table_split(ngx_crm_route_table_path_t *split,
    const ngx_str_t *path)
{
    u_char      *p, *end, *begun;
    ngx_uint_t   n, slashes;

    p = path->data;
    end = p + path->len;

    split->loose = 0;

    for (n = 0; /* void */ ; n++) {

        for (begun = p; p < end && *p == '/'; p++) { /* void */ }

        slashes = p - begun;

        if (p == end || n == NGX_CRM_ROUTE_TABLE_SEGMENTS) {
            break;
        }

        for (begun = p; p < end && *p != '/'; p++) { /* void */ }

        split->texts[n].data = begun;
        split->texts[n].len = p - begun;
        split->slashes[n] = slashes;
        split->loose |= (slashes != 1);
    }

    split->n = (n < NGX_CRM_ROUTE_TABLE_SEGMENTS || p == end) ? n : n + 1;
    split->loose |= (slashes != 0);
}


ngx_int_t
ngx_crm_route_table_find(const ngx_crm_route_table_t *table,
    const ngx_str_t *path, ngx_uint_t method, ngx_crm_route_found_t *found)
{
    size_t                             last;
    ngx_uint_t                         near, i;
    ngx_crm_route_table_path_t         split;
    ngx_crm_route_table_match_e        match;
    const ngx_crm_route_table_row_t   *row, *first;

    ngx_memzero(found, sizeof(ngx_crm_route_found_t));
    first = NULL;

    ngx_crm_route_table_split(&split, path);

    near = ngx_crm_route_table_owner(table, &split, &found->owner);

    method = ngx_crm_route_method(method);

    if (split.n == 0 || split.n > NGX_CRM_ROUTE_TABLE_SEGMENTS) {
        return near ? NGX_HTTP_NOT_FOUND : NGX_DECLINED;
    }

    last = split.texts[split.n - 1].len;

    for (i = 0; i < table->n; i++) {

        row = &table->rows[i];

        if (row->n != split.n || (row->last && row->last != last)) {
            continue;
        }

        match = ngx_crm_route_table_match(row, &split);

        /* a literal comes before the {id} that would take its name */

        if (match == NGX_CRM_ROUTE_OTHER || (first && row->first != first)) {
            continue;
        }

        if (match == NGX_CRM_ROUTE_NEAR) {
            return NGX_HTTP_NOT_FOUND;
        }

        first = row->first;
        found->methods |= row->route->methods;

        if ((row->route->methods & method) || method == NGX_HTTP_OPTIONS) {
            found->row = row->route;
            return NGX_OK;
        }
    }

    if (found->methods) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    return near ? NGX_HTTP_NOT_FOUND : NGX_DECLINED;
}


/*
 * X of /contacts/X/…, where X is no literal of the table.  Returns whether
 * the path only looks owned: an upstream that ignores case or empty segments
 * would serve somebody's data, which nobody has checked.
 */

static ngx_uint_t
ngx_crm_route_table_owner(const ngx_crm_route_table_t *table,
    const ngx_crm_route_table_path_t *path, ngx_str_t *owner)
{
    ngx_uint_t        i, exact;
    const ngx_str_t  *first, *second;

    first = &path->texts[0];
    second = &path->texts[1];

    if (path->n < 2 || first->len != table->owned.len) {
        return 0;
    }

    exact = ngx_crm_route_table_same(first, &table->owned);

    if (!exact
        && ngx_strncasecmp(first->data, table->owned.data, first->len) != 0)
    {
        return 0;
    }

    for (i = 0; i < table->nliterals; i++) {
        if (ngx_crm_route_table_same(second, &table->literals[i])) {
            return 0;
        }
    }

    *owner = *second;

    return path->slashes[0] != 1 || path->slashes[1] != 1 || !exact;
}


/* of as many segments; from the end, for it is there that rows differ */

static ngx_crm_route_table_match_e
ngx_crm_route_table_match(const ngx_crm_route_table_row_t *row,
    const ngx_crm_route_table_path_t *path)
{
    ngx_uint_t                    i;
    const ngx_str_t              *want, *have;
    ngx_crm_route_table_match_e   match;

    match = path->loose ? NGX_CRM_ROUTE_NEAR : NGX_CRM_ROUTE_SAME;

    for (i = row->n; i > 0; i--) {

        want = &row->texts[i - 1];
        have = &path->texts[i - 1];

        if (want->len == 0) {
            continue;
        }

        if (want->len != have->len) {
            return NGX_CRM_ROUTE_OTHER;
        }

        if (ngx_memcmp(want->data, have->data, want->len) == 0) {
            continue;
        }

        if (ngx_strncasecmp(want->data, have->data, want->len) != 0) {
            return NGX_CRM_ROUTE_OTHER;
        }

        match = NGX_CRM_ROUTE_NEAR;
    }

    return match;
}


static ngx_uint_t
ngx_crm_route_table_same(const ngx_str_t *a, const ngx_str_t *b)
{
    return a->len == b->len && ngx_memcmp(a->data, b->data, a->len) == 0;
}
