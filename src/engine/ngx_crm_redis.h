/*
 * The link to Redis: one pipelined connection a worker, one write per turn of
 * the event loop.  hiredis stays behind the redis files and ngx_crm_reply.c.
 */

#ifndef _NGX_CRM_REDIS_H_INCLUDED_
#define _NGX_CRM_REDIS_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Called once for each command sent, unless the process exits: with its reply,
 * which lives until the handler returns, or NULL where the link was lost and
 * the outcome is unknown.
 * Error replies (-OOM, -LOADING, …) are logged by the link and given as they
 * are.
 */
typedef void (*ngx_crm_reply_pt)(void *data, const ngx_crm_reply_t *reply);


/*
 * Reads crm_redis: an address and its parameters (directives.md).  The link
 * lives in cf->pool.  Returns NGX_CONF_OK or a sentence.
 */
char *ngx_crm_redis_parse(ngx_conf_t *cf, ngx_crm_redis_t **redis);

/* The timeout of one flow's Redis work, ms. */
ngx_msec_t ngx_crm_redis_timeout(ngx_crm_redis_t *redis);

/*
 * Starts connecting, in a worker's init_process; ends the link in its
 * exit_process.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_redis_start(ngx_crm_redis_t *redis, ngx_cycle_t *cycle);
void ngx_crm_redis_stop(ngx_crm_redis_t *redis);

/* Says whether commands are being taken now. */
ngx_uint_t ngx_crm_redis_is_up(ngx_crm_redis_t *redis);

/*
 * Sends one command; the arguments are copied.  While the link is being made
 * a bounded number waits for it.  Returns NGX_OK (handler will be called, not
 * before this returns) or NGX_ERROR (it will not): the link is down.
 */
ngx_int_t ngx_crm_redis_send(ngx_crm_redis_t *redis, ngx_uint_t argc,
    const ngx_str_t *argv, ngx_crm_reply_pt handler, void *data);

/*
 * A step's way to ask: sends the command, parks the request, and the next
 * step finds the reply in ctx->walk.reply, never an error reply.  Returns
 * NGX_AGAIN, or 503.
 */
ngx_int_t ngx_crm_redis_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_uint_t argc, const ngx_str_t *argv);

/*
 * The two halves of asking, for ngx_crm_script.c, which asks again.  wait
 * sends and parks; data of the handler is asker, which holds the context, or
 * NULL once the walk has given up.  Unless NGX_AGAIN is returned, the handler
 * is not called.  wake hands the reply over; ctx may be NULL.
 */
ngx_int_t ngx_crm_redis_wait(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_uint_t argc, const ngx_str_t *argv, ngx_crm_reply_pt handler,
    void **asker);
void ngx_crm_redis_wake(ngx_crm_ctx_t *ctx, const ngx_crm_reply_t *reply);


#endif /* _NGX_CRM_REDIS_H_INCLUDED_ */
