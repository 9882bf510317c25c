/* What of a request's headers goes upstream, and what of ours. */

#ifndef _NGX_CRM_FORWARD_H_INCLUDED_
#define _NGX_CRM_FORWARD_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Takes X-CRM-… of the client's out of the request's headers, before anybody
 * can be told them: auth_request, an error_page.  Returns NGX_OK or
 * NGX_ERROR.
 */
ngx_int_t ngx_crm_forward_disown(ngx_http_request_t *r);

/*
 * Makes the header list that goes upstream: without X-CRM-… of the client's,
 * without credentials (unless crm_forward_credentials), and with our X-CRM-…
 * where told says that the gate has passed the request.  Where the answer will
 * be rewritten, it is asked for whole and without an encoding.  Of a client
 * that encrypts the id is written as a plain request has it.  The pointers
 * of r->headers_in stay as they are.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_forward_replace(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_uint_t told);


#endif /* _NGX_CRM_FORWARD_H_INCLUDED_ */
