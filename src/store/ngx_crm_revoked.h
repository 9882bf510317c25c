/*
 * Tokens that are no longer good although their signature is: of a session
 * that has ended, or of a contact, issued up to a time.  crm:revoked in Redis
 * is the truth; the zone is its copy, fed by crm:events.
 *
 * crm:revoked is a zset, member -> Unix seconds until which it stands:
 *     s:<sid>, s:test:<sid>        a session of live, of test mode
 *     c:<mode>:<cid>:<time>        a contact's tokens issued up to that time
 * P revoked:{crm:revoked}:<cid>, in the same slot, is the newest such time.
 */

#ifndef _NGX_CRM_REVOKED_H_INCLUDED_
#define _NGX_CRM_REVOKED_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_revocation.h"


/*
 * Two steps that stand together, behind the one that proves ctx->contact by a
 * token: they refuse with 401 a token that is revoked.  The zone alone is
 * asked where it holds all that Redis does; else Redis, one ZSCORE and one
 * GET a token, and 503 where Redis is away.
 */
ngx_int_t ngx_crm_revoked_check(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
ngx_int_t ngx_crm_revoked_checked(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);

/*
 * Says whether the zone holds a revocation of a session.  Returns NGX_OK: it
 * does; NGX_DECLINED; or NGX_ERROR.
 */
ngx_int_t ngx_crm_revoked_session(ngx_crm_mode_e mode, const ngx_str_t *sid);

/*
 * Asks to revoke the access tokens of one session of the request's mode, and
 * to tell all edges.  exp, Unix seconds, is the end of a token of the session
 * that is known, or 0: the revocation stands until then, or until the last
 * token that an edge can have minted by now has ended, and leeway and 60 s.
 * The next step is ngx_crm_revoked_note.  The caller ends the session too:
 * first where this very request may be repeated with one of its tokens, and
 * else after it.  It may be repeated.  Returns NGX_AGAIN, NGX_ERROR or 503.
 */
ngx_int_t ngx_crm_revoked_ask_session(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_str_t *sid, time_t exp);

/*
 * As above, for all tokens of a contact that have been issued up to now; the
 * request's own among them, however its issuer's clock goes.
 */
ngx_int_t ngx_crm_revoked_ask_contact(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_str_t *cid);

/* The same for what no request asks for and the zone keeps already. */
ngx_int_t ngx_crm_revoked_send(ngx_crm_main_conf_t *conf,
    const ngx_crm_revocation_t *revocation);

/*
 * The step behind either of them: this machine refuses the tokens from now
 * on, whether its subscription is up or not.  Returns NGX_OK or 502.
 */
ngx_int_t ngx_crm_revoked_note(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);

/*
 * What a token of the contact that is minted now must have as iat, Unix
 * seconds: the time, or the second after a revocation of this very second,
 * which else would concern it too.
 */
time_t ngx_crm_revoked_issue(ngx_crm_mode_e mode, const ngx_str_t *cid);

/* When the last token that it concerns, and we have minted, has expired. */
time_t ngx_crm_revoked_end(ngx_crm_main_conf_t *conf,
    const ngx_crm_revocation_t *revocation);


#endif /* _NGX_CRM_REVOKED_H_INCLUDED_ */
