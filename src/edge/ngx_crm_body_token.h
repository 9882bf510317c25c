/* Routes where a `token` in the body stands for one in a header. */

#ifndef _NGX_CRM_BODY_TOKEN_H_INCLUDED_
#define _NGX_CRM_BODY_TOKEN_H_INCLUDED_


#include "ngx_crm.h"


/* Says whether the verdict is that a token lacks, which the body may hold. */
ngx_uint_t ngx_crm_body_token_is_wanted(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);

/*
 * In a phase handler: reads the body and looks for the token, once.  The CRM
 * gets the body as it came, and alone can tell whether its token is good.
 * Returns NGX_OK: the gate may judge anew; or as ngx_crm_body_read does.
 */
ngx_int_t ngx_crm_body_token_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);


#endif /* _NGX_CRM_BODY_TOKEN_H_INCLUDED_ */
