/* The directives of envelopes. */

#include "edge/ngx_crm_filter_conf.h"
#include "edge/ngx_crm_dialect.h"
#include "edge/ngx_crm_listing.h"
#include "engine/ngx_crm_envelope.h"


char *
ngx_crm_filter_conf_dialect(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                 *args, list;
    const ngx_crm_api_t       *api;
    const ngx_crm_dialect_t  **dialect;

    dialect = (const ngx_crm_dialect_t **) ((u_char *) conf + cmd->offset);
    args = cf->args->elts;

    if (*dialect != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    if (cmd->conf == NGX_HTTP_SRV_CONF_OFFSET
        && ngx_strcmp(args[1].data, "off") == 0)
    {
        *dialect = NULL;
        return NGX_CONF_OK;
    }

    api = ngx_crm_dialect_find(&args[1]);

    if (api == NULL) {
        list = ngx_crm_listing_apis(cf);

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" of %V: write the name of an "
                           "API, %V", &args[1], &cmd->name, &list);
        return NGX_CONF_ERROR;
    }

    *dialect = ngx_crm_envelope_dialect(cf->pool, api);

    return *dialect ? NGX_CONF_OK : NGX_CONF_ERROR;
}


void
ngx_crm_filter_conf_servers(ngx_conf_t *cf)
{
    ngx_uint_t                   i;
    ngx_crm_srv_conf_t          *scf;
    ngx_http_conf_ctx_t         *ctx;
    ngx_http_core_loc_conf_t    *clcf;
    ngx_http_core_srv_conf_t   **cscf;
    ngx_http_core_main_conf_t   *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    cscf = cmcf->servers.elts;

    for (i = 0; i < cmcf->servers.nelts; i++) {

        ctx = cscf[i]->ctx;
        scf = ctx->srv_conf[ngx_crm_module.ctx_index];
        clcf = ctx->loc_conf[ngx_http_core_module.ctx_index];

        if (scf->error) {
            clcf->error_pages = NULL;
        }
    }
}
