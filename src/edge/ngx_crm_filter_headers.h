/* What a rewritten answer says in its header. */

#ifndef _NGX_CRM_FILTER_HEADERS_H_INCLUDED_
#define _NGX_CRM_FILTER_HEADERS_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Adds Cache-Control: private to what a token opened, unless the upstream
 * says something else.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_filter_headers_private(ngx_http_request_t *r,
    const ngx_crm_ctx_t *ctx);

/* Sets status and length, bytes or -1, of an answer with a new body. */
void ngx_crm_filter_headers_rewrite(ngx_http_request_t *r, ngx_uint_t status,
    off_t len);

/* Takes out what was true of the old body, where a failure replaces it. */
void ngx_crm_filter_headers_forget(ngx_http_request_t *r);

/* The header of an answer that would be rewritten if it had a body. */
void ngx_crm_filter_headers_bare(ngx_http_request_t *r,
    const ngx_crm_ctx_t *ctx);

/*
 * Adds what a refusal needs beside its status: WWW-Authenticate, Allow,
 * Retry-After.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_filter_headers_refuse(ngx_http_request_t *r,
    const ngx_crm_refusal_t *refusal);


#endif /* _NGX_CRM_FILTER_HEADERS_H_INCLUDED_ */
