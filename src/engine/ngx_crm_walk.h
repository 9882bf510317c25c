/*
 * Walking a list of steps, parking and waking.  A flow, and the gate, is a
 * NULL-ended list; ctx->walk says where a request is in it.
 */

#ifndef _NGX_CRM_WALK_H_INCLUDED_
#define _NGX_CRM_WALK_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Begins a list.  resume is called when a parked walk may go on: the phase
 * engine in the access phases, the content handler's second half later.
 */
void ngx_crm_walk_begin(ngx_crm_ctx_t *ctx, const ngx_crm_step_pt *steps,
    void (*resume)(ngx_http_request_t *r));

/* Goes on with another list, or the same one anew, after this step. */
void ngx_crm_walk_to(ngx_crm_ctx_t *ctx, const ngx_crm_step_pt *steps);

/* Runs the last n steps, this one among them, once more after it. */
void ngx_crm_walk_back(ngx_crm_ctx_t *ctx, ngx_uint_t n);

/*
 * Runs steps until one parks, answers or fails.  Returns NGX_OK at the end of
 * the list, NGX_AGAIN (parked), NGX_DONE (answered), or a status ≥ 400, with
 * ctx->refusal filled in.
 */
ngx_int_t ngx_crm_walk(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);

/*
 * For the runners alone (Redis, threads, look-ups): parks the request.  asker
 * is the runner's pointer to ctx: it is set to NULL when the walk no longer
 * waits.  timed: the wait is for Redis and ends at the deadline, after which
 * the walk fails with 503.  Returns NGX_AGAIN, or 503 where no time is left.
 */
ngx_int_t ngx_crm_walk_park(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    void **asker, ngx_uint_t timed);

/*
 * For the runners alone: ends the wait and runs the request on.  status is
 * NGX_OK, or what the walk fails with (503, 502, 500).  The request may be
 * gone when this returns.
 */
void ngx_crm_walk_wake(ngx_crm_ctx_t *ctx, ngx_int_t status);

/*
 * For the runner of subrequests alone: as park and wake, where NGINX itself
 * keeps the request and runs it on.  leave returns NGX_AGAIN.
 */
ngx_int_t ngx_crm_walk_leave(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
void ngx_crm_walk_return(ngx_crm_ctx_t *ctx);


#endif /* _NGX_CRM_WALK_H_INCLUDED_ */
