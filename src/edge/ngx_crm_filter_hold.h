/* Answers that are held until they are whole, then opened and sealed. */

#ifndef _NGX_CRM_FILTER_HOLD_H_INCLUDED_
#define _NGX_CRM_FILTER_HOLD_H_INCLUDED_


#include "ngx_crm.h"


/*
 * The header filter's part: keeps the header back.  What the upstream says is
 * too large to be held is streamed or refused at once.  whole: it is not
 * opened, but sealed as it comes.  Returns as a header
 * filter does.
 */
ngx_int_t ngx_crm_filter_hold_begin(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_dialect_t *from, ngx_uint_t whole);

/*
 * The body filter's part: copies what comes in, for the upstream's buffers
 * must not wait, and with the last of it sends header and body.  Returns as a
 * body filter does.
 */
ngx_int_t ngx_crm_filter_hold(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_chain_t *in);


#endif /* _NGX_CRM_FILTER_HOLD_H_INCLUDED_ */
