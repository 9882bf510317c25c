/*
 * A second link to the same Redis, that is subscribed to one channel.  What
 * is said on it comes without being asked for; a PING every second tells
 * silence from a connection whose other end is gone.
 */

#ifndef _NGX_CRM_REDIS_LISTEN_H_INCLUDED_
#define _NGX_CRM_REDIS_LISTEN_H_INCLUDED_


#include "engine/ngx_crm_redis.h"


#define NGX_CRM_REDIS_LISTEN_PING  1000      /* ms between two of them */


typedef struct ngx_crm_redis_listen_s  ngx_crm_redis_listen_t;


/* who listens; none of these may end the link */
typedef struct {
    ngx_str_t      channel;

    /* Redis has confirmed: what is published from now on comes here. */
    void         (*up)(void *data);

    /* It may come no longer; up is called again. */
    void         (*lost)(void *data);

    /* What was published; the text lives until this returns. */
    void         (*message)(void *data, const ngx_str_t *text);

    /* The subscription held at that time, of ngx_current_msec. */
    void         (*proven)(void *data, ngx_msec_t then);

    void          *data;
} ngx_crm_redis_listener_t;


/*
 * Starts, in a worker's init_process, a link with the address and the
 * credentials of another, in memory of the cycle; the listener must outlive
 * it.  Returns NULL where memory is out.
 */
ngx_crm_redis_listen_t *ngx_crm_redis_listen_start(ngx_crm_redis_t *redis,
    const ngx_crm_redis_listener_t *listener, ngx_cycle_t *cycle);

/* Ends it, in exit_process; nobody is called. */
void ngx_crm_redis_listen_stop(ngx_crm_redis_listen_t *listen);

/* For the link alone: its state has changed. */
void ngx_crm_redis_listen_up(ngx_crm_redis_listen_t *listen);
void ngx_crm_redis_listen_lost(ngx_crm_redis_listen_t *listen);

/* For the link alone: what the greeting subscribes to. */
const ngx_str_t *ngx_crm_redis_listen_channel(
    const ngx_crm_redis_listen_t *listen);

/*
 * For the link alone: hands a message over.  Returns NGX_OK, or NGX_DECLINED:
 * it is the reply to a command.
 */
ngx_int_t ngx_crm_redis_listen_take(ngx_crm_redis_listen_t *listen,
    const ngx_crm_reply_t *reply);


#endif /* _NGX_CRM_REDIS_LISTEN_H_INCLUDED_ */
