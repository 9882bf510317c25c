/*
 * Tickets: tokens that are mailed to an address and come back once, as P
 * reset:{sha256(token)} and P verify:{sha256(token)}.  A token is the letter
 * of its mode, l or t, and 32 random bytes as base64url; the key holds the
 * contact's id, a space and the address.
 */

#ifndef _NGX_CRM_TICKET_H_INCLUDED_
#define _NGX_CRM_TICKET_H_INCLUDED_


#include "ngx_crm.h"
#include "base/ngx_crm_digest.h"


#define NGX_CRM_TICKET_LEN  44       /* characters of a token */
#define NGX_CRM_TICKET_HEX  (2 * NGX_CRM_SHA256_LEN)


/* in ctx->flow, for the steps below */
typedef struct {
    const char    *kind;             /* "reset" or "verify" */
    ngx_str_t      token;            /* of one that is made; wiped */
    u_char         hex[NGX_CRM_TICKET_HEX];
    ngx_str_t      contact;
    ngx_str_t      address;          /* e-mail, in its normal form */
    void          *state;            /* the flow's own */
} ngx_crm_ticket_t;


/*
 * Makes a token of the request's mode, and asks to keep the ticket, of which
 * kind, contact and address are set, for ttl s.  Returns NGX_AGAIN, NGX_ERROR
 * or 503.
 */
ngx_int_t ngx_crm_ticket_issue(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_ticket_t *ticket, time_t ttl);

/*
 * Asks for the mail that brings the token of a ticket that has been issued for
 * ttl s; nobody is sent none.  ngx_crm_outbox_put is the next step.  Returns
 * NGX_AGAIN or 503.
 */
ngx_int_t ngx_crm_ticket_mail(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_ticket_t *ticket, const char *template, time_t ttl);

/*
 * Makes ctx->flow of a token that a client has sent, and the token's mode the
 * request's, without asking anybody.  Returns NGX_OK, NGX_ERROR, or the status
 * of a refusal: no edge makes such tokens, or the API key is of another mode.
 */
ngx_int_t ngx_crm_ticket_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const char *kind, const ngx_str_t *token);

/*
 * Steps: find asks for the ticket, found makes ctx->person of its address,
 * whom the steps of ngx_crm_person.h then find, and holder refuses where that
 * is nobody, or not the contact that the ticket was for: addresses change.
 */
ngx_int_t ngx_crm_ticket_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
ngx_int_t ngx_crm_ticket_found(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
ngx_int_t ngx_crm_ticket_holder(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);

/*
 * Steps: spend the ticket, and refuse where somebody else has spent it first.
 * They come last: until then, what has failed may be repeated.
 */
ngx_int_t ngx_crm_ticket_spend(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
ngx_int_t ngx_crm_ticket_spent(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);

/* The refusal of a token: malformed, unknown, expired and spent, all alike. */
ngx_int_t ngx_crm_ticket_refuse(ngx_crm_ctx_t *ctx);


#endif /* _NGX_CRM_TICKET_H_INCLUDED_ */
