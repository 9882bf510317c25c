/* crm_status: what the edge counts, and whether it is ready. */

#ifndef _NGX_CRM_STATUS_H_INCLUDED_
#define _NGX_CRM_STATUS_H_INCLUDED_


#include "ngx_crm.h"


/*
 * The content handler that crm_status names, or NULL: "json" and "prometheus"
 * (text format 0.0.4) give the counters of all workers and whether Redis is
 * up for the one that answers; "health" gives 200, or 503 while it is not.
 */
ngx_http_handler_pt ngx_crm_status_named(const ngx_str_t *format);


#endif /* _NGX_CRM_STATUS_H_INCLUDED_ */
