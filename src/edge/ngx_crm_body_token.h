/* Routes where a `token` in the body stands for one in a header. */

#ifndef _NGX_CRM_BODY_TOKEN_H_INCLUDED_
#define _NGX_CRM_BODY_TOKEN_H_INCLUDED_


#include "ngx_crm.h"


/* Says whether the verdict is that a token lacks, which the body may hold. */
ngx_uint_t ngx_crm_body_token_is_wanted(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);

/*
 * A phase handler's last word: reads the body, looks for the token, and calls
 * the phase handler once more.  The CRM gets the body as it came, and alone
 * can tell whether its token is good.  Returns NGX_DONE or a status.
 */
ngx_int_t ngx_crm_body_token_read(ngx_http_request_t *r);


#endif /* _NGX_CRM_BODY_TOKEN_H_INCLUDED_ */
