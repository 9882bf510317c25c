/* crm_status: what the edge counts, and whether it is ready. */

#ifndef _NGX_CRM_STATUS_H_INCLUDED_
#define _NGX_CRM_STATUS_H_INCLUDED_


#include "ngx_crm.h"


/*
 * The `set` of crm_status, which makes a location answer so: "json" and
 * "prometheus" (text format 0.0.4) give the counters of all workers, whether
 * Redis is up for the one that answers, and whether revocations are told to
 * the machine; "health" gives 200, or 503 while Redis is not up, or the
 * revocations have not been loaded yet.
 */
char *ngx_crm_status_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


#endif /* _NGX_CRM_STATUS_H_INCLUDED_ */
