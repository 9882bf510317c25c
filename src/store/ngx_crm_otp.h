/* One-time passwords: sent once a while, tried a few times, spent once. */

#ifndef _NGX_CRM_OTP_H_INCLUDED_
#define _NGX_CRM_OTP_H_INCLUDED_


#include "ngx_crm.h"


typedef enum { NGX_CRM_SMS = 0, NGX_CRM_MAIL } ngx_crm_channel_e;


/* what a flow asks of the lists below, in ctx->flow */
typedef struct {
    ngx_crm_channel_e       channel;       /* send */
    const char             *purpose;       /* "login": both must agree */
    const char             *template;      /* of the message; "otp" */
    ngx_str_t               handle;        /* check; empty: by credentials */
    ngx_str_t               code;          /* check; wiped */
    const ngx_crm_step_pt  *then;          /* check; NULL: to sign in */
    const void             *spent;         /* what may be given back */
    time_t                  wait;          /* Retry-After, s */
    void                   *state;         /* the lists' own */
    void                   *flow;          /* the flow's own */
} ngx_crm_otp_t;


/*
 * Makes what a flow asks, in ctx->flow; purpose is text of a table.  Returns
 * NULL where memory is out.
 */
ngx_crm_otp_t *ngx_crm_otp_create(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const char *purpose);

/*
 * Finds whom the credentials in ctx->person name, sends a code there, and
 * answers with the handle and the obfuscated destination, or refuses with
 * 429.  Nobody gets the same answer, and nothing is sent.  Ends the request.
 */
extern const ngx_crm_step_pt  ngx_crm_otp_send[];

/*
 * The same in two: make, a step, makes a code for ctx->person, who has been
 * looked for already, and sets handle; made does the rest.
 */
ngx_int_t ngx_crm_otp_send_make(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
extern const ngx_crm_step_pt  ngx_crm_otp_send_made[];

/*
 * Checks and spends a code, found by its handle or by the credentials in
 * ctx->person (both: they must agree), then signs its owner in
 * (ngx_crm_sign_in).  A wrong, expired, spent or void one is refused, all
 * alike.  With a list to go on with instead, that the code was received is
 * what counts, whoever's it is, and it may be given back.
 */
extern const ngx_crm_step_pt  ngx_crm_otp_check[];

/* Says whether a text has the form of a code. */
ngx_uint_t ngx_crm_otp_is_code(const ngx_str_t *text);

/*
 * Gives the code that was checked last back, with the tries it had left,
 * unless it has expired or a newer one was sent.  Nobody waits for it.
 */
void ngx_crm_otp_give_back(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_t *otp);


#endif /* _NGX_CRM_OTP_H_INCLUDED_ */
