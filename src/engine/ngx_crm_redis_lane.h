/*
 * A lane: commands in the order they were given, and the bytes of theirs that
 * are still to be written.
 */

#ifndef _NGX_CRM_REDIS_LANE_H_INCLUDED_
#define _NGX_CRM_REDIS_LANE_H_INCLUDED_


#include "engine/ngx_crm_redis.h"


typedef struct {
    ngx_queue_t         queue;
    ngx_crm_reply_pt    handler;
    void               *data;
    ngx_msec_t          since;     /* when it was given */
    size_t              len;       /* bytes on the wire */
} ngx_crm_redis_command_t;


typedef struct {
    ngx_queue_t         commands;  /* ngx_crm_redis_command_t */
    ngx_uint_t          n;         /* of them */
    u_char             *start;     /* of the bytes; NULL: no room yet */
    u_char             *pos;
    u_char             *last;
    u_char             *end;
} ngx_crm_redis_lane_t;


/* Makes an empty lane, which owns nothing yet. */
void ngx_crm_redis_lane_init(ngx_crm_redis_lane_t *lane);

/*
 * Appends a command in the form of Redis' protocol (RESP2: an array of bulk
 * strings); the arguments are copied.  Returns NGX_OK, or NGX_ERROR and the
 * lane as it was: memory is out, or 16 MB wait already.
 */
ngx_int_t ngx_crm_redis_lane_put(ngx_crm_redis_lane_t *lane, ngx_uint_t argc,
    const ngx_str_t *argv, ngx_crm_reply_pt handler, void *data);

/* Takes back the newest command, no byte of which has been written. */
void ngx_crm_redis_lane_take_back(ngx_crm_redis_lane_t *lane);

/* The oldest command, or NULL. */
ngx_crm_redis_command_t *ngx_crm_redis_lane_first(ngx_crm_redis_lane_t *lane);

/* Takes off the oldest command of a lane that has one, and frees it. */
void ngx_crm_redis_lane_shift(ngx_crm_redis_lane_t *lane);

/* Says that n more bytes have been written; they are wiped. */
void ngx_crm_redis_lane_written(ngx_crm_redis_lane_t *lane, size_t n);

/*
 * Moves all of `from` behind what is in `lane`.  Returns NGX_OK, or NGX_ERROR
 * and both as they were.
 */
ngx_int_t ngx_crm_redis_lane_join(ngx_crm_redis_lane_t *lane,
    ngx_crm_redis_lane_t *from);

/* Moves the commands to a queue; wipes and frees the bytes. */
void ngx_crm_redis_lane_empty(ngx_crm_redis_lane_t *lane, ngx_queue_t *queue);

/* Takes the oldest command off such a queue; the caller frees it.  Or NULL. */
ngx_crm_redis_command_t *ngx_crm_redis_lane_take(ngx_queue_t *queue);


#endif /* _NGX_CRM_REDIS_LANE_H_INCLUDED_ */
