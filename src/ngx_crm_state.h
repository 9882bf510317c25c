/* Where a request is: in a list of steps, and, maybe, refused. */

#ifndef _NGX_CRM_STATE_H_INCLUDED_
#define _NGX_CRM_STATE_H_INCLUDED_


typedef struct ngx_crm_job_s        ngx_crm_job_t;
typedef struct ngx_crm_json_s       ngx_crm_json_t;     /* base */
typedef struct ngx_crm_demands_s    ngx_crm_demands_t;
typedef struct ngx_crm_sealed_s     ngx_crm_sealed_t;
typedef struct ngx_crm_filter_s     ngx_crm_filter_t;   /* edge */

/* a reply of Redis; engine/ngx_crm_reply.h reads it */
typedef struct redisReply           ngx_crm_reply_t;


/* the list of steps that a request is walking through */
typedef struct {
    const ngx_crm_step_pt          *next;      /* NULL: nothing to walk */
    void                          (*resume)(ngx_http_request_t *r);
    void                          **asker;     /* who wakes us has it */
    const ngx_crm_reply_t          *reply;     /* lives for one step */
    ngx_crm_job_t                  *job;       /* done; lives for one step */
    ngx_event_t                     deadline;
    ngx_msec_t                      started;   /* when the wait began */
    ngx_msec_t                      waited;    /* for Redis, in all, ms */
    ngx_int_t                       failed;    /* status, or 0 */
    unsigned                        parked:1;
    unsigned                        timed:1;   /* the wait counts in waited */
} ngx_crm_walk_t;


/* why a request is refused */
typedef struct {
    ngx_crm_reason_e                name;      /* NGX_CRM_PASSED: it is not */
    ngx_uint_t                      status;    /* HTTP status returned */
    ngx_str_t                       parameter; /* a member, a header, … */
    time_t                          retry;     /* Retry-After, s; 0: none */
    ngx_uint_t                      methods;   /* Allow; 0: none */
    ngx_str_t                       text;      /* instead of the words */
} ngx_crm_refusal_t;


/* what the gate has done with a body that goes upstream */
typedef struct {
    ngx_str_t                       echo;      /* an object: for refusals */
    const void                     *code;      /* spent, and not yet used */
    ngx_str_t                       address;   /* that the CRM is to take */
    off_t                           most;      /* bytes to read; 0: any */
    off_t                           size;      /* have been read */
    ngx_crm_sealed_t               *sealed;    /* NULL: it came plain */
    unsigned                        asked:1;   /* the body is */
    unsigned                        read:1;
    unsigned                        ruling:1;  /* the rules are looked at */
} ngx_crm_held_t;


#endif /* _NGX_CRM_STATE_H_INCLUDED_ */
