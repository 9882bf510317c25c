/* Attempts to log in: counted before they are judged, so that none is free. */

#ifndef _NGX_CRM_ATTEMPTS_H_INCLUDED_
#define _NGX_CRM_ATTEMPTS_H_INCLUDED_


#include "ngx_crm.h"


#define NGX_CRM_ATTEMPTS_KEYS  3


typedef struct {
    ngx_str_t    keys[NGX_CRM_ATTEMPTS_KEYS];
    ngx_str_t    id;               /* names it among the others */
} ngx_crm_attempt_t;


/*
 * Asks to count an attempt to log in as ctx->person's first credential from
 * the client's network (IPv4 /24, IPv6 /64), whether that identity exists or
 * not (store.md, Login).  Returns NGX_AGAIN, NGX_ERROR or 503.
 */
ngx_int_t ngx_crm_attempts_count(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_attempt_t *attempt);

/*
 * In the next step: returns NGX_OK and the attempt's id, or 429 with the
 * seconds left of the lock in Retry-After; NGX_ERROR, 502.
 */
ngx_int_t ngx_crm_attempts_counted(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_attempt_t *attempt);

/*
 * Asks to forget a counted attempt, for it succeeded; may be repeated.
 * Returns NGX_AGAIN, NGX_ERROR or 503.
 */
ngx_int_t ngx_crm_attempts_give_back(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_crm_attempt_t *attempt);


#endif /* _NGX_CRM_ATTEMPTS_H_INCLUDED_ */
