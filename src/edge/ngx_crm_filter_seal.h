/* Sealed answers: their header, their body, and whatever it takes to send. */

#ifndef _NGX_CRM_FILTER_SEAL_H_INCLUDED_
#define _NGX_CRM_FILTER_SEAL_H_INCLUDED_


#include "ngx_crm.h"
#include "edge/ngx_crm_filter.h"
#include "engine/ngx_crm_envelope.h"


/*
 * Each sends the header of an answer in the API's envelope and makes its
 * body, which ngx_crm_filter_seal_send() sends.  They return what the next
 * header filter does, or NGX_ERROR.
 *
 * A refusal is of the context, or follows from the status; a failure is the
 * upstream's, whatever it said; a message is what was opened.
 */
ngx_int_t ngx_crm_filter_seal_refusal(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
ngx_int_t ngx_crm_filter_seal_failure(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
ngx_int_t ngx_crm_filter_seal_message(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_message_t *message);

/*
 * The same of the bytes that were held, which stay as they came, or are sealed
 * for a client that encrypts.
 */
ngx_int_t ngx_crm_filter_seal_held(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);

/*
 * Uses up what comes in, and sends the body once.  Returns what the next body
 * filter does.
 */
ngx_int_t ngx_crm_filter_seal_send(ngx_http_request_t *r,
    ngx_crm_filter_t *f, ngx_chain_t *in);

/* The same of these last buffers, and of what is added behind them. */
ngx_int_t ngx_crm_filter_seal_end(ngx_http_request_t *r, ngx_crm_filter_t *f,
    ngx_chain_t *out);

/* A buffer of a text in memory, in a link of its own; NULL: memory is out. */
ngx_chain_t *ngx_crm_filter_seal_link(ngx_http_request_t *r,
    const ngx_str_t *text);

/* Marks a buffer as the last of the request's, or subrequest's. */
void ngx_crm_filter_seal_last(ngx_http_request_t *r, ngx_buf_t *b);


#endif /* _NGX_CRM_FILTER_SEAL_H_INCLUDED_ */
