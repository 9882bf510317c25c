/* Which row a path and a method lead to, and whose data the path names. */

#include "ngx_crm.h"
#include "engine/ngx_crm_route_table.h"

#include "apis.h"
#include "tap.h"


#define route_count(table)  (sizeof(table) / sizeof((table)[0]))


typedef struct {
    const char  *path;
    ngx_uint_t   method;
    ngx_int_t    rc;
    const char  *row;          /* "": none */
    const char  *owner;        /* alike */
    ngx_uint_t   methods;
} route_case_t;


static const route_case_t  route_cases[] = {

    { "/contacts/CAD1", GET, NGX_OK, "/contacts/{id}", "CAD1", 0 },
    { "/contacts/CAD1", NGX_HTTP_HEAD, NGX_OK, "/contacts/{id}", "CAD1", 0 },
    { "/contacts/CAD1", NGX_HTTP_OPTIONS, NGX_OK, "/contacts/{id}", "CAD1",
      0 },
    { "/contacts/CAD1", POST, NGX_HTTP_NOT_ALLOWED, "", "CAD1",
      GET|PUT|DELETE },
    { "/contacts/CAD1/sign_out", POST, NGX_OK, "/contacts/{id}/sign_out",
      "CAD1", 0 },
    { "/contacts/CAD1/wifi/authorization", POST, NGX_OK,
      "/contacts/{id}/wifi/authorization", "CAD1", 0 },
    { "/service_requests/1/files/2", DELETE, NGX_OK,
      "/service_requests/{id}/files/{id}", "", 0 },

    /* a literal comes before {id}, also for other methods than its own */

    { "/contacts/otp", POST, NGX_OK, "/contacts/otp", "", 0 },
    { "/contacts/otp", GET, NGX_HTTP_NOT_ALLOWED, "", "", POST },
    { "/contacts/otps", GET, NGX_OK, "/contacts/{id}", "otps", 0 },
    { "/contacts/otp/consents", PUT, NGX_OK, "/contacts/{id}/consents", "",
      0 },

    /* but for case, a trailing slash or an empty segment */

    { "/contacts/OTP", POST, NGX_HTTP_NOT_FOUND, "", "OTP", 0 },
    { "/Contacts/CAD1", GET, NGX_HTTP_NOT_FOUND, "", "CAD1", 0 },
    { "/contacts/CAD1/", GET, NGX_HTTP_NOT_FOUND, "", "CAD1", 0 },
    { "/contacts/CAD1//", GET, NGX_HTTP_NOT_FOUND, "", "CAD1", 0 },
    { "//contacts/CAD1", GET, NGX_HTTP_NOT_FOUND, "", "CAD1", 0 },
    { "/contacts//CAD1", GET, NGX_HTTP_NOT_FOUND, "", "CAD1", 0 },
    { "/contacts/CAD1/Consents", PUT, NGX_HTTP_NOT_FOUND, "", "CAD1", 0 },
    { "contacts/CAD1", GET, NGX_HTTP_NOT_FOUND, "", "CAD1", 0 },

    /* in no row: owned, or what only looks so */

    { "/contacts/CAD1/wallets", GET, NGX_DECLINED, "", "CAD1", 0 },
    { "/contacts/CAD1/wallets/", GET, NGX_DECLINED, "", "CAD1", 0 },
    { "/CONTACTS/CAD1/wallets", GET, NGX_HTTP_NOT_FOUND, "", "CAD1", 0 },
    { "/contacts//CAD1/wallets", GET, NGX_HTTP_NOT_FOUND, "", "CAD1", 0 },
    { "/contacts/{id}/wallets", GET, NGX_DECLINED, "", "{id}", 0 },
    { "/contacts/otp/x", GET, NGX_DECLINED, "", "", 0 },
    { "/contacts", GET, NGX_DECLINED, "", "", 0 },
    { "/contact/CAD1", GET, NGX_DECLINED, "", "", 0 },
    { "/orders", POST, NGX_DECLINED, "", "", 0 },
    { "/", GET, NGX_DECLINED, "", "", 0 },
    { "", GET, NGX_DECLINED, "", "", 0 },
    { "/contacts/CAD1/c/d/e/f/g/h", GET, NGX_DECLINED, "", "CAD1", 0 },
    { "/contacts/CAD1/c/d/e/f/g/h/i/j/k", GET, NGX_DECLINED, "", "CAD1", 0 }
};


static ngx_crm_route_table_t *route_table_of(const char *path);


int
main(void)
{
    ngx_int_t               rc;
    ngx_str_t               path, row;
    ngx_uint_t              i;
    const route_case_t     *c;
    ngx_crm_route_found_t   found;
    ngx_crm_route_table_t  *table;

    apis_init();

    table = ngx_crm_route_table_compile(apis_pool,
                                        &ngx_crm_api_selfservice);

    for (i = 0; i < route_count(route_cases); i++) {
        c = &route_cases[i];

        path = apis_copy(c->path, strlen(c->path));

        rc = ngx_crm_route_table_find(table, &path, c->method, &found);

        ngx_str_null(&row);

        if (found.row) {
            row = found.row->path;
        }

        is_int(rc, c->rc, c->path);
        is_text(&row, c->row, c->path);
        is_text(&found.owner, c->owner, c->path);

        if (rc == NGX_HTTP_NOT_ALLOWED) {
            is_int(found.methods, c->methods, c->path);
        }
    }

    for (i = 0; i < APIS; i++) {
        ok(ngx_crm_route_table_compile(apis_pool, apis[i]) != NULL,
           (char *) apis[i]->name.data);
    }

    ok(route_table_of("/1/2/3/4/5/6/7/{8}") != NULL, "eight segments");
    ok(route_table_of("/1/2/3/4/5/6/7/8/9") == NULL, "nine are too many");

    ngx_destroy_pool(apis_pool);

    return done_testing();
}


static ngx_crm_route_table_t *
route_table_of(const char *path)
{
    ngx_crm_api_t    api;
    ngx_crm_route_t  rows[2];

    ngx_memzero(&api, sizeof(api));
    ngx_memzero(rows, sizeof(rows));

    rows[0].path = apis_copy(path, strlen(path));
    api.routes = rows;

    return ngx_crm_route_table_compile(apis_pool, &api);
}
