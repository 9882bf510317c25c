#include "store/ngx_crm_revoked_trust.h"
#include "store/ngx_crm_zone.h"
#include "engine/ngx_crm_redis.h"
#include "engine/ngx_crm_redis_listen.h"


ngx_crm_revoked_trust_e
ngx_crm_revoked_trust(ngx_crm_main_conf_t *conf)
{
    ngx_msec_int_t            age;
    ngx_crm_zone_t           *zone;
    ngx_slab_pool_t          *shpool;
    ngx_crm_revoked_trust_e   trust;

    zone = ngx_crm_zone(&shpool);

    if (zone == NULL) {
        return NGX_CRM_REVOKED_PARTIAL;
    }

    trust = NGX_CRM_REVOKED_STALE;

    ngx_shmtx_lock(&shpool->mutex);

    /* below zero where another process's clock was read a moment later */

    age = (ngx_msec_int_t) (ngx_current_msec - zone->revoked.proven);

    if (!zone->revoked.whole) {
        trust = NGX_CRM_REVOKED_PARTIAL;

    } else if (zone->revoked.prover
               && age <= (ngx_msec_int_t) (NGX_CRM_REDIS_LISTEN_PING
                                     + ngx_crm_redis_timeout(conf->redis)))
    {
        trust = NGX_CRM_REVOKED_FRESH;
    }

    ngx_shmtx_unlock(&shpool->mutex);

    return trust;
}


ngx_uint_t
ngx_crm_revoked_trust_load(void)
{
    ngx_crm_zone_t   *zone;
    ngx_slab_pool_t  *shpool;

    zone = ngx_crm_zone(&shpool);

    return zone ? zone->revoked.missing : 0;
}


void
ngx_crm_revoked_trust_loaded(ngx_uint_t missing)
{
    ngx_uint_t        full;
    ngx_crm_zone_t   *zone;
    ngx_slab_pool_t  *shpool;

    zone = ngx_crm_zone(&shpool);

    if (zone == NULL) {
        return;
    }

    full = 0;

    ngx_shmtx_lock(&shpool->mutex);

    if (zone->revoked.missing == missing) {
        full = zone->revoked.full;
        zone->revoked.full = 0;
        zone->revoked.whole = 1;
    }

    ngx_shmtx_unlock(&shpool->mutex);

    if (full) {
        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                      "crm_zone has room for all revocations again");
    }
}


void
ngx_crm_revoked_trust_prove(ngx_msec_t then)
{
    ngx_uint_t        told;
    ngx_crm_zone_t   *zone;
    ngx_slab_pool_t  *shpool;

    zone = ngx_crm_zone(&shpool);

    if (zone == NULL) {
        return;
    }

    ngx_shmtx_lock(&shpool->mutex);

    told = zone->revoked.told;

    zone->revoked.told = 0;
    zone->revoked.proven = then;
    zone->revoked.prover = ngx_pid;

    ngx_shmtx_unlock(&shpool->mutex);

    if (told) {
        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                      "crm: revocations are told by crm:events again");
    }
}


/*
 * Where another worker was the last to prove its own, that one still is
 * subscribed, or will come here itself.
 */

void
ngx_crm_revoked_trust_lose(ngx_crm_main_conf_t *conf)
{
    ngx_uint_t        told;
    ngx_crm_zone_t   *zone;
    ngx_slab_pool_t  *shpool;

    zone = ngx_crm_zone(&shpool);

    if (zone == NULL) {
        return;
    }

    told = 1;

    ngx_shmtx_lock(&shpool->mutex);

    if (zone->revoked.prover == ngx_pid) {
        told = zone->revoked.told;
        zone->revoked.told = 1;
        zone->revoked.prover = 0;
    }

    ngx_shmtx_unlock(&shpool->mutex);

    if (!told) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "crm: revocations are not told any more: %s",
                      conf->revocation == NGX_CRM_REVOCATION_STRICT
                      ? "each token is asked of Redis"
                      : "tokens revoked by other edges are still served");
    }
}


ngx_uint_t
ngx_crm_revoked_trust_is_full(void)
{
    ngx_crm_zone_t   *zone;
    ngx_slab_pool_t  *shpool;

    zone = ngx_crm_zone(&shpool);

    return zone ? zone->revoked.full : 0;
}


ngx_uint_t
ngx_crm_revoked_trust_count(void)
{
    ngx_crm_zone_t   *zone;
    ngx_slab_pool_t  *shpool;

    zone = ngx_crm_zone(&shpool);

    return zone ? zone->revoked.sessions + zone->revoked.contacts : 0;
}
