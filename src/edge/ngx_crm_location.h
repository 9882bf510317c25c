/* What is written in a location: an API, its shapes, what is inherited. */

#ifndef _NGX_CRM_LOCATION_H_INCLUDED_
#define _NGX_CRM_LOCATION_H_INCLUDED_


#include "ngx_crm.h"


/* Makes an ngx_crm_loc_conf_t in which nothing is written, or NULL. */
void *ngx_crm_location_create(ngx_conf_t *cf);

/*
 * Merges a child with what surrounds it, and checks the outcome.  Returns
 * NGX_CONF_OK, or NGX_CONF_ERROR after a sentence in the log.
 */
char *ngx_crm_location_merge(ngx_conf_t *cf, void *parent, void *child);


#endif /* _NGX_CRM_LOCATION_H_INCLUDED_ */
