#include "store/ngx_crm_record_cache.h"
#include "store/ngx_crm_zone.h"


/* an entry moves to the front of its queue no oftener than this, ms */
#define NGX_CRM_RECORD_CACHE_MOVE      1000

/* the share of the zone that unknown keys may hold */
#define NGX_CRM_RECORD_CACHE_UNKNOWN   8


/*
 * All of one size, so that the slot that one entry gives up is always one
 * that the next can take.  Times are of the monotonic clock, which all
 * processes share.
 */
typedef struct {
    ngx_rbtree_node_t           node;          /* by the digest */
    ngx_queue_t                 queue;
    ngx_msec_t                  fetched;
    ngx_msec_t                  moved;
    u_char                      digest[NGX_CRM_SHA256_LEN];
    ngx_crm_record_t            record;
} ngx_crm_record_cache_t;


static size_t ngx_crm_record_cache_slot(void);
static ngx_int_t ngx_crm_record_cache_state(ngx_crm_main_conf_t *conf,
    ngx_crm_record_cache_t *entry);
static void ngx_crm_record_cache_touch(ngx_crm_zone_t *zone,
    ngx_crm_record_cache_t *entry);
static ngx_rbtree_key_t ngx_crm_record_cache_key(const u_char *digest);
static ngx_crm_record_cache_t *ngx_crm_record_cache_find(
    ngx_crm_zone_t *zone, const u_char *digest);
static ngx_crm_record_cache_t *ngx_crm_record_cache_alloc(
    ngx_crm_main_conf_t *conf, ngx_crm_zone_t *zone, ngx_slab_pool_t *shpool,
    ngx_uint_t known);
static ngx_crm_record_cache_t *ngx_crm_record_cache_victim(
    ngx_crm_main_conf_t *conf, ngx_crm_zone_t *zone, ngx_uint_t known);
static ngx_crm_record_cache_t *ngx_crm_record_cache_last(
    ngx_queue_t *queue);
static void ngx_crm_record_cache_free(ngx_crm_zone_t *zone,
    ngx_slab_pool_t *shpool, ngx_crm_record_cache_t *entry);


/* bytes of the zone that an entry takes: the slab rounds to powers of two */

static size_t
ngx_crm_record_cache_slot(void)
{
    size_t  slot;

    for (slot = 8; slot < sizeof(ngx_crm_record_cache_t); slot *= 2) {
        /* void */
    }

    return slot;
}


ngx_int_t
ngx_crm_record_cache_get(ngx_crm_main_conf_t *conf,
    const u_char digest[NGX_CRM_SHA256_LEN], ngx_crm_record_t *record)
{
    ngx_int_t                 rc;
    ngx_crm_zone_t           *zone;
    ngx_slab_pool_t          *shpool;
    ngx_crm_record_cache_t  *entry;

    zone = ngx_crm_zone(&shpool);

    if (zone == NULL) {
        return NGX_DECLINED;
    }

    rc = NGX_DECLINED;

    ngx_shmtx_lock(&shpool->mutex);

    entry = ngx_crm_record_cache_find(zone, digest);

    if (entry
        && ngx_memcmp(entry->digest, digest, NGX_CRM_SHA256_LEN) == 0)
    {
        rc = ngx_crm_record_cache_state(conf, entry);
    }

    if (rc != NGX_DECLINED) {
        *record = entry->record;
        ngx_crm_record_cache_touch(zone, entry);
    }

    ngx_shmtx_unlock(&shpool->mutex);

    return rc;
}


static ngx_int_t
ngx_crm_record_cache_state(ngx_crm_main_conf_t *conf,
    ngx_crm_record_cache_t *entry)
{
    ngx_msec_int_t  age;

    /* below zero where another process's clock was read a moment later */

    age = (ngx_msec_int_t) (ngx_current_msec - entry->fetched);

    if (!entry->record.known) {
        return (age < conf->key_negative_ttl * 1000) ? NGX_OK : NGX_DECLINED;
    }

    if (age < conf->key_ttl * 1000) {
        return NGX_OK;
    }

    return (age < conf->key_stale * 1000) ? NGX_AGAIN : NGX_DECLINED;
}


static void
ngx_crm_record_cache_touch(ngx_crm_zone_t *zone,
    ngx_crm_record_cache_t *entry)
{
    ngx_msec_int_t  rest;

    rest = (ngx_msec_int_t) (ngx_current_msec - entry->moved);

    if (!entry->record.known || rest < NGX_CRM_RECORD_CACHE_MOVE) {
        return;
    }

    ngx_queue_remove(&entry->queue);
    ngx_queue_insert_head(&zone->known, &entry->queue);

    entry->moved = ngx_current_msec;
}


static ngx_rbtree_key_t
ngx_crm_record_cache_key(const u_char *digest)
{
    ngx_rbtree_key_t  key;

    ngx_memcpy(&key, digest, sizeof(ngx_rbtree_key_t));

    return key;
}


/*
 * Two digests that begin alike share one place in the tree, the later takes
 * it: the caller compares all of the digest before it trusts the entry.
 */

static ngx_crm_record_cache_t *
ngx_crm_record_cache_find(ngx_crm_zone_t *zone, const u_char *digest)
{
    ngx_rbtree_key_t    key;
    ngx_rbtree_node_t  *node;

    key = ngx_crm_record_cache_key(digest);
    node = zone->keys.root;

    while (node != zone->keys.sentinel) {

        if (key == node->key) {
            return ngx_rbtree_data(node, ngx_crm_record_cache_t, node);
        }

        node = (key < node->key) ? node->left : node->right;
    }

    return NULL;
}


void
ngx_crm_record_cache_put(ngx_crm_main_conf_t *conf,
    const u_char digest[NGX_CRM_SHA256_LEN],
    const ngx_crm_record_t *record, ngx_uint_t dropped)
{
    ngx_crm_zone_t           *zone;
    ngx_slab_pool_t          *shpool;
    ngx_crm_record_cache_t  *entry;

    zone = ngx_crm_zone(&shpool);

    if (zone == NULL) {
        return;
    }

    ngx_shmtx_lock(&shpool->mutex);

    if (zone->dropped != dropped) {
        ngx_shmtx_unlock(&shpool->mutex);
        return;
    }

    entry = ngx_crm_record_cache_find(zone, digest);

    if (entry) {
        ngx_crm_record_cache_free(zone, shpool, entry);
    }

    entry = ngx_crm_record_cache_alloc(conf, zone, shpool, record->known);

    if (entry) {
        entry->fetched = ngx_current_msec;
        entry->moved = ngx_current_msec;
        entry->record = *record;
        ngx_memcpy(entry->digest, digest, NGX_CRM_SHA256_LEN);

        entry->node.key = ngx_crm_record_cache_key(digest);
        ngx_rbtree_insert(&zone->keys, &entry->node);

        ngx_queue_insert_head(record->known ? &zone->known : &zone->unknown,
                              &entry->queue);

        if (!record->known) {
            zone->nunknown += ngx_crm_record_cache_slot();
        }
    }

    ngx_shmtx_unlock(&shpool->mutex);
}


static ngx_crm_record_cache_t *
ngx_crm_record_cache_alloc(ngx_crm_main_conf_t *conf, ngx_crm_zone_t *zone,
    ngx_slab_pool_t *shpool, ngx_uint_t known)
{
    size_t                    max;
    ngx_crm_record_cache_t  *entry, *victim;

    max = (shpool->end - (u_char *) shpool) / NGX_CRM_RECORD_CACHE_UNKNOWN;
    victim = NULL;

    if (!known && zone->nunknown + ngx_crm_record_cache_slot() > max) {
        victim = ngx_crm_record_cache_last(&zone->unknown);
    }

    for ( ;; ) {

        if (victim) {
            ngx_crm_record_cache_free(zone, shpool, victim);
        }

        entry = ngx_slab_alloc_locked(shpool,
                                      sizeof(ngx_crm_record_cache_t));
        if (entry) {
            return entry;
        }

        victim = ngx_crm_record_cache_victim(conf, zone, known);
        if (victim == NULL) {
            return NULL;
        }
    }
}


/* Who makes room; NULL: nobody has to, for a key that is not known. */

static ngx_crm_record_cache_t *
ngx_crm_record_cache_victim(ngx_crm_main_conf_t *conf, ngx_crm_zone_t *zone,
    ngx_uint_t known)
{
    ngx_crm_record_cache_t  *last, *unknown;

    last = ngx_crm_record_cache_last(&zone->known);

    if (last && ngx_crm_record_cache_state(conf, last) == NGX_DECLINED) {
        return last;
    }

    unknown = ngx_crm_record_cache_last(&zone->unknown);

    if (unknown) {
        return unknown;
    }

    return known ? last : NULL;
}


ngx_int_t
ngx_crm_record_cache_yield(ngx_crm_main_conf_t *conf, ngx_crm_zone_t *zone,
    ngx_slab_pool_t *shpool)
{
    ngx_crm_record_cache_t  *victim;

    victim = ngx_crm_record_cache_victim(conf, zone, 1);

    if (victim == NULL) {
        return NGX_DECLINED;
    }

    ngx_crm_record_cache_free(zone, shpool, victim);

    return NGX_OK;
}


static ngx_crm_record_cache_t *
ngx_crm_record_cache_last(ngx_queue_t *queue)
{
    ngx_queue_t  *q;

    if (ngx_queue_empty(queue)) {
        return NULL;
    }

    q = ngx_queue_last(queue);

    return ngx_queue_data(q, ngx_crm_record_cache_t, queue);
}


static void
ngx_crm_record_cache_free(ngx_crm_zone_t *zone, ngx_slab_pool_t *shpool,
    ngx_crm_record_cache_t *entry)
{
    if (!entry->record.known) {
        zone->nunknown -= ngx_crm_record_cache_slot();
    }

    ngx_rbtree_delete(&zone->keys, &entry->node);
    ngx_queue_remove(&entry->queue);
    ngx_slab_free_locked(shpool, entry);
}


ngx_uint_t
ngx_crm_record_cache_dropped(void)
{
    ngx_crm_zone_t   *zone;
    ngx_slab_pool_t  *shpool;

    zone = ngx_crm_zone(&shpool);

    return zone ? zone->dropped : 0;
}


void
ngx_crm_record_cache_drop(const u_char digest[NGX_CRM_SHA256_LEN])
{
    ngx_crm_zone_t           *zone;
    ngx_slab_pool_t          *shpool;
    ngx_crm_record_cache_t  *entry;

    zone = ngx_crm_zone(&shpool);

    if (zone == NULL) {
        return;
    }

    ngx_shmtx_lock(&shpool->mutex);

    zone->dropped++;

    entry = ngx_crm_record_cache_find(zone, digest);

    if (entry) {
        ngx_crm_record_cache_free(zone, shpool, entry);
    }

    ngx_shmtx_unlock(&shpool->mutex);
}


ngx_int_t
ngx_crm_record_cache_client(u_char digest[NGX_CRM_SHA256_LEN],
    const ngx_str_t *id)
{
    static const u_char  kind[NGX_CRM_SHA256_LEN] = "client";

    return ngx_crm_digest_hmac(digest, kind, id, 1);
}
