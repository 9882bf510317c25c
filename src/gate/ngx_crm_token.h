/* The bearer token: who a request says it comes from. */

#ifndef _NGX_CRM_TOKEN_H_INCLUDED_
#define _NGX_CRM_TOKEN_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Two steps that stand together: they verify ctx->sent_token, where one was
 * sent or the route needs one, a JWT in the first, an opaque one, which is
 * looked up, in the second, and set contact, session, mode and app.  Return
 * NGX_OK, NGX_AGAIN, 401, 403 (its mode is not the API key's), NGX_ERROR, and
 * what ngx_crm_opaque_find does.
 */
ngx_int_t ngx_crm_token_check(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
ngx_int_t ngx_crm_token_take(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);


#endif /* _NGX_CRM_TOKEN_H_INCLUDED_ */
