/*
 * The driver of step lists.  Whatever a request waits for, it waits here: one
 * way to park, one to wake, one deadline for all the Redis work of a request.
 */

#include "engine/ngx_crm_walk.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_job.h"
#include "engine/ngx_crm_redis.h"


static ngx_int_t ngx_crm_walk_step(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_walk_failed(ngx_crm_ctx_t *ctx, ngx_int_t rc);
static void ngx_crm_walk_event(ngx_http_request_t *r);
static void ngx_crm_walk_expired(ngx_event_t *ev);


void
ngx_crm_walk_begin(ngx_crm_ctx_t *ctx, const ngx_crm_step_pt *steps,
    void (*resume)(ngx_http_request_t *r))
{
    ctx->walk.next = steps;
    ctx->walk.resume = resume;
}


void
ngx_crm_walk_to(ngx_crm_ctx_t *ctx, const ngx_crm_step_pt *steps)
{
    ctx->walk.next = steps;
}


void
ngx_crm_walk_back(ngx_crm_ctx_t *ctx, ngx_uint_t n)
{
    ctx->walk.next -= n;
}


ngx_int_t
ngx_crm_walk(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t        rc;
    ngx_crm_walk_t  *w;

    w = &ctx->walk;

    if (w->failed) {
        rc = w->failed;
        w->failed = 0;

        return ngx_crm_walk_failed(ctx, rc);
    }

    while (*w->next) {

        rc = ngx_crm_walk_step(r, ctx);

        if (rc == NGX_OK) {
            continue;
        }

        if (rc == NGX_AGAIN) {
            return NGX_AGAIN;
        }

        if (rc == NGX_DONE) {
            w->next = NULL;
            return NGX_DONE;
        }

        return ngx_crm_walk_failed(ctx, rc);
    }

    w->next = NULL;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_walk_step(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t        rc;
    ngx_crm_job_t   *job;
    ngx_crm_walk_t  *w;
    ngx_crm_step_pt  step;

    w = &ctx->walk;
    job = w->job;
    step = *w->next++;

    rc = step(r, ctx);

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "crm step %p: %i", step, rc);

    w->reply = NULL;

    if (job) {
        w->job = NULL;
        ngx_crm_job_free(job);
    }

    return rc;
}


static ngx_int_t
ngx_crm_walk_failed(ngx_crm_ctx_t *ctx, ngx_int_t rc)
{
    ctx->walk.next = NULL;

    if (rc < NGX_HTTP_BAD_REQUEST) {
        rc = NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->refusal.name == NGX_CRM_PASSED
        || ctx->refusal.status != (ngx_uint_t) rc)
    {
        (void) ngx_crm_refuse(ctx, ngx_crm_refuse_reason(rc), NULL);
    }

    return rc;
}


ngx_int_t
ngx_crm_walk_park(ngx_http_request_t *r, ngx_crm_ctx_t *ctx, void **asker,
    ngx_uint_t timed)
{
    ngx_msec_t            limit;
    ngx_crm_walk_t       *w;
    ngx_crm_main_conf_t  *mcf;

    w = &ctx->walk;

    if (timed) {
        mcf = ngx_http_get_module_main_conf(r, ngx_crm_module);
        limit = ngx_crm_redis_timeout(mcf->redis);

        if (w->waited >= limit) {
            *asker = NULL;
            return ngx_crm_refuse(ctx, NGX_CRM_UNAVAILABLE, NULL);
        }

        w->deadline.handler = ngx_crm_walk_expired;
        w->deadline.data = ctx;
        w->deadline.log = r->connection->log;
        w->started = ngx_current_msec;

        ngx_add_timer(&w->deadline, limit - w->waited);
    }

    w->timed = timed;
    w->asker = asker;
    w->parked = 1;

    /* blocked: a client that leaves does not free what the waker will use */

    r->main->blocked++;
    r->write_event_handler = ngx_crm_walk_event;

    if (r == r->main) {
        r->read_event_handler = ngx_http_test_reading;
    }

    return NGX_AGAIN;
}


void
ngx_crm_walk_wake(ngx_crm_ctx_t *ctx, ngx_int_t status)
{
    ngx_crm_walk_t      *w;
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    w = &ctx->walk;
    r = ctx->request;
    c = r->connection;

    if (w->deadline.timer_set) {
        ngx_del_timer(&w->deadline);
    }

    if (w->timed) {
        w->waited += ngx_current_msec - w->started;
    }

    w->parked = 0;
    w->asker = NULL;
    w->failed = (status == NGX_OK) ? 0 : status;

    r->main->blocked--;

    ngx_http_set_log_request(c->log, r);

    /* ours, or NGINX's own finalizer where the client has gone meanwhile */

    r->write_event_handler(r);

    ngx_http_run_posted_requests(c);
}


ngx_int_t
ngx_crm_walk_leave(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ctx->walk.parked = 1;
    r->write_event_handler = ngx_crm_walk_event;

    return NGX_AGAIN;
}


void
ngx_crm_walk_return(ngx_crm_ctx_t *ctx)
{
    ctx->walk.parked = 0;
}


/* the socket's events come here too, while we wait: they change nothing */

static void
ngx_crm_walk_event(ngx_http_request_t *r)
{
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_crm_module);

    if (ctx->walk.parked) {
        return;
    }

    if (r == r->main) {
        r->read_event_handler = ngx_http_block_reading;
    }

    ctx->walk.resume(r);
}


static void
ngx_crm_walk_expired(ngx_event_t *ev)
{
    ngx_uint_t      level;
    ngx_crm_ctx_t  *ctx;

    static time_t   told;

    ctx = ev->data;

    /* a thousand may wait for the same silence: one of them tells */

    level = (ngx_time() != told) ? NGX_LOG_ERR : NGX_LOG_INFO;
    told = ngx_time();

    ngx_log_error(level, ev->log, 0, "crm: Redis did not answer in time");

    *ctx->walk.asker = NULL;

    ngx_crm_walk_wake(ctx, NGX_HTTP_SERVICE_UNAVAILABLE);
}
