/* $crm_…: readable from PREACCESS on, empty until proven. */

#include "edge/ngx_crm_variables.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_context.h"
#include "gate/ngx_crm_path.h"
#include "store/ngx_crm_name.h"


static ngx_int_t ngx_crm_variables_text(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_crm_variables_path(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_crm_variables_escape(ngx_http_request_t *r,
    ngx_str_t *path, ngx_str_t *escaped);
static ngx_int_t ngx_crm_variables_api(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_crm_variables_route(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_crm_variables_mode(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_crm_variables_result(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_crm_variables_store_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static void ngx_crm_variables_set(ngx_http_variable_value_t *v,
    const ngx_str_t *value);


static const ngx_http_variable_t  ngx_crm_variables[] = {

    { ngx_string("crm_path"), NULL, ngx_crm_variables_path, 0, 0, 0 },
    { ngx_string("crm_api"), NULL, ngx_crm_variables_api, 0, 0, 0 },
    { ngx_string("crm_route"), NULL, ngx_crm_variables_route, 0, 0, 0 },
    { ngx_string("crm_mode"), NULL, ngx_crm_variables_mode, 0, 0, 0 },

    { ngx_string("crm_app"), NULL, ngx_crm_variables_text,
      offsetof(ngx_crm_ctx_t, app), 0, 0 },
    { ngx_string("crm_contact_id"), NULL, ngx_crm_variables_text,
      offsetof(ngx_crm_ctx_t, contact), 0, 0 },
    { ngx_string("crm_session_id"), NULL, ngx_crm_variables_text,
      offsetof(ngx_crm_ctx_t, session), 0, 0 },
    { ngx_string("crm_correlation_id"), NULL, ngx_crm_variables_text,
      offsetof(ngx_crm_ctx_t, correlation), 0, 0 },

    { ngx_string("crm_result"), NULL, ngx_crm_variables_result, 0, 0, 0 },
    { ngx_string("crm_store_time"), NULL, ngx_crm_variables_store_time,
      0, 0, 0 },

    ngx_http_null_variable
};


static ngx_int_t
ngx_crm_variables_text(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_crm_context_read(r);

    ngx_crm_variables_set(v, ctx ? (ngx_str_t *) ((u_char *) ctx + data)
                                 : NULL);

    return NGX_OK;
}


/*
 * What follows the base path, in the client's own spelling; where it spelled
 * the base otherwise, or a rewrite changed the path, r->uri escaped again.
 * A proxy_pass that nobody guards would take an empty one for the whole of the
 * client's URI: it is given what cannot be the end of a URL.
 */

static ngx_int_t
ngx_crm_variables_path(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_str_t            path, raw;
    ngx_crm_loc_conf_t  *lcf;

    static const ngx_str_t  nowhere = ngx_string(":no-crm_api-here");

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    if (lcf->api == NULL && ngx_crm_context_read(r) == NULL) {
        ngx_crm_variables_set(v, r->upstream && !r->header_sent ? &nowhere
                                                                : NULL);
        return NGX_OK;
    }

    path = ngx_crm_path_of(r);
    raw = r->unparsed_uri;

    /* of an empty one proxy_pass would make the whole of the client's */

    if (path.len == 0) {
        ngx_str_set(&path, "/");

    } else if (path.data != r->uri.data && r->valid_unparsed_uri
               && raw.len >= lcf->base.len
               && ngx_memcmp(raw.data, lcf->base.data, lcf->base.len) == 0)
    {
        raw.data += lcf->base.len;
        raw.len -= lcf->base.len;

        ngx_crm_variables_set(v, &raw);

        return NGX_OK;
    }

    if (ngx_crm_variables_escape(r, &path, &raw) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_crm_variables_set(v, &raw);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_variables_escape(ngx_http_request_t *r, ngx_str_t *path,
    ngx_str_t *escaped)
{
    u_char     *p;
    uintptr_t   n;

    n = 2 * ngx_escape_uri(NULL, path->data, path->len, NGX_ESCAPE_URI);

    escaped->len = path->len + n + (r->args.len ? r->args.len + 1 : 0);

    escaped->data = ngx_pnalloc(r->pool, escaped->len + 1);
    if (escaped->data == NULL) {
        return NGX_ERROR;
    }

    if (n) {
        p = (u_char *) ngx_escape_uri(escaped->data, path->data, path->len,
                                      NGX_ESCAPE_URI);
    } else {
        p = ngx_cpymem(escaped->data, path->data, path->len);
    }

    if (r->args.len) {
        *p++ = '?';
        ngx_memcpy(p, r->args.data, r->args.len);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_variables_api(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_crm_context_read(r);

    ngx_crm_variables_set(v, ctx ? &ctx->api->name : NULL);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_variables_route(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_crm_context_read(r);

    ngx_crm_variables_set(v, ctx ? &ctx->route->path : NULL);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_variables_mode(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_crm_ctx_t       *ctx;
    ngx_crm_loc_conf_t  *lcf;

    ctx = ngx_crm_context_read(r);
    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    if (ctx == NULL && lcf->api == NULL) {
        ngx_crm_variables_set(v, NULL);
        return NGX_OK;
    }

    ngx_crm_variables_set(v, ngx_crm_name_mode(ctx ? ctx->mode
                                                   : NGX_CRM_LIVE));

    return NGX_OK;
}


static ngx_int_t
ngx_crm_variables_result(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_crm_ctx_t           *ctx;
    const ngx_crm_refusal_t *refusal;

    static const ngx_str_t  answered = ngx_string("answered");

    ctx = ngx_crm_context_read(r);

    if (ctx == NULL) {
        ngx_crm_variables_set(v, NULL);
        return NGX_OK;
    }

    if (ctx->answered) {
        ngx_crm_variables_set(v, &answered);
        return NGX_OK;
    }

    refusal = (ctx->refusal.name != NGX_CRM_PASSED || ctx->passed)
              ? &ctx->refusal : &ctx->verdict;

    ngx_crm_variables_set(v, ngx_crm_refuse_reason_name(refusal->name));

    return NGX_OK;
}


static ngx_int_t
ngx_crm_variables_store_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t       text;
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_crm_context_read(r);

    if (ctx == NULL) {
        ngx_crm_variables_set(v, NULL);
        return NGX_OK;
    }

    text.data = ngx_pnalloc(r->pool, NGX_TIME_T_LEN + 4);
    if (text.data == NULL) {
        return NGX_ERROR;
    }

    text.len = ngx_sprintf(text.data, "%T.%03M",
                           (time_t) ctx->walk.waited / 1000,
                           ctx->walk.waited % 1000)
               - text.data;

    ngx_crm_variables_set(v, &text);

    return NGX_OK;
}


static void
ngx_crm_variables_set(ngx_http_variable_value_t *v, const ngx_str_t *value)
{
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->len = value ? value->len : 0;
    v->data = v->len ? value->data : (u_char *) "";
}


ngx_int_t
ngx_crm_variables_add(ngx_conf_t *cf)
{
    ngx_http_variable_t        *var;
    const ngx_http_variable_t  *v;

    for (v = ngx_crm_variables; v->name.len; v++) {

        /* a value asked for before PREACCESS must not stay */

        var = ngx_http_add_variable(cf, (ngx_str_t *) &v->name,
                                    NGX_HTTP_VAR_NOCACHEABLE);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}
