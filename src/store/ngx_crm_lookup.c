#include "store/ngx_crm_lookup.h"
#include "store/ngx_crm_record_cache.h"
#include "store/ngx_crm_zone.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_redis.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_walk.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_LOOKUP_MAX   64
#define NGX_CRM_LOOKUP_NAME  160     /* bytes of a key's name in Redis */


/* one question to Redis, and the requests that wait for its answer */
typedef struct {
    const ngx_crm_lookup_kind_t  *kind;
    ngx_crm_main_conf_t          *conf;
    ngx_queue_t                   waiters;
    ngx_uint_t                    dropped;   /* records, when it was asked */
    u_char                        digest[NGX_CRM_SHA256_LEN];
    u_char                        name[NGX_CRM_LOOKUP_NAME];
    size_t                        len;       /* of the name */
    unsigned                      asked:1;
} ngx_crm_lookup_t;


/* outlives its request: the look-up frees it */
typedef struct {
    ngx_queue_t                 queue;
    void                       *ctx;       /* NULL: it no longer waits */
} ngx_crm_lookup_waiter_t;


static ngx_int_t ngx_crm_lookup_wait(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_lookup_kind_t *kind,
    const ngx_str_t *name, const u_char *digest);
static ngx_crm_lookup_t *ngx_crm_lookup_begin(ngx_crm_main_conf_t *conf,
    const ngx_crm_lookup_kind_t *kind, const ngx_str_t *name,
    const u_char *digest);
static ngx_int_t ngx_crm_lookup_name(ngx_crm_lookup_t *lookup,
    const ngx_str_t *name);
static ngx_int_t ngx_crm_lookup_ask(ngx_crm_lookup_t *lookup);
static void ngx_crm_lookup_reply(void *data, const ngx_crm_reply_t *reply);
static ngx_int_t ngx_crm_lookup_learn(ngx_crm_lookup_t *lookup,
    const ngx_crm_reply_t *reply, ngx_crm_record_t *record);
static void ngx_crm_lookup_wake(ngx_crm_ctx_t *ctx,
    const ngx_crm_lookup_kind_t *kind, const ngx_crm_record_t *record,
    ngx_int_t status);


/* this process's own; the handler of each that is asked will be called */
static ngx_crm_lookup_t  ngx_crm_lookups[NGX_CRM_LOOKUP_MAX];


ngx_int_t
ngx_crm_lookup_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_lookup_kind_t *kind, const ngx_str_t *name,
    const u_char digest[NGX_CRM_SHA256_LEN])
{
    ngx_int_t             rc;
    ngx_crm_record_t      record;
    ngx_crm_main_conf_t  *conf;

    conf = ngx_http_get_module_main_conf(r, ngx_crm_module);

    rc = NGX_DECLINED;

    if (conf->key_cache) {
        rc = ngx_crm_record_cache_get(conf, digest, &record);
    }

    if (rc == NGX_DECLINED) {
        ngx_crm_zone_count(NGX_CRM_COUNT_KEY_MISS);
        return ngx_crm_lookup_wait(r, ctx, kind, name, digest);
    }

    if (rc == NGX_AGAIN) {
        ngx_crm_zone_count(NGX_CRM_COUNT_KEY_STALE);
        (void) ngx_crm_lookup_begin(conf, kind, name, digest);

    } else {
        ngx_crm_zone_count(NGX_CRM_COUNT_KEY_HIT);
    }

    return kind->set(ctx, &record);
}


static ngx_int_t
ngx_crm_lookup_wait(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_lookup_kind_t *kind, const ngx_str_t *name,
    const u_char *digest)
{
    ngx_crm_lookup_t         *lookup;
    ngx_crm_main_conf_t      *conf;
    ngx_crm_lookup_waiter_t  *waiter;

    conf = ngx_http_get_module_main_conf(r, ngx_crm_module);

    lookup = ngx_crm_lookup_begin(conf, kind, name, digest);

    if (lookup == NULL) {
        return ngx_crm_refuse_for(ctx, NGX_CRM_UNAVAILABLE, 1);
    }

    waiter = ngx_alloc(sizeof(ngx_crm_lookup_waiter_t), r->connection->log);
    if (waiter == NULL) {
        return NGX_ERROR;
    }

    waiter->ctx = ctx;
    ngx_queue_insert_tail(&lookup->waiters, &waiter->queue);

    return ngx_crm_walk_park(r, ctx, &waiter->ctx, 1);
}


/* The look-up under way, or a new one; NULL: Redis is away, or too many. */

static ngx_crm_lookup_t *
ngx_crm_lookup_begin(ngx_crm_main_conf_t *conf,
    const ngx_crm_lookup_kind_t *kind, const ngx_str_t *name,
    const u_char *digest)
{
    ngx_uint_t         i;
    ngx_crm_lookup_t  *lookup, *unused;

    unused = NULL;

    for (i = 0; i < NGX_CRM_LOOKUP_MAX; i++) {
        lookup = &ngx_crm_lookups[i];

        if (!lookup->asked) {
            unused = lookup;
            continue;
        }

        if (ngx_memcmp(lookup->digest, digest, NGX_CRM_SHA256_LEN) == 0) {
            return lookup;
        }
    }

    if (unused == NULL) {
        return NULL;
    }

    unused->kind = kind;
    unused->conf = conf;
    unused->dropped = ngx_crm_record_cache_dropped();
    ngx_queue_init(&unused->waiters);
    ngx_memcpy(unused->digest, digest, NGX_CRM_SHA256_LEN);

    return (ngx_crm_lookup_name(unused, name) == NGX_OK
            && ngx_crm_lookup_ask(unused) == NGX_OK) ? unused : NULL;
}


static ngx_int_t
ngx_crm_lookup_name(ngx_crm_lookup_t *lookup, const ngx_str_t *name)
{
    u_char           *p;
    const ngx_str_t  *prefix;

    if (name) {

        if (name->len > sizeof(lookup->name)) {
            return NGX_ERROR;
        }

        lookup->len = name->len;
        ngx_memcpy(lookup->name, name->data, name->len);

        return NGX_OK;
    }

    prefix = &lookup->kind->prefix;

    p = ngx_cpymem(lookup->name, prefix->data, prefix->len);
    *p++ = '{';
    p = ngx_crm_text_hex(p, lookup->digest, NGX_CRM_SHA256_LEN);
    *p++ = '}';

    lookup->len = p - lookup->name;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_lookup_ask(ngx_crm_lookup_t *lookup)
{
    ngx_str_t                     argv[2 + NGX_CRM_LOOKUP_MEMBERS];
    const ngx_crm_lookup_kind_t  *kind;

    kind = lookup->kind;

    if (kind->n) {
        ngx_str_set(&argv[0], "HMGET");
        ngx_memcpy(argv + 2, kind->members, kind->n * sizeof(ngx_str_t));

    } else {
        ngx_str_set(&argv[0], "GET");
    }

    argv[1].data = lookup->name;
    argv[1].len = lookup->len;

    if (ngx_crm_redis_send(lookup->conf->redis, 2 + kind->n, argv,
                           ngx_crm_lookup_reply, lookup)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    lookup->asked = 1;

    return NGX_OK;
}


static void
ngx_crm_lookup_reply(void *data, const ngx_crm_reply_t *reply)
{
    ngx_crm_lookup_t  *lookup = data;

    ngx_int_t                     status;
    ngx_queue_t                   waiters, *q;
    ngx_crm_record_t              record;
    ngx_crm_lookup_waiter_t      *waiter;
    const ngx_crm_lookup_kind_t  *kind;

    kind = lookup->kind;
    status = ngx_crm_lookup_learn(lookup, reply, &record);

    /*
     * A request that wakes may ask for keys again and end others: the look-up
     * is free and the list our own before the first does, and each node stays
     * in place until its turn, for the walk writes into it when it gives up.
     */

    ngx_queue_init(&waiters);

    if (!ngx_queue_empty(&lookup->waiters)) {
        ngx_queue_add(&waiters, &lookup->waiters);
    }

    lookup->asked = 0;

    while (!ngx_queue_empty(&waiters)) {
        q = ngx_queue_head(&waiters);
        ngx_queue_remove(q);

        waiter = ngx_queue_data(q, ngx_crm_lookup_waiter_t, queue);

        if (waiter->ctx) {
            ngx_crm_lookup_wake(waiter->ctx, kind, &record, status);
        }

        ngx_free(waiter);
    }
}


/* Returns NGX_OK and the record, or the status that the waiters fail with. */

static ngx_int_t
ngx_crm_lookup_learn(ngx_crm_lookup_t *lookup, const ngx_crm_reply_t *reply,
    ngx_crm_record_t *record)
{
    ngx_str_t  name;

    if (reply == NULL || ngx_crm_reply_error(reply).len) {
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    }

    name.data = lookup->name;
    name.len = lookup->len;

    if (lookup->kind->read(reply, &name, record) != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "crm: the reply to \"%V\" is of the wrong form", &name);
        return NGX_HTTP_BAD_GATEWAY;
    }

    if (lookup->conf->key_cache) {
        ngx_crm_record_cache_put(lookup->conf, lookup->digest, record,
                                 lookup->dropped);
    }

    return NGX_OK;
}


static void
ngx_crm_lookup_wake(ngx_crm_ctx_t *ctx, const ngx_crm_lookup_kind_t *kind,
    const ngx_crm_record_t *record, ngx_int_t status)
{
    if (status == NGX_OK && kind->set(ctx, record) != NGX_OK) {
        status = NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_crm_walk_wake(ctx, status);
}
