/*
 * Resetting a password with a ticket.  A ticket and a contact lie in two
 * slots, so the order is this, and each step may be repeated with the same
 * ticket and password: the password is stored and the ticket bound to it
 * (P reset:{cid}:newest, beside the contact), the contact's sessions end, its
 * tokens are revoked, the ticket is spent.  What fails in between is
 * asked for again; another password for the same ticket is refused.
 */

#ifndef _NGX_CRM_RESET_H_INCLUDED_
#define _NGX_CRM_RESET_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_ticket.h"


/*
 * Asks for a ticket, which is kept already, to be the contact's newest: the
 * older ones are void.  Returns NGX_AGAIN, NGX_ERROR or 503.
 */
ngx_int_t ngx_crm_reset_announce(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_ticket_t *ticket, time_t ttl);

/*
 * Asks to store the hash, NUL-terminated, of the password that came with the
 * ticket of ctx->flow.  As above; in the next step, stored returns NGX_OK, 502
 * or the refusal of the ticket.
 */
ngx_int_t ngx_crm_reset_store(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *password, const char *hash);
ngx_int_t ngx_crm_reset_stored(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);


#endif /* _NGX_CRM_RESET_H_INCLUDED_ */
