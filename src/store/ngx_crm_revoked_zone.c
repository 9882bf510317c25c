#include "store/ngx_crm_revoked_zone.h"
#include "store/ngx_crm_record_cache.h"
#include "store/ngx_crm_revoked.h"
#include "store/ngx_crm_zone.h"


#define NGX_CRM_REVOKED_ZONE_TRIM   4    /* expired ones, at each new one */
#define NGX_CRM_REVOKED_ZONE_SHARE  256  /* bytes of the zone, to a chain */


#define NGX_CRM_REVOKED_ZONE_CONTACT  1  /* it is a contact's */
#define NGX_CRM_REVOKED_ZONE_EVENT    2  /* an event's: no token is newer */


/* all fill a slot of the table, so that one given up fits the next */
typedef struct {
    ngx_crm_table_node_t    name;
    ngx_rbtree_node_t       end;         /* data: the bits above */
    time_t                  issued;
} ngx_crm_revoked_zone_entry_t;


static ngx_int_t ngx_crm_revoked_zone_put(ngx_crm_main_conf_t *conf,
    ngx_crm_zone_t *zone, ngx_slab_pool_t *shpool,
    ngx_crm_revocation_t *revocation, uint32_t hash, const u_char *id);
static ngx_crm_revoked_zone_entry_t *ngx_crm_revoked_zone_search(
    ngx_crm_revoked_zone_t *revoked, uint32_t hash, const u_char *id);
static ngx_int_t ngx_crm_revoked_zone_renew(ngx_crm_main_conf_t *conf,
    const ngx_crm_revoked_zone_entry_t *entry,
    ngx_crm_revocation_t *revocation);
static ngx_int_t ngx_crm_revoked_zone_raise(ngx_crm_revoked_zone_t *revoked,
    ngx_crm_revoked_zone_entry_t *entry,
    const ngx_crm_revocation_t *revocation);
static ngx_crm_revoked_zone_entry_t *ngx_crm_revoked_zone_alloc(
    ngx_crm_main_conf_t *conf, ngx_crm_zone_t *zone,
    ngx_slab_pool_t *shpool);
static ngx_int_t ngx_crm_revoked_zone_trim(ngx_crm_revoked_zone_t *revoked,
    ngx_slab_pool_t *shpool);
static uint32_t ngx_crm_revoked_zone_hash(
    const ngx_crm_revoked_zone_t *revoked,
    const ngx_crm_revocation_t *revocation);
static ngx_int_t ngx_crm_revoked_zone_look(
    const ngx_crm_revocation_t *revocation, ngx_uint_t bits, time_t *issued);


ngx_int_t
ngx_crm_revoked_zone_init(ngx_crm_revoked_zone_t *revoked,
    ngx_slab_pool_t *shpool)
{
    size_t                 n, most;
    ngx_crm_table_head_t  *heads;

    most = (shpool->end - (u_char *) shpool) / NGX_CRM_REVOKED_ZONE_SHARE;

    for (n = 1; n <= most / 2; n *= 2) { /* void */ }

    heads = ngx_slab_calloc(shpool, n * sizeof(ngx_crm_table_head_t));
    if (heads == NULL) {
        return NGX_ERROR;
    }

    ngx_rbtree_init(&revoked->ends, &revoked->ends_sentinel,
                    ngx_rbtree_insert_value);

    return ngx_crm_table_init(&revoked->names, shpool, heads, n);
}


ngx_int_t
ngx_crm_revoked_zone_add(ngx_crm_main_conf_t *conf,
    ngx_crm_revocation_t *revocation)
{
    u_char            id[NGX_CRM_TABLE_ID];
    uint32_t          hash;
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

    hash = ngx_crm_revoked_zone_hash(&zone->revoked, revocation);
    rc = ngx_crm_revocation_id(id, revocation);

    ngx_shmtx_lock(&shpool->mutex);

    full = zone->revoked.full;

    if (rc == NGX_OK) {
        rc = ngx_crm_revoked_zone_put(conf, zone, shpool, revocation, hash,
                                      id);
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
    ngx_slab_pool_t *shpool, ngx_crm_revocation_t *revocation,
    uint32_t hash, const u_char *id)
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

    entry = ngx_crm_revoked_zone_search(revoked, hash, id);

    if (entry) {

        if (revocation->event) {
            if (ngx_crm_revoked_zone_renew(conf, entry, revocation)
                != NGX_OK)
            {
                return NGX_DECLINED;
            }

            entry->end.data |= NGX_CRM_REVOKED_ZONE_EVENT;
        }

        return ngx_crm_revoked_zone_raise(revoked, entry, revocation);
    }

    entry = ngx_crm_revoked_zone_alloc(conf, zone, shpool);
    if (entry == NULL) {
        return NGX_ERROR;
    }

    entry->name.hash = hash;
    ngx_memcpy(entry->name.id, id, NGX_CRM_TABLE_ID);
    entry->end.key = revocation->expires;
    entry->end.data = (revocation->contact ? NGX_CRM_REVOKED_ZONE_CONTACT : 0)
                      | (revocation->event ? NGX_CRM_REVOKED_ZONE_EVENT : 0);
    entry->issued = revocation->issued;

    ngx_crm_table_insert(&revoked->names, &entry->name);
    ngx_rbtree_insert(&revoked->ends, &entry->end);

    if (entry->end.data & NGX_CRM_REVOKED_ZONE_CONTACT) {
        revoked->contacts++;

    } else {
        revoked->sessions++;
    }

    return NGX_OK;
}


/* the name comes first in an entry */

static ngx_crm_revoked_zone_entry_t *
ngx_crm_revoked_zone_search(ngx_crm_revoked_zone_t *revoked, uint32_t hash,
    const u_char *id)
{
    return (ngx_crm_revoked_zone_entry_t *)
               ngx_crm_table_find(&revoked->names, hash, id);
}


/*
 * Each worker hears of an event.  Another one within the second concerns what
 * was issued between the two, and that has the time behind the kept one's.
 */

static ngx_int_t
ngx_crm_revoked_zone_renew(ngx_crm_main_conf_t *conf,
    const ngx_crm_revoked_zone_entry_t *entry,
    ngx_crm_revocation_t *revocation)
{
    if (entry->issued < revocation->issued) {
        return NGX_OK;
    }

    if (entry->end.data & NGX_CRM_REVOKED_ZONE_EVENT) {
        return NGX_DECLINED;
    }

    revocation->issued = entry->issued + 1;
    revocation->expires = ngx_crm_revoked_end(conf, revocation);

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

    if (entry->end.data & NGX_CRM_REVOKED_ZONE_CONTACT) {
        revoked->contacts--;

    } else {
        revoked->sessions--;
    }

    ngx_rbtree_delete(&revoked->ends, &entry->end);
    ngx_crm_table_delete(&revoked->names, &entry->name);
    ngx_slab_free_locked(shpool, entry);

    return NGX_OK;
}


static uint32_t
ngx_crm_revoked_zone_hash(const ngx_crm_revoked_zone_t *revoked,
    const ngx_crm_revocation_t *revocation)
{
    return ngx_crm_table_hash(&revoked->names, &revocation->whose,
                              2 * revocation->mode
                              + (revocation->contact != 0));
}


ngx_int_t
ngx_crm_revoked_zone_find(const ngx_crm_revocation_t *revocation,
    time_t *issued)
{
    return ngx_crm_revoked_zone_look(revocation, 0, issued);
}


ngx_int_t
ngx_crm_revoked_zone_issue(const ngx_crm_revocation_t *revocation,
    time_t *issued)
{
    return ngx_crm_revoked_zone_look(revocation, NGX_CRM_REVOKED_ZONE_EVENT,
                                     issued);
}


/*
 * Takes the bits away from what it finds.
 *
 * Most tokens are not revoked, however many others are: no digest, no lock,
 * and no chain, for those change under whoever has not the lock.  A revocation
 * that is being added meanwhile may as well have come a moment later; one that
 * the request could know of is seen, for the answer that told of it came
 * after the lock was let go.
 */

static ngx_int_t
ngx_crm_revoked_zone_look(const ngx_crm_revocation_t *revocation,
    ngx_uint_t bits, time_t *issued)
{
    u_char                         id[NGX_CRM_TABLE_ID];
    uint32_t                       hash;
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

    hash = ngx_crm_revoked_zone_hash(&zone->revoked, revocation);

    if (!ngx_crm_table_may_hold(&zone->revoked.names, hash)) {
        return NGX_DECLINED;
    }

    if (ngx_crm_revocation_id(id, revocation) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_shmtx_lock(&shpool->mutex);

    entry = ngx_crm_revoked_zone_search(&zone->revoked, hash, id);

    if (entry) {
        *issued = entry->issued;
        entry->end.data &= (u_char) ~bits;
    }

    ngx_shmtx_unlock(&shpool->mutex);

    return entry ? NGX_OK : NGX_DECLINED;
}
