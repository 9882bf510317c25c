/* The CRM's answers to the edge's own requests, which no client is sent. */

#ifndef _NGX_CRM_SUBREQUEST_ANSWER_H_INCLUDED_
#define _NGX_CRM_SUBREQUEST_ANSWER_H_INCLUDED_


#include "ngx_crm.h"
#include "engine/ngx_crm_subrequest.h"


/* Puts our filters in front of the others.  Returns NGX_OK. */
ngx_int_t ngx_crm_subrequest_answer_init(ngx_conf_t *cf);

/* Says whether a request is one of these: no gate, no envelope is for it. */
ngx_uint_t ngx_crm_subrequest_answer_is(ngx_http_request_t *r);

/*
 * Marks a request as one of these, and is called when it has ended: data is
 * its ngx_crm_subrequest_t.  Returns NGX_OK, whatever became of it, or rc
 * where the client has gone.
 */
ngx_int_t ngx_crm_subrequest_answer_done(ngx_http_request_t *r, void *data,
    ngx_int_t rc);


#endif /* _NGX_CRM_SUBREQUEST_ANSWER_H_INCLUDED_ */
