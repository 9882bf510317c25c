/* What a worker has of its own: contexts of keys, its link to Redis. */

#include "edge/ngx_crm_process.h"
#include "base/ngx_crm_cipher.h"
#include "base/ngx_crm_jwt_key.h"
#include "engine/ngx_crm_redis.h"
#include "store/ngx_crm_revoked_feed.h"


static ngx_int_t ngx_crm_process_prepare_keys(ngx_cycle_t *cycle);


ngx_int_t
ngx_crm_process_init(ngx_cycle_t *cycle)
{
    ngx_crm_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_crm_module);

    /* the cache manager and loader come here too */

    if (mcf == NULL || mcf->redis == NULL
        || (ngx_process != NGX_PROCESS_WORKER
            && ngx_process != NGX_PROCESS_SINGLE))
    {
        return NGX_OK;
    }

    if (ngx_crm_process_prepare_keys(cycle) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_crm_redis_start(mcf->redis, cycle) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_crm_revoked_feed_start(mcf, cycle);
}


/* OpenSSL's contexts are not to be shared over a fork */

static ngx_int_t
ngx_crm_process_prepare_keys(ngx_cycle_t *cycle)
{
    ngx_uint_t                   s, k;
    ngx_array_t                 *keys;
    ngx_crm_jwt_key_t          **key;
    ngx_crm_srv_conf_t          *scf;
    ngx_http_core_srv_conf_t   **cscf;
    ngx_http_core_main_conf_t   *cmcf;

    cmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_core_module);
    cscf = cmcf->servers.elts;

    for (s = 0; s < cmcf->servers.nelts; s++) {

        scf = cscf[s]->ctx->srv_conf[ngx_crm_module.ctx_index];
        keys = scf->jwt_keys;

        if (keys == NULL) {
            continue;
        }

        key = keys->elts;

        for (k = 0; k < keys->nelts; k++) {
            if (ngx_crm_jwt_key_prepare(key[k]) != NGX_OK) {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


void
ngx_crm_process_exit(ngx_cycle_t *cycle)
{
    ngx_crm_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_crm_module);

    if (mcf && mcf->redis) {
        ngx_crm_revoked_feed_stop();
        ngx_crm_redis_stop(mcf->redis);
    }

    ngx_crm_cipher_free();
}
