/* The context of a request, which internal redirects wipe and we find. */

#ifndef _NGX_CRM_CONTEXT_H_INCLUDED_
#define _NGX_CRM_CONTEXT_H_INCLUDED_


#include "ngx_crm.h"


/* The request's context, found again after a redirect; NULL: it has none. */
ngx_crm_ctx_t *ngx_crm_context_find(ngx_http_request_t *r);

/*
 * The same for whoever only asks whose a request is.  The copies that NGINX
 * makes of one, to refresh a cache or for a slice, begin at its content: they
 * meet no gate, and have what the request has.
 */
ngx_crm_ctx_t *ngx_crm_context_read(ngx_http_request_t *r);

/* Makes one for a copy of a request.  Returns NULL where memory is out. */
ngx_crm_ctx_t *ngx_crm_context_copy(ngx_http_request_t *r,
    const ngx_crm_ctx_t *from);

/* Makes it.  Returns NULL where memory is out. */
ngx_crm_ctx_t *ngx_crm_context_create(ngx_http_request_t *r);


#endif /* _NGX_CRM_CONTEXT_H_INCLUDED_ */
