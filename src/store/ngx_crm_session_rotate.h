/* Refresh tokens coming back: read without asking, spent by one script. */

#ifndef _NGX_CRM_SESSION_ROTATE_H_INCLUDED_
#define _NGX_CRM_SESSION_ROTATE_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_session.h"


/*
 * Reads a refresh token and sets cid, sid and generation, which point into
 * its text, and issued, as ngx_crm_session_open does.  Returns NGX_OK;
 * NGX_DECLINED: no edge has made it, or for another app or mode than the
 * request's; NGX_ERROR.
 */
ngx_int_t ngx_crm_session_rotate_read(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_str_t *token, ngx_crm_session_t *session);

/*
 * Asks for the token to be spent, and for ctx->person, who is session->cid.
 * Returns NGX_AGAIN, NGX_ERROR or 503.
 */
ngx_int_t ngx_crm_session_rotate_ask(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_session_t *session);

/*
 * In the next step: sets generation, the successor's, finish, and the members
 * of ctx->person.  Returns NGX_OK; NGX_DECLINED: there is no such session, or
 * the contact is not active; NGX_ABORT: the token was spent long ago, so
 * somebody else has it too; NGX_ERROR; or 502.
 */
ngx_int_t ngx_crm_session_rotate_taken(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_crm_session_t *session);


#endif /* _NGX_CRM_SESSION_ROTATE_H_INCLUDED_ */
