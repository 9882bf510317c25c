/* The last check, of the body: in ACCESS, and for few routes. */

#ifndef _NGX_CRM_GATE_BODY_H_INCLUDED_
#define _NGX_CRM_GATE_BODY_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Opens the body of a client that encrypts.  Holds the body of a request that
 * has passed to the rules of its route, and its code to crm_otp_verify.
 * Returns NGX_OK; NGX_AGAIN or NGX_DONE, to be returned: the phase handler is
 * called again; or the status of a refusal.
 */
ngx_int_t ngx_crm_gate_body(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);


#endif /* _NGX_CRM_GATE_BODY_H_INCLUDED_ */
