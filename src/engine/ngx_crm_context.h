/* The context of a request, which internal redirects wipe and we find. */

#ifndef _NGX_CRM_CONTEXT_H_INCLUDED_
#define _NGX_CRM_CONTEXT_H_INCLUDED_


#include "ngx_crm.h"


/* The request's context, found again after a redirect; NULL: it has none. */
ngx_crm_ctx_t *ngx_crm_context_find(ngx_http_request_t *r);

/* Makes it.  Returns NULL where memory is out. */
ngx_crm_ctx_t *ngx_crm_context_create(ngx_http_request_t *r);


#endif /* _NGX_CRM_CONTEXT_H_INCLUDED_ */
