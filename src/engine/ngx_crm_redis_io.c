#include "engine/ngx_crm_redis_io.h"
#include "engine/ngx_crm_redis_connect.h"
#include "engine/ngx_crm_redis_listen.h"


#define NGX_CRM_REDIS_IO_FLIGHT  16384   /* commands without a reply */
#define NGX_CRM_REDIS_IO_READ    16384   /* bytes at once, */
#define NGX_CRM_REDIS_IO_READS   64      /* so many times a turn */


static ngx_int_t ngx_crm_redis_io_take(ngx_crm_redis_t *link,
    const u_char *data, size_t n);
static ngx_int_t ngx_crm_redis_io_hand_over(ngx_crm_redis_t *link,
    const ngx_crm_reply_t *reply);
static void ngx_crm_redis_io_complain(ngx_crm_redis_t *link,
    const ngx_crm_reply_t *reply);


ngx_int_t
ngx_crm_redis_io_send(ngx_crm_redis_t *link, ngx_uint_t argc,
    const ngx_str_t *argv, ngx_crm_reply_pt handler, void *data)
{
    if (link->live.n >= NGX_CRM_REDIS_IO_FLIGHT) {
        return NGX_ERROR;
    }

    if (ngx_crm_redis_lane_put(&link->live, argc, argv, handler, data)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_post_event(&link->flush, &ngx_posted_events);
    ngx_crm_redis_link_hold(link);

    return NGX_OK;
}


void
ngx_crm_redis_io_flush(ngx_event_t *ev)
{
    ssize_t                n;
    ngx_event_t           *wev;
    ngx_connection_t      *c;
    ngx_crm_redis_t       *link;
    ngx_crm_redis_lane_t  *live;

    c = ev->data;
    link = c->data;
    live = &link->live;
    c = link->connection;

    if (link->state < NGX_CRM_REDIS_GREETING || live->pos == live->last) {
        return;
    }

    wev = c->write;

    if (wev->ready) {
        n = c->send(c, live->pos, live->last - live->pos);

        if (n == NGX_ERROR) {
            ngx_crm_redis_link_lose(link, ngx_socket_errno, "send() failed");
            return;
        }

        if (n > 0) {
            ngx_crm_redis_lane_written(live, n);
            link->flown = live->n;
        }
    }

    if (ngx_handle_write_event(wev, 0) != NGX_OK) {
        ngx_crm_redis_link_lose(link, 0, "no event for its socket");
    }
}


void
ngx_crm_redis_io_write(ngx_event_t *wev)
{
    ngx_connection_t  *c;
    ngx_crm_redis_t   *link;

    c = wev->data;
    link = c->data;

    if (link->state == NGX_CRM_REDIS_CONNECTING) {
        (void) ngx_crm_redis_connect_done(link);
        return;
    }

    /* the socket reports this with each read: not a moment to write early */

    if (link->live.pos != link->live.last) {
        ngx_post_event(&link->flush, &ngx_posted_events);
    }
}


void
ngx_crm_redis_io_read(ngx_event_t *rev)
{
    u_char             data[NGX_CRM_REDIS_IO_READ];
    ssize_t            n;
    ngx_uint_t         i;
    ngx_connection_t  *c;
    ngx_crm_redis_t   *link;

    c = rev->data;
    link = c->data;

    if (c->close) {
        ngx_crm_redis_link_lose(link, 0, "the worker is shutting down");
        return;
    }

    if (link->state == NGX_CRM_REDIS_CONNECTING
        && ngx_crm_redis_connect_done(link) != NGX_OK)
    {
        return;
    }

    for (i = 0; rev->ready && i < NGX_CRM_REDIS_IO_READS; i++) {
        n = c->recv(c, data, NGX_CRM_REDIS_IO_READ);

        if (n == NGX_AGAIN) {
            break;
        }

        if (n == 0) {
            ngx_crm_redis_link_lose(link, 0, "Redis closed it");
            return;
        }

        if (n == NGX_ERROR) {
            ngx_crm_redis_link_lose(link, ngx_socket_errno, "recv() failed");
            return;
        }

        if (ngx_crm_redis_io_take(link, data, n) != NGX_OK) {
            return;
        }
    }

    if (rev->ready) {
        ngx_post_event(rev, &ngx_posted_next_events);

    } else if (ngx_handle_read_event(rev, 0) != NGX_OK) {
        ngx_crm_redis_link_lose(link, 0, "no event for its socket");
    }
}


static ngx_int_t
ngx_crm_redis_io_take(ngx_crm_redis_t *link, const u_char *data, size_t n)
{
    ngx_int_t         rc;
    ngx_crm_reply_t  *reply;

    link->heard = ngx_current_msec;

    rc = ngx_crm_redis_reader_feed(&link->reader, data, n);

    while (rc == NGX_OK) {
        rc = ngx_crm_redis_reader_next(&link->reader, &reply);

        if (rc == NGX_OK) {
            rc = ngx_crm_redis_io_hand_over(link, reply);
            ngx_crm_redis_reader_drop(&link->reader, reply);
        }
    }

    ngx_crm_redis_link_hold(link);

    /* half a reply to no command would become half of the next one's */

    if (rc == NGX_AGAIN && link->flown == 0 && link->reader.partial
        && link->listen == NULL)
    {
        link->reader.error = "a reply to no command";
        rc = NGX_ERROR;
    }

    if (rc == NGX_AGAIN) {
        return NGX_OK;
    }

    ngx_crm_redis_link_lose(link, 0, link->refused
                                     ? (char *) link->refusal
                                     : link->reader.error);

    return NGX_ERROR;
}


/*
 * A reply without a command that has been written would shift all others, and
 * hand one client's secrets to the next: the link is dropped instead.
 */

static ngx_int_t
ngx_crm_redis_io_hand_over(ngx_crm_redis_t *link,
    const ngx_crm_reply_t *reply)
{
    void                     *data;
    ngx_crm_reply_pt          handler;
    ngx_crm_redis_command_t  *command;

    if (link->listen
        && ngx_crm_redis_listen_take(link->listen, reply) == NGX_OK)
    {
        return NGX_OK;
    }

    if (link->flown == 0) {
        ngx_crm_reply_brief(link->refusal, reply);
        link->reader.error = link->refusal[0] ? (char *) link->refusal
                                              : "a reply to no command";
        return NGX_ERROR;
    }

    command = ngx_crm_redis_lane_first(&link->live);
    handler = command->handler;
    data = command->data;

    ngx_crm_redis_lane_shift(&link->live);
    link->flown--;

    if (link->state == NGX_CRM_REDIS_UP) {
        ngx_crm_redis_io_complain(link, reply);
    }

    handler(data, reply);

    return link->refused ? NGX_ERROR : NGX_OK;
}


/* What is wrong for all commands must not fill the log with each. */

static void
ngx_crm_redis_io_complain(ngx_crm_redis_t *link,
    const ngx_crm_reply_t *reply)
{
    u_char  brief[NGX_CRM_REPLY_BRIEF];

    if (reply->type != REDIS_REPLY_ERROR
        || ngx_crm_reply_is(reply, "NOSCRIPT"))
    {
        return;
    }

    ngx_crm_reply_brief(brief, reply);

    if (ngx_strcmp(brief, link->complaint) == 0
        && ngx_current_msec - link->complained < 1000)
    {
        return;
    }

    ngx_memcpy(link->complaint, brief, NGX_CRM_REPLY_BRIEF);
    link->complained = ngx_current_msec;

    ngx_log_error(NGX_LOG_ERR, link->log, 0, "crm_redis: %V replied \"%s\"",
                  &link->address.name, brief);
}
