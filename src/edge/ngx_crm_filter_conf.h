/* The directives of envelopes. */

#ifndef _NGX_CRM_FILTER_CONF_H_INCLUDED_
#define _NGX_CRM_FILTER_CONF_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Reads an API's name into a pointer to its dialect: crm_upstream_envelope,
 * and crm_error_envelope, which takes off as well.
 */
char *ngx_crm_filter_conf_dialect(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * In a server with crm_error_envelope, what has no location is told in that
 * envelope, not by an error_page.  Call it when all is merged.
 */
void ngx_crm_filter_conf_servers(ngx_conf_t *cf);


#endif /* _NGX_CRM_FILTER_CONF_H_INCLUDED_ */
