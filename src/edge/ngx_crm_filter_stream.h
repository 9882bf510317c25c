/* Answers that are wrapped as they pass, and so need not be held. */

#ifndef _NGX_CRM_FILTER_STREAM_H_INCLUDED_
#define _NGX_CRM_FILTER_STREAM_H_INCLUDED_


#include "ngx_crm.h"
#include "edge/ngx_crm_filter.h"


/*
 * Prepares header and state, where a success of f->from becomes one of f->to
 * by text around it alone.  What f holds already goes first.  Returns NGX_OK,
 * NGX_DECLINED where it must be held, or NGX_ERROR.
 */
ngx_int_t ngx_crm_filter_stream_begin(ngx_http_request_t *r,
    ngx_crm_filter_t *f);

/*
 * Scans what comes in and passes it on.  Once it is found invalid, or ends
 * half-way, the connection is reset, or the stream of HTTP/2: the client must
 * not take it for an answer.  Returns as a body filter does.
 */
ngx_int_t ngx_crm_filter_stream(ngx_http_request_t *r, ngx_crm_filter_t *f,
    ngx_chain_t *in);


#endif /* _NGX_CRM_FILTER_STREAM_H_INCLUDED_ */
