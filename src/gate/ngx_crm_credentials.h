/*
 * What a request brings to prove itself.  The header list is read, not
 * $http_…, which cannot tell api_key from api-key.
 */

#ifndef _NGX_CRM_CREDENTIALS_H_INCLUDED_
#define _NGX_CRM_CREDENTIALS_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Sets ctx->sent_key, sent_secret, sent_token and sent_refresh from the
 * headers of the API, of its encrypted variant where ctx->held.sealed is set,
 * or of the main request where this is a subrequest of it.  Two refresh tokens
 * that differ are an empty one.  Returns NGX_OK, or 400 where one of them came
 * twice or two of them disagree.
 */
ngx_int_t ngx_crm_credentials_read(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


#endif /* _NGX_CRM_CREDENTIALS_H_INCLUDED_ */
