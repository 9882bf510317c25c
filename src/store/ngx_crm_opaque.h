/*
 * Session tokens that say nothing: 32 hex digits, of which the first is even
 * in live mode and odd in test mode.  P opaque:{sha256(token)} holds cid, sid,
 * app, and iat and exp in Unix seconds.
 */

#ifndef _NGX_CRM_OPAQUE_H_INCLUDED_
#define _NGX_CRM_OPAQUE_H_INCLUDED_


#include "ngx_crm.h"


struct ngx_crm_opaque_s {
    ngx_str_t         contact;
    ngx_str_t         session;
    ngx_str_t         app;
    time_t            issued;
    time_t            expires;
    ngx_crm_mode_e    mode;
};


/* Says whether a text is of a token's form. */
ngx_uint_t ngx_crm_opaque_is(const ngx_str_t *token);

/*
 * A step: looks for ctx->sent_token, which is of the form, as API keys are
 * looked for, and sets ctx->opaque before the next step runs; it stays NULL
 * where the token is unknown.  Whether it has expired is the caller's to see.
 */
ngx_int_t ngx_crm_opaque_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);

/*
 * Makes a token of the request's mode, in memory of the request, and asks to
 * keep it until it expires.  Returns NGX_AGAIN, NGX_ERROR or 503; in the next
 * step, issued returns NGX_OK or 502.
 */
ngx_int_t ngx_crm_opaque_issue(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_opaque_t *opaque, ngx_str_t *token);
ngx_int_t ngx_crm_opaque_issued(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);


#endif /* _NGX_CRM_OPAQUE_H_INCLUDED_ */
