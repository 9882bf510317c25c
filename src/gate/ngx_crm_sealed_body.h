/* The bodies of a client that encrypts, in both directions. */

#ifndef _NGX_CRM_SEALED_BODY_H_INCLUDED_
#define _NGX_CRM_SEALED_BODY_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Says whether a request is a proven client's whose body has not been opened.
 */
ngx_uint_t ngx_crm_sealed_body_is_closed(const ngx_crm_ctx_t *ctx);

/*
 * Opens the body, which has been read, and puts the plain one in its place;
 * GET, HEAD, DELETE and OPTIONS may have none.  Returns NGX_OK, also where
 * nothing was sealed; 401, as for a wrong proof, where it is not what the
 * client has sealed for this proof; or NGX_ERROR.
 */
ngx_int_t ngx_crm_sealed_body_open(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);

/*
 * Seals an answer for the client, in memory of the request.  Returns NGX_OK
 * or NGX_ERROR.
 */
ngx_int_t ngx_crm_sealed_body_seal(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *plain, ngx_str_t *text);


#endif /* _NGX_CRM_SEALED_BODY_H_INCLUDED_ */
