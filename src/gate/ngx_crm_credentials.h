/*
 * What a request brings to prove itself, and what of it goes upstream.  The
 * header list is read, not $http_…, which cannot tell api_key from api-key.
 */

#ifndef _NGX_CRM_CREDENTIALS_H_INCLUDED_
#define _NGX_CRM_CREDENTIALS_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Sets ctx->sent_key and ctx->sent_token from the headers of the API, or of
 * the main request where this is a subrequest of it.  Returns NGX_OK, or 400
 * where one of them came twice or two of them disagree.
 */
ngx_int_t ngx_crm_credentials_read(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);

/*
 * Takes X-CRM-… of the client's out of the request's headers, before anybody
 * can be told them: auth_request, an error_page.  Returns NGX_OK or
 * NGX_ERROR.
 */
ngx_int_t ngx_crm_credentials_disown(ngx_http_request_t *r);

/*
 * Makes the header list that goes upstream: without X-CRM-… of the client's,
 * without credentials (unless crm_forward_credentials), and with our X-CRM-…
 * where told says that the gate has passed the request.  The pointers of
 * r->headers_in stay as they are.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_credentials_replace(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_uint_t told);


#endif /* _NGX_CRM_CREDENTIALS_H_INCLUDED_ */
