#include "engine/ngx_crm_redis_listen.h"
#include "engine/ngx_crm_redis_io.h"
#include "engine/ngx_crm_redis_link.h"


struct ngx_crm_redis_listen_s {
    ngx_crm_redis_t                   link;
    const ngx_crm_redis_listener_t   *listener;
    ngx_event_t                       timer;     /* next PING, or its end */
    ngx_msec_t                        asked;     /* when the PING went */
    ngx_uint_t                        up;
    ngx_uint_t                        waiting;   /* for its answer */
};


static void ngx_crm_redis_listen_timer(ngx_event_t *ev);
static void ngx_crm_redis_listen_ping(ngx_crm_redis_listen_t *listen);
static void ngx_crm_redis_listen_pong(void *data,
    const ngx_crm_reply_t *reply);


ngx_crm_redis_listen_t *
ngx_crm_redis_listen_start(ngx_crm_redis_t *redis,
    const ngx_crm_redis_listener_t *listener, ngx_cycle_t *cycle)
{
    ngx_crm_redis_t         *link;
    ngx_crm_redis_listen_t  *listen;

    listen = ngx_pcalloc(cycle->pool, sizeof(ngx_crm_redis_listen_t));
    if (listen == NULL) {
        return NULL;
    }

    link = &listen->link;

    link->address = redis->address;
    link->user = redis->user;
    link->password = redis->password;
    link->db = redis->db;
    link->connect_timeout = redis->connect_timeout;
    link->timeout = redis->timeout;
    link->listen = listen;

    listen->listener = listener;

    listen->timer.handler = ngx_crm_redis_listen_timer;
    listen->timer.data = &link->owner;
    listen->timer.log = cycle->log;
    listen->timer.cancelable = 1;

    ngx_crm_redis_link_start(link, cycle);

    return listen;
}


void
ngx_crm_redis_listen_stop(ngx_crm_redis_listen_t *listen)
{
    if (listen->timer.timer_set) {
        ngx_del_timer(&listen->timer);
    }

    ngx_crm_redis_link_stop(&listen->link);
}


const ngx_str_t *
ngx_crm_redis_listen_channel(const ngx_crm_redis_listen_t *listen)
{
    return &listen->listener->channel;
}


void
ngx_crm_redis_listen_up(ngx_crm_redis_listen_t *listen)
{
    listen->up = 1;
    listen->waiting = 0;

    listen->listener->up(listen->listener->data);

    ngx_add_timer(&listen->timer, NGX_CRM_REDIS_LISTEN_PING);
}


void
ngx_crm_redis_listen_lost(ngx_crm_redis_listen_t *listen)
{
    if (!listen->up) {
        return;
    }

    listen->up = 0;

    if (listen->timer.timer_set) {
        ngx_del_timer(&listen->timer);
    }

    listen->listener->lost(listen->listener->data);
}


static void
ngx_crm_redis_listen_timer(ngx_event_t *ev)
{
    ngx_connection_t  *c;
    ngx_crm_redis_t   *link;

    c = ev->data;
    link = c->data;

    if (link->listen->waiting) {
        ngx_crm_redis_link_lose(link, NGX_ETIMEDOUT, "no answer to PING");
        return;
    }

    ngx_crm_redis_listen_ping(link->listen);
}


static void
ngx_crm_redis_listen_ping(ngx_crm_redis_listen_t *listen)
{
    ngx_crm_redis_t  *link;

    static const ngx_str_t  ping = ngx_string("PING");

    link = &listen->link;

    if (ngx_crm_redis_io_send(link, 1, &ping, ngx_crm_redis_listen_pong,
                              listen)
        != NGX_OK)
    {
        ngx_crm_redis_link_lose(link, NGX_ENOMEM, "no PING");
        return;
    }

    listen->asked = ngx_current_msec;
    listen->waiting = 1;

    ngx_add_timer(&listen->timer, link->timeout);
}


static void
ngx_crm_redis_listen_pong(void *data, const ngx_crm_reply_t *reply)
{
    ngx_msec_t               spent;
    ngx_crm_redis_listen_t  *listen = data;

    if (reply == NULL || ngx_crm_reply_error(reply).len || !listen->up) {
        return;
    }

    listen->waiting = 0;

    spent = ngx_current_msec - listen->asked;

    ngx_add_timer(&listen->timer, NGX_CRM_REDIS_LISTEN_PING
                                  - ngx_min(spent,
                                            NGX_CRM_REDIS_LISTEN_PING));

    listen->listener->proven(listen->listener->data, listen->asked);
}


/* RESP2: [ "message", channel, text ]; all else replies to our commands. */

ngx_int_t
ngx_crm_redis_listen_take(ngx_crm_redis_listen_t *listen,
    const ngx_crm_reply_t *reply)
{
    ngx_str_t  kind, text;

    if (ngx_crm_reply_array(reply, 3) != NGX_OK
        || ngx_crm_reply_text(ngx_crm_reply_element(reply, 0), &kind)
           != NGX_OK
        || kind.len != sizeof("message") - 1
        || ngx_memcmp(kind.data, "message", kind.len) != 0)
    {
        return NGX_DECLINED;
    }

    if (listen->up
        && ngx_crm_reply_text(ngx_crm_reply_element(reply, 2), &text)
           == NGX_OK)
    {
        listen->listener->message(listen->listener->data, &text);
    }

    return NGX_OK;
}
