/*
 * The door: what an operator may write, how it is merged, and where NGINX
 * calls us.  No request is dealt with here.
 */

#include "ngx_crm.h"
#include "apis/ngx_crm_api_actions.h"
#include "apis/ngx_crm_api_dmt.h"
#include "apis/ngx_crm_api_engagement.h"
#include "apis/ngx_crm_api_selfservice.h"
#include "edge/ngx_crm_access.h"
#include "edge/ngx_crm_bounds.h"
#include "edge/ngx_crm_check.h"
#include "edge/ngx_crm_directives.h"
#include "edge/ngx_crm_filter.h"
#include "edge/ngx_crm_filter_conf.h"
#include "edge/ngx_crm_listing.h"
#include "edge/ngx_crm_location.h"
#include "edge/ngx_crm_process.h"
#include "edge/ngx_crm_status.h"
#include "edge/ngx_crm_variables.h"
#include "engine/ngx_crm_body.h"
#include "engine/ngx_crm_script.h"
#include "engine/ngx_crm_subrequest_answer.h"
#include "gate/ngx_crm_token_cache.h"
#include "store/ngx_crm_zone.h"


static ngx_int_t ngx_crm_module_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_crm_module_postconfiguration(ngx_conf_t *cf);
static void *ngx_crm_module_create_main_conf(ngx_conf_t *cf);
static char *ngx_crm_module_init_main_conf(ngx_conf_t *cf, void *conf);
static void *ngx_crm_module_create_srv_conf(ngx_conf_t *cf);
static char *ngx_crm_module_merge_srv_conf(ngx_conf_t *cf, void *parent,
    void *child);


const ngx_crm_api_t  *const ngx_crm_apis[] = {
    &ngx_crm_api_selfservice,
    &ngx_crm_api_engagement,
    &ngx_crm_api_dmt,
    &ngx_crm_api_actions,
    NULL
};


static ngx_conf_enum_t  ngx_crm_module_unlisted[] = {
    { ngx_string("proxy"), NGX_CRM_UNLISTED_PROXY },
    { ngx_string("deny"), NGX_CRM_UNLISTED_DENY },
    { ngx_null_string, 0 }
};

static ngx_conf_enum_t  ngx_crm_module_demand[] = {
    { ngx_string("on"), NGX_CRM_DEMAND_ON },
    { ngx_string("optional"), NGX_CRM_DEMAND_OPTIONAL },
    { ngx_string("off"), NGX_CRM_DEMAND_OFF },
    { ngx_null_string, 0 }
};

static ngx_conf_enum_t  ngx_crm_module_revocation[] = {
    { ngx_string("eventual"), NGX_CRM_REVOCATION_EVENTUAL },
    { ngx_string("strict"), NGX_CRM_REVOCATION_STRICT },
    { ngx_null_string, 0 }
};


#define HTTP      NGX_HTTP_MAIN_CONF
#define SERVER    (HTTP|NGX_HTTP_SRV_CONF)
#define ANYWHERE  (SERVER|NGX_HTTP_LOC_CONF)
#define LOCATION  NGX_HTTP_LOC_CONF

#define MAIN_AT(field)                                                        \
    NGX_HTTP_MAIN_CONF_OFFSET, offsetof(ngx_crm_main_conf_t, field)
#define SRV_AT(field)                                                         \
    NGX_HTTP_SRV_CONF_OFFSET, offsetof(ngx_crm_srv_conf_t, field)
#define LOC_AT(field)                                                         \
    NGX_HTTP_LOC_CONF_OFFSET, offsetof(ngx_crm_loc_conf_t, field)


static ngx_command_t  ngx_crm_module_commands[] = {

    { ngx_string("crm_redis"), HTTP|NGX_CONF_1MORE,
      ngx_crm_directives_redis, MAIN_AT(redis), NULL },

    { ngx_string("crm_zone"), HTTP|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot, MAIN_AT(zone_size), &ngx_crm_zone_size },

    { ngx_string("crm_secret"), HTTP|NGX_CONF_TAKE1,
      ngx_crm_directives_secret, MAIN_AT(secrets), NULL },

    { ngx_string("crm_api_key_cache"), HTTP|NGX_CONF_1MORE,
      ngx_crm_directives_api_key_cache, MAIN_AT(key_cache), NULL },

    { ngx_string("crm_token_cache"), HTTP|NGX_CONF_TAKE1,
      ngx_crm_directives_token_cache, MAIN_AT(token_cache), NULL },

    { ngx_string("crm_revocation"), HTTP|NGX_CONF_TAKE1,
      ngx_crm_listing_enum, MAIN_AT(revocation),
      &ngx_crm_module_revocation },

    { ngx_string("crm_password_threads"), HTTP|NGX_CONF_TAKE123,
      ngx_crm_directives_password_threads, MAIN_AT(threads), NULL },

    { ngx_string("crm_outbox"), HTTP|NGX_CONF_1MORE,
      ngx_crm_directives_outbox, MAIN_AT(outbox_max), NULL },

    { ngx_string("crm_jwt_key"), SERVER|NGX_CONF_2MORE,
      ngx_crm_directives_jwt_key, SRV_AT(jwt_keys), NULL },

    { ngx_string("crm_jwt_issuer"), SERVER|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot, SRV_AT(issuer), &ngx_crm_bounds_plain },

    { ngx_string("crm_jwt_audience"), SERVER|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot, SRV_AT(audience), &ngx_crm_bounds_plain },

    { ngx_string("crm_jwt_leeway"), SERVER|NGX_CONF_TAKE1,
      ngx_conf_set_sec_slot, SRV_AT(leeway), &ngx_crm_bounds_leeway },

    { ngx_string("crm_otp"), SERVER|NGX_CONF_1MORE,
      ngx_crm_bounds_read, SRV_AT(otp), &ngx_crm_bounds_otp },

    { ngx_string("crm_login"), SERVER|NGX_CONF_1MORE,
      ngx_crm_bounds_read, SRV_AT(login), &ngx_crm_bounds_login },

    { ngx_string("crm_password"), SERVER|NGX_CONF_1MORE,
      ngx_crm_bounds_read, SRV_AT(password), &ngx_crm_bounds_password },

    { ngx_string("crm_api"), LOCATION|NGX_CONF_TAKE1,
      ngx_crm_directives_api, LOC_AT(api), NULL },

    { ngx_string("crm_answer"), LOCATION|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot, LOC_AT(answer_name), NULL },

    { ngx_string("crm_unlisted"), ANYWHERE|NGX_CONF_TAKE1,
      ngx_crm_listing_enum, LOC_AT(unlisted), &ngx_crm_module_unlisted },

    { ngx_string("crm_require_tls"), ANYWHERE|NGX_CONF_TAKE1,
      ngx_crm_check_require_tls, LOC_AT(require_tls), NULL },

    { ngx_string("crm_api_key"), ANYWHERE|NGX_CONF_TAKE1,
      ngx_crm_listing_enum, LOC_AT(api_key), &ngx_crm_module_demand },

    { ngx_string("crm_token"), ANYWHERE|NGX_CONF_TAKE1,
      ngx_crm_listing_enum, LOC_AT(token), &ngx_crm_module_demand },

    { ngx_string("crm_mac_login"), ANYWHERE|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot, LOC_AT(mac_login), NULL },

    { ngx_string("crm_otp_verify"), ANYWHERE|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot, LOC_AT(otp_verify), NULL },

    { ngx_string("crm_register_verify"), ANYWHERE|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot, LOC_AT(register_verify), NULL },

    { ngx_string("crm_opaque_tokens"), ANYWHERE|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot, LOC_AT(opaque_tokens), NULL },

    { ngx_string("crm_payload_encryption"), ANYWHERE|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot, LOC_AT(sealed), NULL },

    { ngx_string("crm_forward_credentials"), ANYWHERE|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot, LOC_AT(forward_credentials), NULL },

    { ngx_string("crm_access_token_ttl"), ANYWHERE|NGX_CONF_TAKE1,
      ngx_conf_set_sec_slot, LOC_AT(access_ttl), NULL },

    { ngx_string("crm_refresh_token_ttl"), ANYWHERE|NGX_CONF_TAKE1,
      ngx_conf_set_sec_slot, LOC_AT(refresh_ttl), NULL },

    { ngx_string("crm_upstream_envelope"), ANYWHERE|NGX_CONF_TAKE1,
      ngx_crm_filter_conf_dialect, LOC_AT(upstream), NULL },

    { ngx_string("crm_envelope_buffer_size"), ANYWHERE|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot, LOC_AT(envelope), NULL },

    { ngx_string("crm_error_envelope"), SERVER|NGX_CONF_TAKE1,
      ngx_crm_filter_conf_dialect, SRV_AT(error), NULL },

    { ngx_string("crm_status"), LOCATION|NGX_CONF_TAKE1,
      ngx_crm_status_directive, LOC_AT(status), NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_crm_module_ctx = {
    ngx_crm_module_preconfiguration,
    ngx_crm_module_postconfiguration,

    ngx_crm_module_create_main_conf,
    ngx_crm_module_init_main_conf,

    ngx_crm_module_create_srv_conf,
    ngx_crm_module_merge_srv_conf,

    ngx_crm_location_create,
    ngx_crm_location_merge
};


ngx_module_t  ngx_crm_module = {
    NGX_MODULE_V1,
    &ngx_crm_module_ctx,
    ngx_crm_module_commands,
    NGX_HTTP_MODULE,
    NULL,
    NULL,
    ngx_crm_process_init,
    NULL,
    NULL,
    ngx_crm_process_exit,
    NULL,
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_crm_module_preconfiguration(ngx_conf_t *cf)
{
    return (ngx_crm_script_init() == NGX_OK) ? ngx_crm_variables_add(cf)
                                             : NGX_ERROR;
}


static ngx_int_t
ngx_crm_module_postconfiguration(ngx_conf_t *cf)
{
    ngx_crm_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_crm_module);

    if (ngx_crm_check_listens(cf, mcf) != NGX_OK
        || ngx_crm_access_init(cf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_crm_body_init();
    ngx_crm_filter_conf_servers(cf);

    if (ngx_crm_filter_init(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_crm_subrequest_answer_init(cf);
}


static void *
ngx_crm_module_create_main_conf(ngx_conf_t *cf)
{
    ngx_crm_main_conf_t  *mcf;

    mcf = ngx_pcalloc(cf->pool, sizeof(ngx_crm_main_conf_t));
    if (mcf == NULL) {
        return NULL;
    }

    mcf->servers = ngx_array_create(cf->pool, 4,
                                    sizeof(ngx_http_core_srv_conf_t *));
    if (mcf->servers == NULL) {
        return NULL;
    }

    mcf->zone_size = NGX_CONF_UNSET_SIZE;
    mcf->key_cache = NGX_CONF_UNSET;
    mcf->token_cache = NGX_CONF_UNSET;
    mcf->revocation = NGX_CONF_UNSET_UINT;
    ngx_crm_directives_default_main(mcf);

    return mcf;
}


static char *
ngx_crm_module_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_crm_main_conf_t *mcf = conf;

    ngx_conf_init_size_value(mcf->zone_size, 16 * 1024 * 1024);
    ngx_conf_init_value(mcf->key_cache, 1);
    ngx_conf_init_value(mcf->token_cache, 2048);
    ngx_conf_init_uint_value(mcf->revocation, NGX_CRM_REVOCATION_EVENTUAL);

    if (mcf->redis == NULL) {
        return NGX_CONF_OK;
    }

    if (mcf->threads == NULL) {
        mcf->threads = ngx_thread_pool_add(cf, NULL);
    }

    if (mcf->threads == NULL || ngx_crm_zone_create(cf, mcf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (mcf->token_cache && ngx_crm_token_cache_create(cf, mcf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static void *
ngx_crm_module_create_srv_conf(ngx_conf_t *cf)
{
    ngx_crm_srv_conf_t  *scf;

    scf = ngx_pcalloc(cf->pool, sizeof(ngx_crm_srv_conf_t));
    if (scf == NULL) {
        return NULL;
    }

    scf->leeway = NGX_CONF_UNSET;
    scf->error = NGX_CONF_UNSET_PTR;
    ngx_crm_bounds_unset(scf);

    return scf;
}


static char *
ngx_crm_module_merge_srv_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_crm_srv_conf_t *prev = parent;
    ngx_crm_srv_conf_t *conf = child;

    ngx_conf_merge_sec_value(conf->leeway, prev->leeway, 30);
    ngx_conf_merge_ptr_value(conf->error, prev->error, NULL);
    ngx_conf_merge_str_value(conf->issuer, prev->issuer, "");
    ngx_conf_merge_str_value(conf->audience, prev->audience, "");

    if (conf->jwt_keys == NULL) {
        conf->jwt_keys = prev->jwt_keys;
    }

    ngx_crm_bounds_merge(prev, conf);

    return NGX_CONF_OK;
}
