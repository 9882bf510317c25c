#include "gate/ngx_crm_path.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_route.h"


static ngx_uint_t ngx_crm_path_is_doubtful(ngx_http_request_t *r);


ngx_int_t
ngx_crm_path_check(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t           *base;
    ngx_crm_loc_conf_t  *lcf;

    static const ngx_str_t  parameter = ngx_string("path");

    if (ngx_crm_path_is_doubtful(r)) {
        return ngx_crm_refuse(ctx, NGX_CRM_BAD_REQUEST, &parameter);
    }

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);
    base = &lcf->base;

    /*
     * /apicontacts/X is in location /api as well, and proxy_pass http://crm/
     * makes /contacts/X of it: another path than the one that was checked.
     */

    if (base->len && r->uri.len > base->len
        && ngx_memcmp(r->uri.data, base->data, base->len) == 0
        && r->uri.data[base->len] != '/')
    {
        return ngx_crm_refuse(ctx, NGX_CRM_NOT_FOUND, NULL);
    }

    return NGX_OK;
}


/*
 * What the client has spelled; and what a rewrite, an error_page, try_files or
 * an include has made of whatever it was given, for NGINX normalises no path
 * but the first.  Where an X-Accel-Redirect leads the CRM knows.
 */

static ngx_uint_t
ngx_crm_path_is_doubtful(ngx_http_request_t *r)
{
    size_t  i;

    if (ngx_crm_route_is_doubtful(&r->unparsed_uri)) {
        return 1;
    }

    if (r->valid_unparsed_uri
        || (r->upstream && r->upstream->headers_in.x_accel_redirect
            && !r->error_page))
    {
        return 0;
    }

    for (i = 0; i < r->uri.len; i++) {
        if (r->uri.data[i] < 0x20 || r->uri.data[i] == 0x7f
            || r->uri.data[i] == '?')
        {
            return 1;
        }
    }

    return ngx_crm_route_is_doubtful(&r->uri);
}


ngx_str_t
ngx_crm_path_of(ngx_http_request_t *r)
{
    ngx_str_t            path;
    ngx_crm_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    path = r->uri;

    if (path.len >= lcf->base.len
        && ngx_memcmp(path.data, lcf->base.data, lcf->base.len) == 0
        && (path.len == lcf->base.len || path.data[lcf->base.len] == '/'))
    {
        path.data += lcf->base.len;
        path.len -= lcf->base.len;
    }

    return path;
}
