/* Logging in: who fails is not told why, nor sooner than who succeeds. */

#ifndef _NGX_CRM_PROOF_H_INCLUDED_
#define _NGX_CRM_PROOF_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Goes on, after the step that calls this, to log in ctx->person, who has one
 * credential: by a password, which lives as long as the request, or, where it
 * is NULL, because that credential is registered at all.  The attempt is
 * counted (store.md, Login) and ends in a session, or is refused: with 429
 * while locked, 503 where too many passwords wait to be hashed, and as wrong
 * credentials whatever else was wrong.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_proof_begin(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *password);


#endif /* _NGX_CRM_PROOF_H_INCLUDED_ */
