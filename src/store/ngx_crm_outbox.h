/* Messages for whoever sends them: the stream crm:outbox. */

#ifndef _NGX_CRM_OUTBOX_H_INCLUDED_
#define _NGX_CRM_OUTBOX_H_INCLUDED_


#include "ngx_crm.h"


typedef struct {
    ngx_str_t    channel;      /* "SMS" or "EMAIL" */
    ngx_str_t    to;
    ngx_str_t    template;     /* "otp" */
    ngx_str_t    secret_name;  /* "code" or "token" */
    ngx_str_t    secret;
    ngx_str_t    contact;      /* empty: nobody; nothing will be sent */
    time_t       expires;      /* Unix seconds */
} ngx_crm_outbox_message_t;


/*
 * Asks for the message to be put out, trimming by age and by the hard cap.
 * For nobody the same work is done on a stream that nobody reads.  Returns
 * NGX_AGAIN or 503; ngx_crm_outbox_put reads the reply in the next step and
 * logs what the cap threw away.
 */
ngx_int_t ngx_crm_outbox_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_outbox_message_t *message);
ngx_int_t ngx_crm_outbox_put(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);


#endif /* _NGX_CRM_OUTBOX_H_INCLUDED_ */
