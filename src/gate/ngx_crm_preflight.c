#include "gate/ngx_crm_preflight.h"


ngx_uint_t
ngx_crm_preflight_is(ngx_http_request_t *r)
{
    ngx_uint_t        i, found;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    static const ngx_str_t  origin = ngx_string("origin");
    static const ngx_str_t  method =
                                ngx_string("access-control-request-method");

    if (r->method != NGX_HTTP_OPTIONS) {
        return 0;
    }

    found = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len == origin.len
                && ngx_memcmp(h[i].lowcase_key, origin.data, origin.len) == 0)
            {
                found |= 1;
            }

            if (h[i].key.len == method.len
                && ngx_memcmp(h[i].lowcase_key, method.data, method.len) == 0)
            {
                found |= 2;
            }
        }
    }

    return found == 3;
}
