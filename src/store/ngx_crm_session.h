/*
 * Sessions: one for each sign-in, at most 50 a contact, each with an absolute
 * end.  A session is one that P sessions:{cid} names and P session:{cid}:<sid>
 * describes; where only one of them speaks of it, it has ended.
 */

#ifndef _NGX_CRM_SESSION_H_INCLUDED_
#define _NGX_CRM_SESSION_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_secret.h"


typedef struct {
    ngx_str_t    cid;
    ngx_str_t    sid;              /* 128 random bits as hex */
    ngx_str_t    device;           /* as the client named it, or empty */
    ngx_str_t    push;             /* the address of its notifications */
    ngx_str_t    hash;             /* of the right password, or empty */
    int64_t      generation;       /* of its refresh token, from 1 */
    time_t       issued;           /* of its access token, Unix seconds */
    time_t       finish;           /* its end, Unix seconds */
    ngx_str_t    oldest;           /* sid of that which is to go, or empty */
} ngx_crm_session_t;


/*
 * Asks to open a session for cid, 1 to 128 characters of ngx_crm_text_is_id,
 * that ends after the location's crm_refresh_token_ttl, in place of the
 * oldest, if any is named; sets sid, generation, finish, and issued: what
 * revokes the contact's tokens between the asking and the answer must find
 * them older.  Returns NGX_AGAIN, NGX_ERROR or 503.
 */
ngx_int_t ngx_crm_session_open(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_session_t *session);

/*
 * In the next step: whether it is open.  Returns NGX_OK; NGX_BUSY: it would be
 * one too many, and oldest, set in memory of the request, is to be revoked
 * before it is asked for again; NGX_DECLINED: the contact is not active, or
 * has another password than hash, by now; NGX_ERROR; or 502.
 */
ngx_int_t ngx_crm_session_opened(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_session_t *session);

/*
 * Writes the refresh token of a session's generation, in memory of the
 * request: v1.kid.cid.sid.generation.mac, where mac is the base64url of
 * HMAC(refresh key, mode, app, all before) and mode and app are the
 * request's.  So a token is verified by being written anew with the secret
 * that it names, and compared.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_session_refresh_token(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_secret_t *secret,
    const ngx_crm_session_t *session, ngx_str_t *token);


#endif /* _NGX_CRM_SESSION_H_INCLUDED_ */
