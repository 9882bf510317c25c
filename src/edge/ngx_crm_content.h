/* The requests that the edge answers itself: their body and their steps. */

#ifndef _NGX_CRM_CONTENT_H_INCLUDED_
#define _NGX_CRM_CONTENT_H_INCLUDED_


#include "ngx_crm.h"


/*
 * The content handler of a row with steps: reads the body, parses it and
 * walks the steps.  Returns NGX_DONE or a status.
 */
ngx_int_t ngx_crm_content_handler(ngx_http_request_t *r);


#endif /* _NGX_CRM_CONTENT_H_INCLUDED_ */
