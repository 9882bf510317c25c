/*
 * The first proof that a contact's address is its own.  Until then anybody
 * may have registered it: what was set before is void, who is signed in is
 * signed out.
 */

#ifndef _NGX_CRM_FIRST_PROOF_H_INCLUDED_
#define _NGX_CRM_FIRST_PROOF_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Goes on, after the step that calls this, with the list next, for ctx->person
 * who is found and has just proven an address.  Where that is the first proof
 * (is_verified is "false", as a registration writes it), this is done before,
 * and done again at the next proof where it was cut off: the password goes,
 * or, where handle is the auth_otp of the registration that brought one, that
 * one comes in its place; the tokens are revoked and the sessions end; then
 * is_verified becomes "true".  Where nobody has said whether it is, it becomes
 * "true", too, and nothing goes.  handle may be NULL, and must stay.  Returns
 * NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_first_proof_begin(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_str_t *handle,
    const ngx_crm_step_pt *next);


#endif /* _NGX_CRM_FIRST_PROOF_H_INCLUDED_ */
