/* What nginx -t says of a configuration that is incomplete or unsafe. */

#include "edge/ngx_crm_check.h"
#include "engine/ngx_crm_route.h"
#include "ngx_crm_demands.h"


static ngx_str_t *ngx_crm_check_name(ngx_conf_t *cf);
static ngx_uint_t ngx_crm_check_tokens(const ngx_crm_loc_conf_t *lcf);
static char *ngx_crm_check_sealed(ngx_conf_t *cf, ngx_crm_main_conf_t *mcf,
    ngx_crm_loc_conf_t *lcf);
static void ngx_crm_check_body(ngx_conf_t *cf, ngx_crm_loc_conf_t *lcf);
static char *ngx_crm_check_lives(ngx_conf_t *cf, ngx_crm_loc_conf_t *lcf);
static ngx_uint_t ngx_crm_check_answers(const ngx_crm_loc_conf_t *lcf);
static char *ngx_crm_check_server(ngx_conf_t *cf, ngx_crm_main_conf_t *mcf,
    ngx_crm_loc_conf_t *lcf);
static ngx_int_t ngx_crm_check_address(ngx_conf_t *cf,
    ngx_http_conf_addr_t *addr, ngx_http_core_srv_conf_t *cscf);


/*
 * What every location may inherit guards only one that has an API; how to read
 * an upstream is asked of one that answers for it, too.  Whatever its type, a
 * field is as wide as a pointer, and holds -1 while nobody has written it.
 */

char *
ngx_crm_check_unguarded(ngx_conf_t *cf, const ngx_crm_loc_conf_t *lcf)
{
    const intptr_t       *field;
    const ngx_str_t      *location;
    const ngx_command_t  *cmd;

    location = ngx_crm_check_name(cf);

    if (location->len == 0) {
        return NGX_CONF_OK;
    }

    for (cmd = ngx_crm_module.commands; cmd->name.len; cmd++) {

        field = (const intptr_t *) ((const u_char *) lcf + cmd->offset);

        if (cmd->conf != NGX_HTTP_LOC_CONF_OFFSET
            || !(cmd->type & NGX_HTTP_SRV_CONF)
            || field == (const intptr_t *) &lcf->upstream
            || field == (const intptr_t *) &lcf->envelope)
        {
            continue;
        }

        if (*field != NGX_CONF_UNSET) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "%V in location \"%V\" has no API: write crm_api "
                          "there, or around it", &cmd->name, location);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


char *
ngx_crm_check_location(ngx_conf_t *cf, ngx_crm_loc_conf_t *lcf)
{
    ngx_crm_srv_conf_t   *scf;
    ngx_crm_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_crm_module);
    scf = ngx_http_conf_get_module_srv_conf(cf, ngx_crm_module);

    if (ngx_crm_check_lives(cf, lcf) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    if (scf->jwt_keys == NULL && ngx_crm_check_tokens(lcf)) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "location \"%V\" with crm_api \"%V\" checks tokens: "
                      "write crm_jwt_key ALG file:path in its server",
                      ngx_crm_check_name(cf), &lcf->api->name);
        return NGX_CONF_ERROR;
    }

    if (mcf->redis == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "location \"%V\" with crm_api \"%V\" looks up API keys: "
                      "write crm_redis redis://host:port in http",
                      ngx_crm_check_name(cf), &lcf->api->name);
        return NGX_CONF_ERROR;
    }

    if (lcf->otp_verify && mcf->secrets == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "crm_otp_verify in location \"%V\": write crm_secret "
                      "file:path in http", ngx_crm_check_name(cf));
        return NGX_CONF_ERROR;
    }

    if (lcf->sealed && ngx_crm_check_sealed(cf, mcf, lcf) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    ngx_crm_check_body(cf, lcf);

    if (ngx_crm_check_answers(lcf)
        && (mcf->secrets == NULL || scf->jwt_keys == NULL))
    {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "location \"%V\" with crm_api \"%V\" signs people in: "
                      "write crm_secret file:path in http and crm_jwt_key "
                      "in its server", ngx_crm_check_name(cf),
                      &lcf->api->name);
        return NGX_CONF_ERROR;
    }

    return lcf->api->underscores ? ngx_crm_check_server(cf, mcf, lcf)
                                 : NGX_CONF_OK;
}


/* as the operator has written it: one that is nested is not its API's base */

static ngx_str_t *
ngx_crm_check_name(ngx_conf_t *cf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    return &clcf->name;
}


/* a word that is neither would be taken for "on" */

char *
ngx_crm_check_require_tls(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_crm_loc_conf_t *lcf = conf;

    char       *rv;
    ngx_str_t  *word;

    rv = ngx_http_set_complex_value_slot(cf, cmd, conf);

    if (rv != NGX_CONF_OK || lcf->require_tls->lengths) {
        return rv;
    }

    word = &lcf->require_tls->value;

    if (ngx_strcmp(word->data, "on") == 0
        || ngx_strcmp(word->data, "off") == 0)
    {
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" of crm_require_tls: write on, "
                       "off or a variable", word);

    return NGX_CONF_ERROR;
}


/* whether a token may ever be looked at */

static ngx_uint_t
ngx_crm_check_tokens(const ngx_crm_loc_conf_t *lcf)
{
    ngx_uint_t              needs;
    const ngx_crm_route_t  *row;

    if (lcf->token != NGX_CRM_DEMAND_ROUTE) {
        return lcf->token != NGX_CRM_DEMAND_OFF;
    }

    needs = lcf->api->unlisted->needs;

    for (row = lcf->api->routes; row->path.len; row++) {
        needs |= row->needs;
    }

    return needs & (NGX_CRM_NEEDS_TOKEN|NGX_CRM_TAKES_TOKEN);
}


static char *
ngx_crm_check_sealed(ngx_conf_t *cf, ngx_crm_main_conf_t *mcf,
    ngx_crm_loc_conf_t *lcf)
{
    if (lcf->api->terms == NULL || lcf->api->terms->sealing == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "crm_api \"%V\" has no encrypted variant: write "
                      "crm_payload_encryption off in location \"%V\"",
                      &lcf->api->name, ngx_crm_check_name(cf));
        return NGX_CONF_ERROR;
    }

    if (mcf->secrets == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "crm_payload_encryption in location \"%V\" unwraps "
                      "keys: write crm_secret file:path in http",
                      ngx_crm_check_name(cf));
        return NGX_CONF_ERROR;
    }

    if (lcf->api_key == NGX_CRM_DEMAND_OPTIONAL
        || lcf->api_key == NGX_CRM_DEMAND_OFF)
    {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "crm_payload_encryption in location \"%V\" needs its "
                      "clients' keys: write crm_api_key on",
                      ngx_crm_check_name(cf));
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static void
ngx_crm_check_body(ngx_conf_t *cf, ngx_crm_loc_conf_t *lcf)
{
    off_t                      least;
    ngx_http_core_loc_conf_t  *clcf;

    least = lcf->api->terms ? lcf->api->terms->body : 0;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->client_max_body_size && clcf->client_max_body_size < least) {
        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "location \"%V\" with crm_api \"%V\" refuses legal "
                      "bodies: write client_max_body_size %OM or more",
                      ngx_crm_check_name(cf), &lcf->api->name,
                      least / (1024 * 1024));
    }
}


static char *
ngx_crm_check_lives(ngx_conf_t *cf, ngx_crm_loc_conf_t *lcf)
{
    if (lcf->access_ttl && lcf->refresh_ttl) {
        return NGX_CONF_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "location \"%V\" gives tokens that have expired: write "
                  "crm_access_token_ttl and crm_refresh_token_ttl of 1s or "
                  "more", ngx_crm_check_name(cf));

    return NGX_CONF_ERROR;
}


static ngx_uint_t
ngx_crm_check_answers(const ngx_crm_loc_conf_t *lcf)
{
    const ngx_crm_route_t  *row;

    if (lcf->answer) {
        return 1;
    }

    for (row = lcf->api->routes; row->path.len; row++) {
        if (row->steps) {
            return 1;
        }
    }

    return 0;
}


static char *
ngx_crm_check_server(ngx_conf_t *cf, ngx_crm_main_conf_t *mcf,
    ngx_crm_loc_conf_t *lcf)
{
    ngx_http_core_srv_conf_t  *cscf, **server;

    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);

    if (!cscf->underscores_in_headers) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "crm_api \"%V\" has headers like \"%V\": write "
                      "underscores_in_headers on in the server of location "
                      "\"%V\"", &lcf->api->name, lcf->api->key_headers,
                      ngx_crm_check_name(cf));
        return NGX_CONF_ERROR;
    }

    server = ngx_array_push(mcf->servers);
    if (server == NULL) {
        return NGX_CONF_ERROR;
    }

    *server = cscf;

    return NGX_CONF_OK;
}


/* headers that come before Host are read under the default server */

ngx_int_t
ngx_crm_check_listens(ngx_conf_t *cf, ngx_crm_main_conf_t *mcf)
{
    ngx_uint_t                   s, p, a;
    ngx_http_conf_port_t        *port;
    ngx_http_conf_addr_t        *addr;
    ngx_http_core_srv_conf_t   **server;
    ngx_http_core_main_conf_t   *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    if (cmcf->ports == NULL) {
        return NGX_OK;
    }

    server = mcf->servers->elts;
    port = cmcf->ports->elts;

    for (p = 0; p < cmcf->ports->nelts; p++) {

        addr = port[p].addrs.elts;

        for (a = 0; a < port[p].addrs.nelts; a++) {
            for (s = 0; s < mcf->servers->nelts; s++) {

                if (ngx_crm_check_address(cf, &addr[a], server[s])
                    != NGX_OK)
                {
                    return NGX_ERROR;
                }
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_check_address(ngx_conf_t *cf, ngx_http_conf_addr_t *addr,
    ngx_http_core_srv_conf_t *cscf)
{
    ngx_uint_t                  i;
    ngx_http_core_srv_conf_t  **server;

    if (addr->default_server->underscores_in_headers) {
        return NGX_OK;
    }

    server = addr->servers.elts;

    for (i = 0; i < addr->servers.nelts; i++) {

        if (server[i] == cscf) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "headers like \"api_key\" are read under the "
                          "default server of %V: write "
                          "underscores_in_headers on there, or in http",
                          &addr->opt.addr_text);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
