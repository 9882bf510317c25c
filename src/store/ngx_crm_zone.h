/*
 * The one shared zone: API keys, revocations, counters, the kinds of password
 * hashes in use.  Everything in it may be lost and asked anew.
 */

#ifndef _NGX_CRM_ZONE_H_INCLUDED_
#define _NGX_CRM_ZONE_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_revoked_zone.h"


#define NGX_CRM_ZONE_KINDS    16
#define NGX_CRM_ZONE_SETTING  64     /* NGX_CRM_SETTING_MAX */


typedef enum {
    NGX_CRM_COUNT_PASSED = 0, NGX_CRM_COUNT_ANSWERED, NGX_CRM_COUNT_REFUSED,
    NGX_CRM_COUNT_KEY_HIT, NGX_CRM_COUNT_KEY_MISS, NGX_CRM_COUNT_KEY_STALE,
    NGX_CRM_COUNT_TOKEN_HIT, NGX_CRM_COUNT_TOKEN_MISS,
    NGX_CRM_COUNT_OUTBOX_LOST,
    NGX_CRM_COUNT_REVOKED_STALE, NGX_CRM_COUNT_REVOKED_ASKED,
    NGX_CRM_COUNT_REVOKED_LOST, NGX_CRM_NCOUNTS
} ngx_crm_count_e;


/* lies in the zone; its lock is shpool->mutex */
typedef struct {
    ngx_rbtree_t         keys;
    ngx_rbtree_node_t    sentinel;
    ngx_queue_t          known;      /* least recently used last */
    ngx_queue_t          unknown;
    ngx_uint_t           nunknown;   /* bytes that negative entries hold */
    ngx_uint_t           dropped;    /* entries, by events */
    ngx_crm_revoked_zone_t  revoked;
    ngx_uint_t           nkinds;
    u_char               kinds[NGX_CRM_ZONE_KINDS][NGX_CRM_ZONE_SETTING];
    ngx_atomic_t         counts[NGX_CRM_NCOUNTS];
} ngx_crm_zone_t;


/* The bounds of crm_zone, to stand in its command's post. */
extern ngx_conf_post_t  ngx_crm_zone_size;

/* Makes the zone of crm_zone.  Returns NGX_OK or NGX_ERROR. */
ngx_int_t ngx_crm_zone_create(ngx_conf_t *cf, ngx_crm_main_conf_t *conf);

/* The zone and its allocator, or NULL: there is none. */
ngx_crm_zone_t *ngx_crm_zone(ngx_slab_pool_t **shpool);

/* Counts; does nothing without a zone. */
void ngx_crm_zone_count(ngx_crm_count_e what);

/* Notes that password hashes of this kind and cost are in use. */
void ngx_crm_zone_note_kind(const char *setting);

/*
 * Copies the kind that a name's decoy is of, chosen by n (a keyed digest of
 * the name) among those in use.  Returns NGX_DECLINED where none is known.
 */
ngx_int_t ngx_crm_zone_kind(ngx_uint_t n, char setting[NGX_CRM_ZONE_SETTING]);


#endif /* _NGX_CRM_ZONE_H_INCLUDED_ */
