#include "store/ngx_crm_zone.h"


/* what revocations have slots for */
#define NGX_CRM_ZONE_MOST  ((uint64_t) UINT32_MAX * NGX_CRM_TABLE_SLOT)


static char *ngx_crm_zone_size_check(ngx_conf_t *cf, void *post, void *data);
static ngx_int_t ngx_crm_zone_init(ngx_shm_zone_t *shm_zone, void *data);


ngx_conf_post_t  ngx_crm_zone_size = { ngx_crm_zone_size_check };


static char *
ngx_crm_zone_size_check(ngx_conf_t *cf, void *post, void *data)
{
    size_t  *size = data;

    if (*size < 8 * ngx_pagesize) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"crm_zone\" is too small, write %uzk or more",
                           8 * ngx_pagesize / 1024);
        return NGX_CONF_ERROR;
    }

    return ((uint64_t) *size > NGX_CRM_ZONE_MOST)
           ? "is too large, write less than 262144m" : NGX_CONF_OK;
}


ngx_int_t
ngx_crm_zone_create(ngx_conf_t *cf, ngx_crm_main_conf_t *conf)
{
    ngx_str_t  name = ngx_string("ngx_crm");

    conf->zone = ngx_shared_memory_add(cf, &name, conf->zone_size,
                                       &ngx_crm_module);
    if (conf->zone == NULL) {
        return NGX_ERROR;
    }

    conf->zone->init = ngx_crm_zone_init;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_zone_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_crm_zone_t   *zone;
    ngx_slab_pool_t  *shpool;

    /*
     * NGINX gives the old zone on a reload only where its size is the same,
     * and the module: what another one made may look otherwise
     */

    if (data) {
        shm_zone->data = data;
        return NGX_OK;
    }

    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    if (shm_zone->shm.exists) {
        shm_zone->data = shpool->data;
        return NGX_OK;
    }

    zone = ngx_slab_calloc(shpool, sizeof(ngx_crm_zone_t));
    if (zone == NULL) {
        return NGX_ERROR;
    }

    ngx_rbtree_init(&zone->keys, &zone->sentinel, ngx_rbtree_insert_value);
    ngx_queue_init(&zone->known);
    ngx_queue_init(&zone->unknown);

    if (ngx_crm_revoked_zone_init(&zone->revoked, shpool) != NGX_OK) {
        return NGX_ERROR;
    }

    /* a full zone is its usual state: entries make room for each other */
    shpool->log_nomem = 0;

    shpool->data = zone;
    shm_zone->data = zone;

    return NGX_OK;
}


/*
 * Through the cycle and not a static variable: a reload that fails would
 * leave one pointing into a zone that is gone, and the master forks from it.
 */

ngx_crm_zone_t *
ngx_crm_zone(ngx_slab_pool_t **shpool)
{
    ngx_crm_main_conf_t  *conf;

    conf = ngx_http_cycle_get_module_main_conf(ngx_cycle, ngx_crm_module);

    if (conf == NULL || conf->zone == NULL) {
        return NULL;
    }

    *shpool = (ngx_slab_pool_t *) conf->zone->shm.addr;

    return conf->zone->data;
}


void
ngx_crm_zone_count(ngx_crm_count_e what)
{
    ngx_crm_zone_t   *zone;
    ngx_slab_pool_t  *shpool;

    zone = ngx_crm_zone(&shpool);

    if (zone) {
        (void) ngx_atomic_fetch_add(&zone->counts[what], 1);
    }
}


void
ngx_crm_zone_note_kind(const char *setting)
{
    ngx_uint_t        i;
    ngx_crm_zone_t   *zone;
    ngx_slab_pool_t  *shpool;

    zone = ngx_crm_zone(&shpool);

    if (zone == NULL || ngx_strlen(setting) >= NGX_CRM_ZONE_SETTING) {
        return;
    }

    ngx_shmtx_lock(&shpool->mutex);

    for (i = 0; i < zone->nkinds; i++) {
        if (ngx_strcmp(zone->kinds[i], setting) == 0) {
            break;
        }
    }

    if (i == zone->nkinds && i < NGX_CRM_ZONE_KINDS) {
        (void) ngx_cpystrn(zone->kinds[i], (u_char *) setting,
                           NGX_CRM_ZONE_SETTING);
        zone->nkinds++;
    }

    ngx_shmtx_unlock(&shpool->mutex);
}


ngx_int_t
ngx_crm_zone_kind(ngx_uint_t n, char setting[NGX_CRM_ZONE_SETTING])
{
    ngx_int_t         rc;
    ngx_crm_zone_t   *zone;
    ngx_slab_pool_t  *shpool;

    zone = ngx_crm_zone(&shpool);

    if (zone == NULL) {
        return NGX_DECLINED;
    }

    rc = NGX_DECLINED;

    ngx_shmtx_lock(&shpool->mutex);

    if (zone->nkinds) {
        ngx_memcpy(setting, zone->kinds[n % zone->nkinds],
                   NGX_CRM_ZONE_SETTING);
        rc = NGX_OK;
    }

    ngx_shmtx_unlock(&shpool->mutex);

    return rc;
}
