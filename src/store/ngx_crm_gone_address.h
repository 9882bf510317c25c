/* A contact's old address, once the CRM has taken another. */

#ifndef _NGX_CRM_GONE_ADDRESS_H_INCLUDED_
#define _NGX_CRM_GONE_ADDRESS_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Takes the e-mail address that the store has of the token's contact, unless
 * it is ctx->held.address, out of it, and the identity that leads by it to
 * that contact: until the CRM's side writes the new one, codes go to none.
 * Nobody waits for that; what Redis does not hear of is logged.
 */
void ngx_crm_gone_address(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);


#endif /* _NGX_CRM_GONE_ADDRESS_H_INCLUDED_ */
