/* The end of sessions; their tokens are revoked by ngx_crm_revoked.h. */

#ifndef _NGX_CRM_SESSION_END_H_INCLUDED_
#define _NGX_CRM_SESSION_END_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Asks to end one session of a contact; one that is not there has ended.
 * Returns NGX_AGAIN, NGX_ERROR or 503.
 */
ngx_int_t ngx_crm_session_end(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *cid, const ngx_str_t *sid);

/*
 * The work of two steps that stand together, to end all sessions of a contact:
 * the first asks for a page of them, the second, of the same cid, to end
 * those, and has both run again while there may be more.  Return NGX_AGAIN,
 * NGX_ERROR or 503; the second NGX_OK too, where there are none, and 502.
 */
ngx_int_t ngx_crm_session_end_find(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_str_t *cid);
ngx_int_t ngx_crm_session_end_found(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_str_t *cid);


#endif /* _NGX_CRM_SESSION_END_H_INCLUDED_ */
