/* What the CRM has done with a contact, as its answers tell. */

#ifndef _NGX_CRM_GONE_H_INCLUDED_
#define _NGX_CRM_GONE_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Before an answer goes out that the CRM does not call a failure; status is
 * what it stands for.  Where a 2xx to a request that the gate has passed, in
 * a location of an API, has deleted the token's contact, disables it in the
 * store and ends its sessions; where it has taken ctx->held.address,
 * the one before is no way in.  Nobody waits for that; what Redis does not
 * hear of is logged.
 */
void ngx_crm_gone_note(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_uint_t status);


#endif /* _NGX_CRM_GONE_H_INCLUDED_ */
