/* Pass keys: crm:passkey:{sha256(pass key)} holds the id of its client. */

#ifndef _NGX_CRM_PASS_KEY_H_INCLUDED_
#define _NGX_CRM_PASS_KEY_H_INCLUDED_


#include "ngx_crm.h"


/*
 * A step: looks for ctx->sent_key as API keys are looked for, and sets
 * ctx->held.sealed->client before the next step runs; it stays empty where the
 * pass key is unknown.
 */
ngx_int_t ngx_crm_pass_key_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);

/*
 * Forgets a pass key by its SHA-256 in hex: it is asked anew.  Returns NGX_OK,
 * or NGX_ERROR: that is no SHA-256.
 */
ngx_int_t ngx_crm_pass_key_forget(const ngx_str_t *hex);


#endif /* _NGX_CRM_PASS_KEY_H_INCLUDED_ */
