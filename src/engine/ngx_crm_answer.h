/* What the client hears of a flow. */

#ifndef _NGX_CRM_ANSWER_H_INCLUDED_
#define _NGX_CRM_ANSWER_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Answers with 200 and a payload, JSON in memory of the request, sealed in
 * the API's envelope; no-store.  An empty payload is an empty answer.
 * Returns NGX_DONE: the step's last word.
 */
ngx_int_t ngx_crm_answer(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *payload);

/* A step: the same, with an empty payload. */
ngx_int_t ngx_crm_answer_nothing(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);

/*
 * As ngx_crm_answer(), with a status and a body that is sealed already: what
 * the CRM has answered to a request of the edge's own.
 */
ngx_int_t ngx_crm_answer_as(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_uint_t status, const ngx_str_t *body);

/*
 * Hands the request, body and all, to the location's own proxy_pass: what
 * only the CRM can answer.  Returns NGX_DONE, or 404 where there is none.
 */
ngx_int_t ngx_crm_answer_upstream(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);

/* Adds a response header; key and value must outlive the request. */
ngx_int_t ngx_crm_answer_header(ngx_http_request_t *r, const char *key,
    const ngx_str_t *value);


#endif /* _NGX_CRM_ANSWER_H_INCLUDED_ */
