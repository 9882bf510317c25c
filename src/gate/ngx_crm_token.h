/* The bearer token: who a request says it comes from. */

#ifndef _NGX_CRM_TOKEN_H_INCLUDED_
#define _NGX_CRM_TOKEN_H_INCLUDED_


#include "ngx_crm.h"


/*
 * A step: verifies ctx->sent_token, where one was sent or the route needs
 * one, and sets contact, session, mode and app.  Returns NGX_OK, 401, 403
 * (its mode is not the API key's) or NGX_ERROR.
 */
ngx_int_t ngx_crm_token_check(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);


#endif /* _NGX_CRM_TOKEN_H_INCLUDED_ */
