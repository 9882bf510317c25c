#include "store/ngx_crm_revoked_zone.h"
#include "store/ngx_crm_record_cache.h"
#include "store/ngx_crm_zone.h"


#define NGX_CRM_REVOKED_ZONE_TRIM  4     /* expired ones, at each new one */


/* all of one size, 128 bytes, so that a slot given up fits the next */
typedef struct {
    ngx_str_node_t       name;           /* by the id */
    ngx_rbtree_node_t    end;            /* by the time it expires */
    u_char               id[NGX_CRM_REVOCATION_ID];
    time_t               issued;
    ngx_uint_t           contact;
} ngx_crm_revoked_zone_entry_t;


static ngx_int_t ngx_crm_revoked_zone_put(ngx_crm_main_conf_t *conf,
    ngx_crm_zone_t *zone, ngx_slab_pool_t *shpool,
    const ngx_crm_revocation_t *revocation, const u_char *id);
static ngx_int_t ngx_crm_revoked_zone_raise(ngx_crm_revoked_zone_t *revoked,
    ngx_crm_revoked_zone_entry_t *entry,
    const ngx_crm_revocation_t *revocation);
static ngx_crm_revoked_zone_entry_t *ngx_crm_revoked_zone_alloc(
    ngx_crm_main_conf_t *conf, ngx_crm_zone_t *zone,
    ngx_slab_pool_t *shpool);
static ngx_int_t ngx_crm_revoked_zone_trim(ngx_crm_revoked_zone_t *revoked,
    ngx_slab_pool_t *shpool);
static ngx_crm_revoked_zone_entry_t *ngx_crm_revoked_zone_search(
    ngx_crm_revoked_zone_t *revoked, u_char *id);
static uint32_t ngx_crm_revoked_zone_hash(const u_char *id);


void
ngx_crm_revoked_zone_init(ngx_crm_revoked_zone_t *revoked)
{
    ngx_rbtree_init(&revoked->ids, &revoked->ids_sentinel,
                    ngx_str_rbtree_insert_value);
    ngx_rbtree_init(&revoked->ends, &revoked->ends_sentinel,
                    ngx_rbtree_insert_value);
}


ngx_int_t
ngx_crm_revoked_zone_add(ngx_crm_main_conf_t *conf,
    const ngx_crm_revocation_t *revocation)
{
    u_char            id[NGX_CRM_REVOCATION_ID];
    ngx_int_t         rc;
    ngx_uint_t        full;
    ngx_crm_zone_t   *zone;
    ngx_slab_pool_t  *shpool;

    zone = ngx_crm_zone(&shpool);

    if (zone == NULL) {
        return NGX_ERROR;
    }

    if (revocation->expires < ngx_time()) {
        return NGX_DECLINED;
    }

    rc = ngx_crm_revocation_id(id, revocation);

    ngx_shmtx_lock(&shpool->mutex);

    full = zone->revoked.full;

    if (rc == NGX_OK) {
        rc = ngx_crm_revoked_zone_put(conf, zone, shpool, revocation, id);
    }

    if (rc == NGX_ERROR) {
        zone->revoked.missing++;
        zone->revoked.whole = 0;
        zone->revoked.full = 1;
    }

    ngx_shmtx_unlock(&shpool->mutex);

    if (rc == NGX_ERROR) {
        ngx_crm_zone_count(NGX_CRM_COUNT_REVOKED_LOST);

        if (!full) {
            ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                          "crm_zone is full: a revocation has no room in it, "
                          "and until it has, each token is asked of Redis");
        }
    }

    return rc;
}


static ngx_int_t
ngx_crm_revoked_zone_put(ngx_crm_main_conf_t *conf, ngx_crm_zone_t *zone,
    ngx_slab_pool_t *shpool, const ngx_crm_revocation_t *revocation,
    const u_char *id)
{
    ngx_uint_t                     i;
    ngx_crm_revoked_zone_t        *revoked;
    ngx_crm_revoked_zone_entry_t  *entry;

    revoked = &zone->revoked;

    for (i = 0; i < NGX_CRM_REVOKED_ZONE_TRIM; i++) {
        if (ngx_crm_revoked_zone_trim(revoked, shpool) != NGX_OK) {
            break;
        }
    }

    entry = ngx_crm_revoked_zone_search(revoked, (u_char *) id);

    if (entry) {
        return ngx_crm_revoked_zone_raise(revoked, entry, revocation);
    }

    entry = ngx_crm_revoked_zone_alloc(conf, zone, shpool);
    if (entry == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(entry->id, id, NGX_CRM_REVOCATION_ID);
    entry->name.str.data = entry->id;
    entry->name.str.len = NGX_CRM_REVOCATION_ID;
    entry->name.node.key = ngx_crm_revoked_zone_hash(id);
    entry->end.key = revocation->expires;
    entry->issued = revocation->issued;
    entry->contact = revocation->contact;

    ngx_rbtree_insert(&revoked->ids, &entry->name.node);
    ngx_rbtree_insert(&revoked->ends, &entry->end);

    if (entry->contact) {
        revoked->contacts++;

    } else {
        revoked->sessions++;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_revoked_zone_raise(ngx_crm_revoked_zone_t *revoked,
    ngx_crm_revoked_zone_entry_t *entry,
    const ngx_crm_revocation_t *revocation)
{
    ngx_int_t  rc;

    rc = NGX_DECLINED;

    if (entry->issued < revocation->issued) {
        entry->issued = revocation->issued;
        rc = NGX_OK;
    }

    if (entry->end.key < (ngx_rbtree_key_t) revocation->expires) {
        ngx_rbtree_delete(&revoked->ends, &entry->end);
        entry->end.key = revocation->expires;
        ngx_rbtree_insert(&revoked->ends, &entry->end);
        rc = NGX_OK;
    }

    return rc;
}


/* What can be asked anew makes room for what must not be forgotten. */

static ngx_crm_revoked_zone_entry_t *
ngx_crm_revoked_zone_alloc(ngx_crm_main_conf_t *conf, ngx_crm_zone_t *zone,
    ngx_slab_pool_t *shpool)
{
    ngx_crm_revoked_zone_entry_t  *entry;

    for ( ;; ) {
        entry = ngx_slab_alloc_locked(shpool,
                                      sizeof(ngx_crm_revoked_zone_entry_t));

        if (entry
            || (ngx_crm_revoked_zone_trim(&zone->revoked, shpool) != NGX_OK
                && ngx_crm_record_cache_yield(conf, zone, shpool) != NGX_OK))
        {
            return entry;
        }
    }
}


static ngx_int_t
ngx_crm_revoked_zone_trim(ngx_crm_revoked_zone_t *revoked,
    ngx_slab_pool_t *shpool)
{
    ngx_rbtree_node_t             *node;
    ngx_crm_revoked_zone_entry_t  *entry;

    if (revoked->ends.root == revoked->ends.sentinel) {
        return NGX_DECLINED;
    }

    node = ngx_rbtree_min(revoked->ends.root, revoked->ends.sentinel);

    if (node->key >= (ngx_rbtree_key_t) ngx_time()) {
        return NGX_DECLINED;
    }

    entry = ngx_rbtree_data(node, ngx_crm_revoked_zone_entry_t, end);

    if (entry->contact) {
        revoked->contacts--;

    } else {
        revoked->sessions--;
    }

    ngx_rbtree_delete(&revoked->ends, &entry->end);
    ngx_rbtree_delete(&revoked->ids, &entry->name.node);
    ngx_slab_free_locked(shpool, entry);

    return NGX_OK;
}


static ngx_crm_revoked_zone_entry_t *
ngx_crm_revoked_zone_search(ngx_crm_revoked_zone_t *revoked, u_char *id)
{
    ngx_str_t  name;

    name.data = id;
    name.len = NGX_CRM_REVOCATION_ID;

    /* the name comes first in an entry */

    return (ngx_crm_revoked_zone_entry_t *)
               ngx_str_rbtree_lookup(&revoked->ids, &name,
                                     ngx_crm_revoked_zone_hash(id));
}


static uint32_t
ngx_crm_revoked_zone_hash(const u_char *id)
{
    uint32_t  hash;

    ngx_memcpy(&hash, id, sizeof(uint32_t));

    return hash;
}


/* Most edges hold none of a kind, most of the time: no digest, no lock. */

ngx_int_t
ngx_crm_revoked_zone_find(const ngx_crm_revocation_t *revocation,
    time_t *issued)
{
    u_char                         id[NGX_CRM_REVOCATION_ID];
    ngx_crm_zone_t                *zone;
    ngx_slab_pool_t               *shpool;
    ngx_crm_revoked_zone_entry_t  *entry;

    zone = ngx_crm_zone(&shpool);

    if (zone == NULL
        || (revocation->contact ? zone->revoked.contacts
                                : zone->revoked.sessions)
           == 0)
    {
        return NGX_DECLINED;
    }

    if (ngx_crm_revocation_id(id, revocation) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_shmtx_lock(&shpool->mutex);

    entry = ngx_crm_revoked_zone_search(&zone->revoked, id);

    if (entry) {
        *issued = entry->issued;
    }

    ngx_shmtx_unlock(&shpool->mutex);

    return entry ? NGX_OK : NGX_DECLINED;
}
