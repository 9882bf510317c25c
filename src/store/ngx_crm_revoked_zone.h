/*
 * The zone's copy of crm:revoked.  An entry leaves when it has expired and
 * never before; one that finds no room is noted as missing.
 */

#ifndef _NGX_CRM_REVOKED_ZONE_H_INCLUDED_
#define _NGX_CRM_REVOKED_ZONE_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_revocation.h"
#include "base/ngx_crm_table.h"


/* a part of ngx_crm_zone_t, under its lock */
typedef struct {
    ngx_crm_table_t      names;
    ngx_rbtree_t         ends;       /* the same, by the time they expire */
    ngx_rbtree_node_t    ends_sentinel;
    ngx_uint_t           sessions;   /* of each kind */
    ngx_uint_t           contacts;

    ngx_uint_t           missing;    /* that found no room, ever */
    ngx_uint_t           full;       /* one of them is missing still */
    ngx_uint_t           whole;      /* loaded, and nothing is missing */
    ngx_msec_t           proven;     /* when the subscription was up, */
    ngx_pid_t            prover;     /* and whose; 0: nobody's is now */
    ngx_uint_t           told;       /* the log, that it was lost */
} ngx_crm_revoked_zone_t;


/* Returns NGX_OK or NGX_ERROR: there is no room, or nothing random. */
ngx_int_t ngx_crm_revoked_zone_init(ngx_crm_revoked_zone_t *revoked,
    ngx_slab_pool_t *shpool);

/*
 * Keeps a revocation until it expires; of two, the later time and end.  An
 * event's is raised so that it is later than any other that is kept, unless
 * that is the very same event, and no token has been issued since.
 * Returns NGX_OK; NGX_DECLINED: nothing in it is new, or it has expired;
 * NGX_ERROR: it found no room, which is logged once, and counted.
 */
ngx_int_t ngx_crm_revoked_zone_add(ngx_crm_main_conf_t *conf,
    ngx_crm_revocation_t *revocation);

/*
 * Looks for what is kept for the same session or contact.  Returns NGX_OK
 * with the time until which the contact's tokens are revoked, NGX_DECLINED,
 * or NGX_ERROR.
 */
ngx_int_t ngx_crm_revoked_zone_find(const ngx_crm_revocation_t *revocation,
    time_t *issued);

/* The same for who issues a token of the contact, later than that time. */
ngx_int_t ngx_crm_revoked_zone_issue(const ngx_crm_revocation_t *revocation,
    time_t *issued);


#endif /* _NGX_CRM_REVOKED_ZONE_H_INCLUDED_ */
