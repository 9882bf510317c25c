/* A crm_api location: its API, its shapes, and what it must not inherit. */

#ifndef _NGX_CRM_LOCATION_H_INCLUDED_
#define _NGX_CRM_LOCATION_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Merges crm_api and crm_answer of a location with what surrounds it, and
 * checks the outcome.  Returns NGX_CONF_OK, or NGX_CONF_ERROR after a sentence
 * in the log.
 */
char *ngx_crm_location_merge(ngx_conf_t *cf, ngx_crm_loc_conf_t *prev,
    ngx_crm_loc_conf_t *conf);


#endif /* _NGX_CRM_LOCATION_H_INCLUDED_ */
