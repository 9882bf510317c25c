#include "engine/ngx_crm_redis_link.h"
#include "engine/ngx_crm_redis_connect.h"
#include "engine/ngx_crm_redis_io.h"
#include "engine/ngx_crm_redis_listen.h"


#define NGX_CRM_REDIS_LINK_SETTLED  50     /* ms up: it was a good one */
#define NGX_CRM_REDIS_LINK_REST     50     /* ms, doubled at each failure */
#define NGX_CRM_REDIS_LINK_RESTS    5      /* so many times at most */
#define NGX_CRM_REDIS_LINK_REST_MAX 500    /* ms */


static void ngx_crm_redis_link_timer(ngx_event_t *ev);
static void ngx_crm_redis_link_stalled(ngx_crm_redis_t *link);
static void ngx_crm_redis_link_close(ngx_crm_redis_t *link);
static void ngx_crm_redis_link_tell(ngx_crm_redis_t *link, ngx_err_t err,
    const char *why);
static void ngx_crm_redis_link_retry(ngx_crm_redis_t *link);
static void ngx_crm_redis_link_fail(ngx_queue_t *queue);


void
ngx_crm_redis_link_start(ngx_crm_redis_t *link, ngx_cycle_t *cycle)
{
    link->log = cycle->log;

    /* NGINX's own words at each attempt would fill the log: we tell once */

    link->quiet = *cycle->log;

    if (link->quiet.log_level > NGX_LOG_ALERT
        && link->quiet.log_level <= NGX_LOG_DEBUG)
    {
        link->quiet.log_level = NGX_LOG_ALERT;
    }

    /* NGINX's debug log asks each event for its connection's descriptor */

    link->owner.fd = (ngx_socket_t) -1;
    link->owner.data = link;

    link->timer.handler = ngx_crm_redis_link_timer;
    link->timer.data = &link->owner;
    link->timer.log = link->log;

    link->flush.handler = ngx_crm_redis_io_flush;
    link->flush.data = &link->owner;
    link->flush.log = link->log;

    ngx_crm_redis_lane_init(&link->live);
    ngx_crm_redis_lane_init(&link->held);

    ngx_crm_redis_connect(link);
}


void
ngx_crm_redis_link_stop(ngx_crm_redis_t *link)
{
    ngx_queue_t               dead;
    ngx_crm_redis_command_t  *command;

    if (link->state == NGX_CRM_REDIS_DOWN) {
        return;
    }

    ngx_crm_redis_link_close(link);
    ngx_crm_redis_link_enter(link, NGX_CRM_REDIS_DOWN, 0);

    ngx_queue_init(&dead);
    ngx_crm_redis_lane_empty(&link->live, &dead);
    ngx_crm_redis_lane_empty(&link->held, &dead);

    while ((command = ngx_crm_redis_lane_take(&dead)) != NULL) {
        ngx_free(command);
    }
}


void
ngx_crm_redis_link_enter(ngx_crm_redis_t *link, ngx_crm_redis_state_e state,
    ngx_msec_t timer)
{
    ngx_log_debug4(NGX_LOG_DEBUG_EVENT, link->log, 0,
                   "crm redis %V: state %d, then %d, timer %M",
                   &link->address.name, link->state, state, timer);

    link->state = state;

    if (link->timer.timer_set) {
        ngx_del_timer(&link->timer);
    }

    if (state != NGX_CRM_REDIS_DOWN) {
        ngx_add_timer(&link->timer, timer);
        ngx_crm_redis_link_hold(link);
    }
}


void
ngx_crm_redis_link_hold(ngx_crm_redis_t *link)
{
    link->timer.cancelable = link->listen
                             || (link->live.n == 0 && link->held.n == 0);

    if (link->state == NGX_CRM_REDIS_UP && !link->timer.timer_set
        && link->live.n)
    {
        ngx_add_timer(&link->timer, 2 * link->timeout);
    }
}


static void
ngx_crm_redis_link_timer(ngx_event_t *ev)
{
    ngx_connection_t  *c;
    ngx_crm_redis_t   *link;

    c = ev->data;
    link = c->data;

    switch (link->state) {

    case NGX_CRM_REDIS_CONNECTING:
        ngx_crm_redis_link_lose(link, NGX_ETIMEDOUT, "connect() failed");
        return;

    case NGX_CRM_REDIS_GREETING:
        ngx_crm_redis_link_lose(link, NGX_ETIMEDOUT, "no answer to AUTH, "
                                "SELECT, SCRIPT LOAD or PING");
        return;

    case NGX_CRM_REDIS_UP:
        ngx_crm_redis_link_stalled(link);
        return;

    default:
        ngx_crm_redis_connect(link);
    }
}


void
ngx_crm_redis_link_up(ngx_crm_redis_t *link)
{
    if (ngx_crm_redis_lane_join(&link->live, &link->held) != NGX_OK) {
        ngx_cpystrn(link->refusal, (u_char *) "memory is out",
                    NGX_CRM_REPLY_BRIEF);
        link->refused = 1;
        return;
    }

    link->since = ngx_current_msec;

    ngx_crm_redis_link_enter(link, NGX_CRM_REDIS_UP, 2 * link->timeout);

    ngx_post_event(&link->flush, &ngx_posted_events);

    if (link->told) {
        link->told = 0;
        ngx_log_error(NGX_LOG_NOTICE, link->log, 0,
                      "crm_redis: the %s %V is up again",
                      link->listen ? "subscription at" : "link to",
                      &link->address.name);
    }

    if (link->listen) {
        ngx_crm_redis_listen_up(link->listen);
    }
}


/*
 * Requests give up at their own deadlines.  The link goes when it seems dead,
 * not when it is slow: its other replies are still worth having.  But bytes
 * that never become the reply keep it only so long.
 */

static void
ngx_crm_redis_link_stalled(ngx_crm_redis_t *link)
{
    ngx_msec_int_t            age, silent, left;
    ngx_crm_redis_command_t  *oldest;

    oldest = ngx_crm_redis_lane_first(&link->live);
    if (oldest == NULL) {
        return;
    }

    age = (ngx_msec_int_t) (ngx_current_msec - oldest->since);
    silent = (ngx_msec_int_t) (ngx_current_msec - link->heard);
    left = ngx_min(2 * (ngx_msec_int_t) link->timeout - ngx_min(age, silent),
                   8 * (ngx_msec_int_t) link->timeout - age);

    if (left > 0) {
        ngx_add_timer(&link->timer, (ngx_msec_t) left);
        return;
    }

    ngx_crm_redis_link_lose(link, NGX_ETIMEDOUT, "no reply");
}


void
ngx_crm_redis_link_lose(ngx_crm_redis_t *link, ngx_err_t err,
    const char *why)
{
    ngx_queue_t  dead;

    ngx_crm_redis_link_tell(link, err, why);

    ngx_queue_init(&dead);
    ngx_crm_redis_lane_empty(&link->live, &dead);
    ngx_crm_redis_lane_empty(&link->held, &dead);

    ngx_crm_redis_link_retry(link);
    ngx_crm_redis_link_fail(&dead);

    if (link->listen) {
        ngx_crm_redis_listen_lost(link->listen);
    }
}


static void
ngx_crm_redis_link_tell(ngx_crm_redis_t *link, ngx_err_t err,
    const char *why)
{
    if (link->connection && link->connection->close) {
        return;
    }

    if (link->told && link->err == err
        && ngx_strcmp(link->why, (u_char *) why) == 0)
    {
        return;
    }

    link->told = 1;
    link->err = err;
    ngx_cpystrn(link->why, (u_char *) why, sizeof(link->why));

    ngx_log_error(NGX_LOG_ERR, link->log, err, "crm_redis: %s %s %V: %s",
                  link->state == NGX_CRM_REDIS_UP ? "lost the" : "no",
                  link->listen ? "subscription at" : "link to",
                  &link->address.name, link->why);
}


/*
 * At once after a link that served: Redis was restarted, or a proxy cut an
 * idle connection.  A worker shares no dice with the others, so that they do
 * not come back as a herd.
 */

static void
ngx_crm_redis_link_retry(ngx_crm_redis_t *link)
{
    ngx_uint_t  closing;
    ngx_msec_t  rest;

    closing = link->connection && link->connection->close;

    if (link->state == NGX_CRM_REDIS_UP
        && ngx_current_msec - link->since >= NGX_CRM_REDIS_LINK_SETTLED)
    {
        link->tries = 0;
    }

    ngx_crm_redis_link_close(link);

    if (closing) {
        ngx_crm_redis_link_enter(link, NGX_CRM_REDIS_DOWN, 0);
        return;
    }

    if (link->tries++ == 0) {
        ngx_crm_redis_link_enter(link, NGX_CRM_REDIS_CALLING, 0);
        return;
    }

    rest = NGX_CRM_REDIS_LINK_REST
           << ngx_min(link->tries - 2, NGX_CRM_REDIS_LINK_RESTS);
    rest = ngx_min(rest, NGX_CRM_REDIS_LINK_REST_MAX);

    ngx_crm_redis_link_enter(link, NGX_CRM_REDIS_RESTING,
                             rest / 2 + ngx_random() % rest);
}


static void
ngx_crm_redis_link_close(ngx_crm_redis_t *link)
{
    if (link->flush.posted) {
        ngx_delete_posted_event(&link->flush);
    }

    if (link->connection) {
        ngx_close_connection(link->connection);
        link->connection = NULL;
    }

    ngx_crm_redis_reader_free(&link->reader);
}


/* Last of all: a handler may run steps that send anew. */

static void
ngx_crm_redis_link_fail(ngx_queue_t *queue)
{
    void                     *data;
    ngx_crm_reply_pt          handler;
    ngx_crm_redis_command_t  *command;

    while ((command = ngx_crm_redis_lane_take(queue)) != NULL) {
        handler = command->handler;
        data = command->data;
        ngx_free(command);

        handler(data, NULL);
    }
}
