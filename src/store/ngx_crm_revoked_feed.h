/*
 * What keeps the zone's copy of crm:revoked whole: a subscription to
 * crm:events in each worker and, once Redis has confirmed it and not before,
 * a load of all that it holds.  So nothing falls between the two.
 */

#ifndef _NGX_CRM_REVOKED_FEED_H_INCLUDED_
#define _NGX_CRM_REVOKED_FEED_H_INCLUDED_


#include "ngx_crm.h"


/* In a worker's init_process; returns NGX_OK or NGX_ERROR. */
ngx_int_t ngx_crm_revoked_feed_start(ngx_crm_main_conf_t *conf,
    ngx_cycle_t *cycle);

/* In its exit_process. */
void ngx_crm_revoked_feed_stop(void);


#endif /* _NGX_CRM_REVOKED_FEED_H_INCLUDED_ */
