/* Directives whose arguments need reading; the door lists them all. */

#include "edge/ngx_crm_directives.h"
#include "base/ngx_crm_jwt_key.h"
#include "edge/ngx_crm_dialect.h"
#include "edge/ngx_crm_listing.h"
#include "edge/ngx_crm_parameters.h"
#include "engine/ngx_crm_redis.h"
#include "store/ngx_crm_secret.h"


#define NGX_CRM_DIRECTIVES_SECRET_MIN  32      /* bytes */
#define NGX_CRM_DIRECTIVES_TOKENS_MAX  1000000
#define NGX_CRM_DIRECTIVES_NICE        5

#define ngx_crm_directives_end                                                \
    { ngx_null_string, NGX_CRM_NUMBER, 0, 0, 0, 0 }


static ngx_uint_t ngx_crm_directives_kid_is_known(const ngx_array_t *keys,
    const ngx_str_t *kid);
static char *ngx_crm_directives_kid(ngx_conf_t *cf, const ngx_array_t *keys,
    ngx_str_t *text, ngx_str_t *kid, ngx_uint_t *mode);


static const ngx_crm_parameter_t  ngx_crm_directives_key_table[] = {
    { ngx_string("ttl="), NGX_CRM_SECONDS,
      offsetof(ngx_crm_main_conf_t, key_ttl), 60, 1, 86400 },
    { ngx_string("negative_ttl="), NGX_CRM_SECONDS,
      offsetof(ngx_crm_main_conf_t, key_negative_ttl), 5, 1, 3600 },
    { ngx_string("stale="), NGX_CRM_SECONDS,
      offsetof(ngx_crm_main_conf_t, key_stale), 600, 0, 86400 },
    ngx_crm_directives_end
};

static const ngx_crm_parameter_t  ngx_crm_directives_outbox_table[] = {
    { ngx_string("max="), NGX_CRM_NUMBER,
      offsetof(ngx_crm_main_conf_t, outbox_max), 100000, 1, 100000000 },
    { ngx_string("keep="), NGX_CRM_SECONDS,
      offsetof(ngx_crm_main_conf_t, outbox_keep), 3600, 60, 604800 },
    ngx_crm_directives_end
};

static const ngx_crm_parameter_t  ngx_crm_directives_threads_table[] = {
    { ngx_string("queue="), NGX_CRM_NUMBER,
      offsetof(ngx_crm_main_conf_t, threads_queue), 32, 1, 65536 },
    { ngx_string("nice="), NGX_CRM_NUMBER,
      offsetof(ngx_crm_main_conf_t, threads_nice), 0, 0, 19 },
    ngx_crm_directives_end
};


void
ngx_crm_directives_default_main(ngx_crm_main_conf_t *mcf)
{
    ngx_crm_parameters_default(ngx_crm_directives_key_table, mcf);
    ngx_crm_parameters_default(ngx_crm_directives_outbox_table, mcf);
    ngx_crm_parameters_default(ngx_crm_directives_threads_table, mcf);
}


char *
ngx_crm_directives_api(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_crm_loc_conf_t *lcf = conf;

    ngx_str_t                 *args, list;
    const ngx_crm_api_t       *api;
    ngx_http_core_loc_conf_t  *clcf;

    if (lcf->api != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    args = cf->args->elts;

    if (ngx_strcmp(args[1].data, "off") == 0) {
        lcf->api = NULL;
        return NGX_CONF_OK;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

#if (NGX_PCRE)
    if (clcf->regex) {
        return "needs a location with a prefix, this one has a regex";
    }
#endif

    if (clcf->named) {
        return "needs a location with a prefix, this one is named";
    }

    api = ngx_crm_dialect_find(&args[1]);

    if (api == NULL) {
        list = ngx_crm_listing_apis(cf);

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown API \"%V\": write %V, or off", &args[1],
                           &list);
        return NGX_CONF_ERROR;
    }

    lcf->api = api;
    lcf->base = clcf->name;

    if (lcf->base.len && lcf->base.data[lcf->base.len - 1] == '/') {
        lcf->base.len--;
    }

    return NGX_CONF_OK;
}


char *
ngx_crm_directives_redis(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_crm_main_conf_t *mcf = conf;

    if (mcf->redis) {
        return "is duplicate";
    }

    return ngx_crm_redis_parse(cf, &mcf->redis);
}


char *
ngx_crm_directives_secret(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_crm_main_conf_t *mcf = conf;

    ngx_str_t         *args, bytes;
    ngx_crm_secret_t  *secret, *other;

    args = cf->args->elts;

    if (ngx_crm_parameters_secret(cf, &args[1], &bytes) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    if (bytes.len < NGX_CRM_DIRECTIVES_SECRET_MIN) {
        return "is shorter than 32 bytes: openssl rand -hex 32 makes one";
    }

    if (mcf->secrets == NULL) {
        mcf->secrets = ngx_array_create(cf->pool, 2,
                                        sizeof(ngx_crm_secret_t));
        if (mcf->secrets == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    secret = ngx_array_push(mcf->secrets);

    if (secret == NULL || ngx_crm_secret_derive(secret, &bytes) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    /* what is derived of it does not lead back to it */

    ngx_explicit_memzero(bytes.data, bytes.len);

    other = mcf->secrets->elts;

    for ( /* void */ ; other < secret; other++) {
        if (ngx_memcmp(other->kid, secret->kid, sizeof(secret->kid)) == 0) {
            return "is duplicate";
        }
    }

    return NGX_CONF_OK;
}


char *
ngx_crm_directives_jwt_key(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_crm_srv_conf_t *scf = conf;

    ngx_str_t           *args, bytes, kid;
    ngx_uint_t           i, mode;
    const char          *error;
    ngx_crm_jwt_key_t  **key;

    args = cf->args->elts;
    mode = NGX_CONF_UNSET_UINT;
    ngx_str_null(&kid);

    if (ngx_crm_parameters_secret(cf, &args[2], &bytes) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    for (i = 3; i < cf->args->nelts; i++) {
        if (ngx_crm_directives_kid(cf, scf->jwt_keys, &args[i], &kid, &mode)
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    if (scf->jwt_keys == NULL) {
        scf->jwt_keys = ngx_array_create(cf->pool, 2,
                                         sizeof(ngx_crm_jwt_key_t *));
        if (scf->jwt_keys == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    key = ngx_array_push(scf->jwt_keys);
    if (key == NULL) {
        return NGX_CONF_ERROR;
    }

    *key = ngx_crm_jwt_key_create(cf->pool, &args[1], &bytes, &kid, &error);

    ngx_explicit_memzero(bytes.data, bytes.len);

    if (*key == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "crm_jwt_key: %s", error);
        return NGX_CONF_ERROR;
    }

    (*key)->mode = (mode == NGX_CONF_UNSET_UINT) ? NGX_CRM_LIVE : mode;

    if (scf->jwt_keys->nelts == 1 && (*key)->family != NGX_CRM_JWT_HS
        && !(*key)->private)
    {
        return "comes first and must sign: give it a private key";
    }

    return NGX_CONF_OK;
}


static ngx_uint_t
ngx_crm_directives_kid_is_known(const ngx_array_t *keys, const ngx_str_t *kid)
{
    ngx_uint_t           i;
    ngx_crm_jwt_key_t  **key;

    key = keys ? keys->elts : NULL;

    for (i = 0; key && i < keys->nelts; i++) {

        if (key[i]->kid.len == kid->len
            && ngx_memcmp(key[i]->kid.data, kid->data, kid->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static char *
ngx_crm_directives_kid(ngx_conf_t *cf, const ngx_array_t *keys,
    ngx_str_t *text, ngx_str_t *kid, ngx_uint_t *mode)
{
    if (text->len > 4 && ngx_strncmp(text->data, "kid=", 4) == 0
        && kid->data == NULL)
    {
        kid->data = text->data + 4;
        kid->len = text->len - 4;

        if (ngx_crm_directives_kid_is_known(keys, kid)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "duplicate \"%V\": give "
                               "each crm_jwt_key one of its own", text);
            return NGX_CONF_ERROR;
        }

        return NGX_CONF_OK;
    }

    if (*mode == NGX_CONF_UNSET_UINT) {

        if (ngx_strcmp(text->data, "mode=live") == 0) {
            *mode = NGX_CRM_LIVE;
            return NGX_CONF_OK;
        }

        if (ngx_strcmp(text->data, "mode=test") == 0) {
            *mode = NGX_CRM_TEST;
            return NGX_CONF_OK;
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid parameter \"%V\" of "
                       "crm_jwt_key: it takes kid=id and mode=live or "
                       "mode=test, each once", text);

    return NGX_CONF_ERROR;
}


char *
ngx_crm_directives_api_key_cache(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_crm_main_conf_t *mcf = conf;

    ngx_str_t  *args;

    if (mcf->key_cache != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    args = cf->args->elts;
    mcf->key_cache = 1;

    if (cf->args->nelts == 2 && ngx_strcmp(args[1].data, "off") == 0) {
        mcf->key_cache = 0;
        return NGX_CONF_OK;
    }

    return ngx_crm_parameters_read(cf, 1, ngx_crm_directives_key_table, mcf);
}


char *
ngx_crm_directives_token_cache(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_crm_main_conf_t *mcf = conf;

    ngx_str_t  *args;

    if (mcf->token_cache != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    args = cf->args->elts;

    if (ngx_strcmp(args[1].data, "off") == 0) {
        mcf->token_cache = 0;
        return NGX_CONF_OK;
    }

    mcf->token_cache = ngx_atoi(args[1].data, args[1].len);

    if (mcf->token_cache < 1
        || mcf->token_cache > NGX_CRM_DIRECTIVES_TOKENS_MAX)
    {
        return "takes off, or a number of tokens from 1 to 1000000";
    }

    return NGX_CONF_OK;
}


char *
ngx_crm_directives_outbox(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_crm_main_conf_t *mcf = conf;

    if (mcf->outbox_set) {
        return "is duplicate";
    }

    mcf->outbox_set = 1;

    return ngx_crm_parameters_read(cf, 1, ngx_crm_directives_outbox_table,
                                   mcf);
}


char *
ngx_crm_directives_password_threads(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_crm_main_conf_t *mcf = conf;

    ngx_str_t  *args;

    if (mcf->threads) {
        return "is duplicate";
    }

    args = cf->args->elts;

    if (ngx_strchr(args[1].data, '=')) {
        return "takes the name of a thread_pool first";
    }

    mcf->threads = ngx_thread_pool_add(cf, &args[1]);
    if (mcf->threads == NULL) {
        return NGX_CONF_ERROR;
    }

    /* a thread stays as nice as it was made, and files are read in that */

    if (args[1].len != 7 || ngx_strncmp(args[1].data, "default", 7) != 0) {
        mcf->threads_nice = NGX_CRM_DIRECTIVES_NICE;
    }

    return ngx_crm_parameters_read(cf, 2, ngx_crm_directives_threads_table,
                                   mcf);
}
