/* Jobs in memory of their own, for they may outlive their request. */

#include "engine/ngx_crm_job.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_walk.h"

#include <ngx_thread_pool.h>
#include <sys/resource.h>


#define NGX_CRM_JOB_TIMER  60000       /* ms */


struct ngx_crm_job_s {
    ngx_thread_task_t    task;
    void                *asker;        /* the context that waits, or NULL */
    ngx_pool_cleanup_t  *cleanup;      /* of the request, NULL: it is gone */
    ngx_crm_job_pt       run;
    ngx_int_t            nice;         /* than the worker */
    size_t               size;         /* of the data behind this */
};


static void ngx_crm_job_orphan(void *data);
static void ngx_crm_job_thread(void *data, ngx_log_t *log);
static void ngx_crm_job_yield(ngx_int_t nice);
static void ngx_crm_job_done(ngx_event_t *ev);


/*
 * Posted and not yet done.  Those that run count as well: the pool may have
 * many more threads than there are cores.
 */
static ngx_uint_t  ngx_crm_job_waiting;

/* since the log said so, which must not have a line for each */
static ngx_uint_t  ngx_crm_job_refused;
static time_t      ngx_crm_job_said;           /* Unix seconds */


ngx_crm_job_t *
ngx_crm_job_create(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_job_pt run, size_t size)
{
    ngx_crm_job_t       *job;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    job = ngx_calloc(sizeof(ngx_crm_job_t) + size, r->connection->log);
    if (job == NULL) {
        return NULL;
    }

    cln->handler = ngx_crm_job_orphan;
    cln->data = job;

    job->asker = ctx;
    job->cleanup = cln;
    job->run = run;
    job->size = size;

    job->task.ctx = job;
    job->task.handler = ngx_crm_job_thread;
    job->task.event.data = job;
    job->task.event.handler = ngx_crm_job_done;
    job->task.event.log = ngx_cycle->log;

    return job;
}


/* a request that ends before the step that would have read its job */

static void
ngx_crm_job_orphan(void *data)
{
    ngx_crm_job_t  *job = data;

    job->asker = NULL;
    job->cleanup = NULL;

    if (!job->task.event.active) {
        ngx_crm_job_free(job);
    }
}


void *
ngx_crm_job_data(ngx_crm_job_t *job)
{
    return job + 1;
}


ngx_int_t
ngx_crm_job_room(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_crm_module);

    if (ngx_crm_job_waiting < mcf->threads_queue) {
        return NGX_OK;
    }

    ngx_crm_job_refused++;

    if (ngx_crm_job_said != ngx_time()) {
        ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                      "crm: %ui password jobs are waiting already, refused "
                      "since this was said: %ui",
                      ngx_crm_job_waiting, ngx_crm_job_refused);

        ngx_crm_job_said = ngx_time();
        ngx_crm_job_refused = 0;
    }

    return ngx_crm_refuse_for(ctx, NGX_CRM_UNAVAILABLE, 1);
}


ngx_int_t
ngx_crm_job_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_job_t *job)
{
    ngx_int_t             rc;
    ngx_crm_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_crm_module);

    rc = ngx_crm_job_room(r, ctx);

    if (rc != NGX_OK) {
        ngx_crm_job_free(job);
        return rc;
    }

    job->nice = mcf->threads_nice;

    if (ngx_thread_task_post(mcf->threads, &job->task) != NGX_OK) {
        ngx_crm_job_free(job);
        return ngx_crm_refuse_for(ctx, NGX_CRM_UNAVAILABLE, 1);
    }

    ngx_crm_job_waiting++;

    /* a worker that is to exit does so as soon as no timer is set */

    ngx_add_timer(&job->task.event, NGX_CRM_JOB_TIMER);

    return ngx_crm_walk_park(r, ctx, &job->asker, 0);
}


static void
ngx_crm_job_thread(void *data, ngx_log_t *log)
{
    ngx_crm_job_t  *job = data;

    ngx_crm_job_yield(job->nice);

    job->run(ngx_crm_job_data(job));
}


/*
 * Where they share a core, the worker's requests come before the hash.  Linux
 * alone has a priority for each thread; no thread is given its own again, for
 * that takes a privilege which a worker has not.
 */

static void
ngx_crm_job_yield(ngx_int_t nice)
{
#if (NGX_LINUX)

    if (nice) {
        (void) setpriority(PRIO_PROCESS, 0,
                           getpriority(PRIO_PROCESS, ngx_pid) + nice);
    }

#endif
}


/* in the event loop again */

static void
ngx_crm_job_done(ngx_event_t *ev)
{
    ngx_crm_ctx_t  *ctx;
    ngx_crm_job_t  *job;

    if (ev->timedout) {
        ev->timedout = 0;
        ngx_add_timer(ev, NGX_CRM_JOB_TIMER);
        return;
    }

    ngx_del_timer(ev);

    job = ev->data;
    ctx = job->asker;

    ngx_crm_job_waiting--;

    if (ctx == NULL) {
        ngx_crm_job_free(job);
        return;
    }

    ctx->walk.job = job;

    ngx_crm_walk_wake(ctx, NGX_OK);
}


void
ngx_crm_job_free(ngx_crm_job_t *job)
{
    if (job->cleanup) {
        job->cleanup->handler = NULL;
    }

    ngx_explicit_memzero(job, sizeof(ngx_crm_job_t) + job->size);
    ngx_free(job);
}
