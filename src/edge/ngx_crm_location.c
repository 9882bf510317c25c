/* What is written in a location: an API, its shapes, what is inherited. */

#include "edge/ngx_crm_location.h"
#include "edge/ngx_crm_check.h"
#include "edge/ngx_crm_listing.h"
#include "engine/ngx_crm_envelope.h"
#include "engine/ngx_crm_route.h"
#include "engine/ngx_crm_route_table.h"
#include "engine/ngx_crm_shape.h"


static void ngx_crm_location_inherit(ngx_crm_loc_conf_t *prev,
    ngx_crm_loc_conf_t *conf);
static char *ngx_crm_location_handler(ngx_conf_t *cf,
    ngx_http_core_loc_conf_t *clcf, ngx_crm_loc_conf_t *conf);
static char *ngx_crm_location_answer(ngx_conf_t *cf, ngx_str_t *name,
    ngx_crm_loc_conf_t *conf);
static char *ngx_crm_location_compile(ngx_conf_t *cf,
    ngx_crm_loc_conf_t *conf);
static void ngx_crm_location_tokens(ngx_conf_t *cf,
    ngx_crm_loc_conf_t *conf);


void *
ngx_crm_location_create(ngx_conf_t *cf)
{
    ngx_crm_loc_conf_t  *lcf;

    lcf = ngx_pcalloc(cf->pool, sizeof(ngx_crm_loc_conf_t));
    if (lcf == NULL) {
        return NULL;
    }

    lcf->api = NGX_CONF_UNSET_PTR;
    lcf->require_tls = NGX_CONF_UNSET_PTR;
    lcf->upstream = NGX_CONF_UNSET_PTR;
    lcf->envelope = NGX_CONF_UNSET_SIZE;
    lcf->unlisted = NGX_CONF_UNSET_UINT;
    lcf->api_key = NGX_CONF_UNSET_UINT;
    lcf->token = NGX_CONF_UNSET_UINT;
    lcf->mac_login = NGX_CONF_UNSET;
    lcf->otp_verify = NGX_CONF_UNSET;
    lcf->register_verify = NGX_CONF_UNSET;
    lcf->opaque_tokens = NGX_CONF_UNSET;
    lcf->sealed = NGX_CONF_UNSET;
    lcf->forward_credentials = NGX_CONF_UNSET;
    lcf->access_ttl = NGX_CONF_UNSET;
    lcf->refresh_ttl = NGX_CONF_UNSET;

    return lcf;
}


/*
 * A location of an API answers failures in the API's words: an error_page
 * that it inherits would put a page in their place, and is not taken over.
 */

char *
ngx_crm_location_merge(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_crm_loc_conf_t *prev = parent;
    ngx_crm_loc_conf_t *conf = child;

    ngx_http_core_loc_conf_t  *clcf, *server;
    ngx_http_core_srv_conf_t  *cscf;

    if (conf->api == NGX_CONF_UNSET_PTR) {
        conf->api = (prev->api == NGX_CONF_UNSET_PTR) ? NULL : prev->api;
        conf->base = prev->base;
        conf->routes = prev->routes;
        conf->shapes = prev->shapes;
        conf->dialect = prev->dialect;
    }

    if (conf->api == NULL
        && ngx_crm_check_unguarded(cf, conf) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    ngx_crm_location_inherit(prev, conf);

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (ngx_crm_location_handler(cf, clcf, conf) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    /* if {} and limit_except {} are the same place; a location is another */

    if (clcf->noname) {
        conf->answer = prev->answer;
    }

    if (conf->answer_name.len
        && ngx_crm_location_answer(cf, &clcf->name, conf) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (conf->api == NULL) {
        return NGX_CONF_OK;
    }

    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);
    server = cscf->ctx->loc_conf[ngx_http_core_module.ctx_index];

    if (clcf->error_pages == server->error_pages) {
        clcf->error_pages = NULL;
    }

    if (ngx_crm_location_compile(cf, conf) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    ngx_crm_location_tokens(cf, conf);

    return ngx_crm_check_location(cf, conf);
}


static void
ngx_crm_location_inherit(ngx_crm_loc_conf_t *prev, ngx_crm_loc_conf_t *conf)
{
    ngx_conf_merge_ptr_value(conf->require_tls, prev->require_tls, NULL);
    ngx_conf_merge_ptr_value(conf->upstream, prev->upstream, NULL);
    ngx_conf_merge_size_value(conf->envelope, prev->envelope, 1024 * 1024);
    ngx_conf_merge_uint_value(conf->unlisted, prev->unlisted,
                              NGX_CRM_UNLISTED_PROXY);
    ngx_conf_merge_uint_value(conf->api_key, prev->api_key,
                              NGX_CRM_DEMAND_ROUTE);
    ngx_conf_merge_uint_value(conf->token, prev->token, NGX_CRM_DEMAND_ROUTE);
    ngx_conf_merge_value(conf->mac_login, prev->mac_login, 0);
    ngx_conf_merge_value(conf->otp_verify, prev->otp_verify, 0);
    ngx_conf_merge_value(conf->register_verify, prev->register_verify, 1);
    ngx_conf_merge_value(conf->opaque_tokens, prev->opaque_tokens, 0);
    ngx_conf_merge_value(conf->sealed, prev->sealed, 0);
    ngx_conf_merge_value(conf->forward_credentials,
                         prev->forward_credentials, 0);
    ngx_conf_merge_sec_value(conf->access_ttl, prev->access_ttl, 900);
    ngx_conf_merge_sec_value(conf->refresh_ttl, prev->refresh_ttl, 2592000);
}


/* a proxy_pass that comes after crm_status takes its place without a word */

static char *
ngx_crm_location_handler(ngx_conf_t *cf, ngx_http_core_loc_conf_t *clcf,
    ngx_crm_loc_conf_t *conf)
{
    if (conf->status == NULL || clcf->handler == conf->status) {
        return NGX_CONF_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "crm_status in location \"%V\" is beside another handler, "
                  "that answers in its place", &clcf->name);

    return NGX_CONF_ERROR;
}


static char *
ngx_crm_location_answer(ngx_conf_t *cf, ngx_str_t *name,
    ngx_crm_loc_conf_t *conf)
{
    ngx_str_t  list;

    if (conf->api == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "crm_answer \"%V\" in location \"%V\": write crm_api "
                      "there, or around it", &conf->answer_name, name);
        return NGX_CONF_ERROR;
    }

    conf->answer = ngx_crm_route_named(conf->api, &conf->answer_name);

    if (conf->answer) {
        return NGX_CONF_OK;
    }

    list = ngx_crm_listing_answers(cf, conf->api);

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "crm_api \"%V\" has no crm_answer \"%V\", as location "
                  "\"%V\" wants it: write %V", &conf->api->name,
                  &conf->answer_name, name, &list);

    return NGX_CONF_ERROR;
}


static char *
ngx_crm_location_compile(ngx_conf_t *cf, ngx_crm_loc_conf_t *conf)
{
    const ngx_crm_api_t  *api;

    if (conf->shapes) {
        return NGX_CONF_OK;
    }

    api = conf->api;

    conf->shapes = ngx_palloc(cf->pool, sizeof(ngx_crm_shapes_t));
    if (conf->shapes == NULL) {
        return NGX_CONF_ERROR;
    }

    conf->dialect = ngx_crm_envelope_dialect(cf->pool, api);
    conf->routes = ngx_crm_route_table_compile(cf->pool, api);

    if (conf->dialect == NULL || conf->routes == NULL) {
        return NGX_CONF_ERROR;
    }

    conf->shapes->tokens = ngx_crm_shape_compile(cf->pool, &api->tokens);
    conf->shapes->handle = ngx_crm_shape_compile(cf->pool, &api->handle);

    return (conf->shapes->tokens && conf->shapes->handle) ? NGX_CONF_OK
                                                          : NGX_CONF_ERROR;
}


/* what a revocation must outlive: the longest life that a token is given */

static void
ngx_crm_location_tokens(ngx_conf_t *cf, ngx_crm_loc_conf_t *conf)
{
    ngx_crm_srv_conf_t   *scf;
    ngx_crm_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_crm_module);
    scf = ngx_http_conf_get_module_srv_conf(cf, ngx_crm_module);

    mcf->token_life = ngx_max(mcf->token_life,
                              conf->access_ttl + scf->leeway);
}
