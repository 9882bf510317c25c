/* Whether the zone holds all that crm:revoked does, and still is told. */

#ifndef _NGX_CRM_REVOKED_TRUST_H_INCLUDED_
#define _NGX_CRM_REVOKED_TRUST_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_revoked_zone.h"


typedef enum {
    NGX_CRM_REVOKED_FRESH = 0,
    NGX_CRM_REVOKED_STALE,           /* as whole as it was when told last */
    NGX_CRM_REVOKED_PARTIAL          /* not loaded yet, or too full */
} ngx_crm_revoked_trust_e;


ngx_crm_revoked_trust_e ngx_crm_revoked_trust(ngx_crm_main_conf_t *conf);

/*
 * A load begins; has ended, with all of crm:revoked added.  The first returns
 * what the second wants: whether anything was found missing between the two.
 */
ngx_uint_t ngx_crm_revoked_trust_load(void);
void ngx_crm_revoked_trust_loaded(ngx_uint_t missing);

/* This process, having loaded, was subscribed at that time (ms). */
void ngx_crm_revoked_trust_prove(ngx_msec_t then);

/* It is not any more; told in the log once, whoever of the workers it was. */
void ngx_crm_revoked_trust_lose(ngx_crm_main_conf_t *conf);

/* Says whether something is missing since the zone was too full for it. */
ngx_uint_t ngx_crm_revoked_trust_is_full(void);

/* How many revocations the zone holds. */
ngx_uint_t ngx_crm_revoked_trust_count(void);


#endif /* _NGX_CRM_REVOKED_TRUST_H_INCLUDED_ */
