#include "store/ngx_crm_revoked_feed.h"
#include "store/ngx_crm_events.h"
#include "store/ngx_crm_revoked_trust.h"
#include "engine/ngx_crm_redis_listen.h"
#include "engine/ngx_crm_reply.h"


#define NGX_CRM_REVOKED_FEED_PAGE   "1000"
#define NGX_CRM_REVOKED_FEED_CURSOR 20      /* characters: a uint64_t */
#define NGX_CRM_REVOKED_FEED_ANEW   10000   /* ms, while the zone is full */


/* this process's own */
typedef struct {
    ngx_crm_main_conf_t      *conf;
    ngx_crm_redis_listen_t   *listen;
    ngx_uint_t                up;
    ngx_uint_t                loaded;       /* since it is up */
    ngx_uint_t                loading;
    uintptr_t                 load;         /* which; replies know theirs */
    ngx_msec_t                began;
    ngx_msec_t                proven;       /* that it is up */
    ngx_uint_t                missing;      /* when the load began */
    size_t                    len;
    u_char                    cursor[NGX_CRM_REVOKED_FEED_CURSOR];
} ngx_crm_revoked_feed_t;


static void ngx_crm_revoked_feed_up(void *data);
static void ngx_crm_revoked_feed_lost(void *data);
static void ngx_crm_revoked_feed_message(void *data, const ngx_str_t *text);
static void ngx_crm_revoked_feed_proven(void *data, ngx_msec_t then);
static void ngx_crm_revoked_feed_load(ngx_crm_revoked_feed_t *feed);
static void ngx_crm_revoked_feed_ask(ngx_crm_revoked_feed_t *feed);
static void ngx_crm_revoked_feed_page(void *data,
    const ngx_crm_reply_t *reply);
static ngx_int_t ngx_crm_revoked_feed_turn(ngx_crm_revoked_feed_t *feed,
    const ngx_crm_reply_t *cursor);
static ngx_int_t ngx_crm_revoked_feed_take(ngx_crm_revoked_feed_t *feed,
    const ngx_crm_reply_t *members);


static ngx_crm_revoked_feed_t  ngx_crm_revoked_feed;

static const ngx_crm_redis_listener_t  ngx_crm_revoked_feed_listener = {
    ngx_string(NGX_CRM_EVENTS),
    ngx_crm_revoked_feed_up,
    ngx_crm_revoked_feed_lost,
    ngx_crm_revoked_feed_message,
    ngx_crm_revoked_feed_proven,
    &ngx_crm_revoked_feed
};


ngx_int_t
ngx_crm_revoked_feed_start(ngx_crm_main_conf_t *conf, ngx_cycle_t *cycle)
{
    ngx_crm_revoked_feed_t  *feed = &ngx_crm_revoked_feed;

    feed->conf = conf;
    feed->listen = ngx_crm_redis_listen_start(conf->redis,
                                              &ngx_crm_revoked_feed_listener,
                                              cycle);

    return feed->listen ? NGX_OK : NGX_ERROR;
}


void
ngx_crm_revoked_feed_stop(void)
{
    if (ngx_crm_revoked_feed.listen) {
        ngx_crm_redis_listen_stop(ngx_crm_revoked_feed.listen);
    }
}


static void
ngx_crm_revoked_feed_up(void *data)
{
    ngx_crm_revoked_feed_t  *feed = data;

    feed->up = 1;
    feed->loaded = 0;
    feed->proven = ngx_current_msec;

    ngx_crm_revoked_feed_load(feed);
}


static void
ngx_crm_revoked_feed_lost(void *data)
{
    ngx_crm_revoked_feed_t  *feed = data;

    feed->up = 0;
    feed->loaded = 0;
    feed->loading = 0;
    feed->load++;

    ngx_crm_revoked_trust_lose(feed->conf);
}


static void
ngx_crm_revoked_feed_message(void *data, const ngx_str_t *text)
{
    ngx_crm_revoked_feed_t  *feed = data;

    if (ngx_crm_events_take(feed->conf, text) != NGX_OK) {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "crm: an event of unknown form on " NGX_CRM_EVENTS);
    }
}


/* once a second: also the moment to try again what did not work out */

static void
ngx_crm_revoked_feed_proven(void *data, ngx_msec_t then)
{
    ngx_crm_revoked_feed_t  *feed = data;

    feed->proven = then;

    if (feed->loaded) {
        ngx_crm_revoked_trust_prove(then);
    }

    if (feed->loading) {
        return;
    }

    if (!feed->loaded
        || (ngx_crm_revoked_trust_is_full()
            && ngx_current_msec - feed->began >= NGX_CRM_REVOKED_FEED_ANEW))
    {
        ngx_crm_revoked_feed_load(feed);
    }
}


static void
ngx_crm_revoked_feed_load(ngx_crm_revoked_feed_t *feed)
{
    feed->load++;
    feed->loading = 1;
    feed->began = ngx_current_msec;
    feed->missing = ngx_crm_revoked_trust_load();
    feed->len = ngx_sprintf(feed->cursor, "0") - feed->cursor;

    ngx_crm_revoked_feed_ask(feed);
}


/*
 * A scan takes as long for members of one score as for any, and has all that
 * are there from its beginning to its end.  What comes meanwhile comes as an
 * event too, and what has gone had expired.
 */

static void
ngx_crm_revoked_feed_ask(ngx_crm_revoked_feed_t *feed)
{
    ngx_str_t  argv[] = {
        ngx_string("ZSCAN"), ngx_string("crm:revoked"),
        { feed->len, feed->cursor }, ngx_string("COUNT"),
        ngx_string(NGX_CRM_REVOKED_FEED_PAGE)
    };

    if (ngx_crm_redis_send(feed->conf->redis, sizeof(argv) / sizeof(argv[0]),
                           argv, ngx_crm_revoked_feed_page,
                           (void *) feed->load)
        != NGX_OK)
    {
        feed->loading = 0;
    }
}


static void
ngx_crm_revoked_feed_page(void *data, const ngx_crm_reply_t *reply)
{
    ngx_crm_revoked_feed_t  *feed = &ngx_crm_revoked_feed;

    if (!feed->loading || (uintptr_t) data != feed->load) {
        return;
    }

    if (reply == NULL || ngx_crm_reply_error(reply).len) {
        feed->loading = 0;
        return;
    }

    if (ngx_crm_reply_array(reply, 2) != NGX_OK
        || ngx_crm_revoked_feed_turn(feed, ngx_crm_reply_element(reply, 0))
           != NGX_OK
        || ngx_crm_revoked_feed_take(feed, ngx_crm_reply_element(reply, 1))
           != NGX_OK)
    {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "crm: a page of crm:revoked is of a wrong form");
        feed->loading = 0;
        return;
    }

    if (feed->len != 1 || feed->cursor[0] != '0') {
        ngx_crm_revoked_feed_ask(feed);
        return;
    }

    feed->loading = 0;
    feed->loaded = 1;

    ngx_crm_revoked_trust_loaded(feed->missing);
    ngx_crm_revoked_trust_prove(feed->proven);
}


/* Where the next page begins; 0: there is none. */

static ngx_int_t
ngx_crm_revoked_feed_turn(ngx_crm_revoked_feed_t *feed,
    const ngx_crm_reply_t *cursor)
{
    ngx_str_t  text;

    if (ngx_crm_reply_text(cursor, &text) != NGX_OK
        || text.len == 0 || text.len > sizeof(feed->cursor))
    {
        return NGX_ERROR;
    }

    ngx_memcpy(feed->cursor, text.data, text.len);
    feed->len = text.len;

    return NGX_OK;
}


/* A member that is no revocation is somebody's mistake, and nobody's token. */

static ngx_int_t
ngx_crm_revoked_feed_take(ngx_crm_revoked_feed_t *feed,
    const ngx_crm_reply_t *members)
{
    ngx_str_t               member, score;
    ngx_uint_t              i;
    ngx_crm_revocation_t    revocation;
    const ngx_crm_reply_t  *e;

    for (i = 0; /* void */ ; i += 2) {
        e = ngx_crm_reply_element(members, i);

        if (e == NULL) {
            return ngx_crm_reply_array(members, i);
        }

        if (ngx_crm_reply_text(e, &member) != NGX_OK
            || ngx_crm_reply_text(ngx_crm_reply_element(members, i + 1),
                                  &score)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (ngx_crm_revocation_read(&revocation, &member) == NGX_OK) {
            revocation.expires = ngx_crm_revocation_expires(&score);
            (void) ngx_crm_revoked_zone_add(feed->conf, &revocation);
        }
    }
}
