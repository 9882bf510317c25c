/*
 * Jobs for NGINX's thread pool: a copy of what the thread needs, and room for
 * what it finds.  The thread touches the copy alone.
 */

#ifndef _NGX_CRM_JOB_H_INCLUDED_
#define _NGX_CRM_JOB_H_INCLUDED_


#include "ngx_crm.h"


/* runs in a thread: no pool, no request, no log */
typedef void (*ngx_crm_job_pt)(void *data);


/*
 * Makes a job with `size` zeroed bytes of data, which the caller fills in and
 * the thread may change.  The bytes are wiped and freed after the step that
 * follows the job, or, where the client has gone, when the thread is done.
 * Returns NULL where memory is out.
 */
ngx_crm_job_t *ngx_crm_job_create(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_job_pt run, size_t size);

/* The data of a job; in the next step, of ctx->walk.job. */
void *ngx_crm_job_data(ngx_crm_job_t *job);

/*
 * A step, for a flow that should not begin what it cannot end: returns NGX_OK
 * where a job would be taken now, or 503 with Retry-After.
 */
ngx_int_t ngx_crm_job_room(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);

/*
 * Posts the job and parks the request.  Returns NGX_AGAIN, or 503 with
 * Retry-After where this worker has crm_password_threads queue= jobs waiting
 * already; the job is gone then.
 */
ngx_int_t ngx_crm_job_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_job_t *job);

/* Wipes and frees the job; for the walk alone. */
void ngx_crm_job_free(ngx_crm_job_t *job);


#endif /* _NGX_CRM_JOB_H_INCLUDED_ */
