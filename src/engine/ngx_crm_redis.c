#include "engine/ngx_crm_redis_conf.h"
#include "engine/ngx_crm_redis_io.h"
#include "engine/ngx_crm_walk.h"


#define NGX_CRM_REDIS_HELD  1024     /* commands that wait for the link */


static void ngx_crm_redis_answered(void *data, const ngx_crm_reply_t *reply);


char *
ngx_crm_redis_parse(ngx_conf_t *cf, ngx_crm_redis_t **redis)
{
    if (*redis) {
        return "is duplicate";
    }

    *redis = ngx_pcalloc(cf->pool, sizeof(ngx_crm_redis_t));
    if (*redis == NULL) {
        return NGX_CONF_ERROR;
    }

    return ngx_crm_redis_conf_read(cf, *redis);
}


ngx_msec_t
ngx_crm_redis_timeout(ngx_crm_redis_t *redis)
{
    return redis->timeout;
}


ngx_int_t
ngx_crm_redis_start(ngx_crm_redis_t *redis, ngx_cycle_t *cycle)
{
    ngx_crm_redis_link_start(redis, cycle);

    return NGX_OK;
}


void
ngx_crm_redis_stop(ngx_crm_redis_t *redis)
{
    ngx_crm_redis_link_stop(redis);
}


ngx_uint_t
ngx_crm_redis_is_up(ngx_crm_redis_t *redis)
{
    return redis->state == NGX_CRM_REDIS_UP;
}


ngx_int_t
ngx_crm_redis_send(ngx_crm_redis_t *redis, ngx_uint_t argc,
    const ngx_str_t *argv, ngx_crm_reply_pt handler, void *data)
{
    if (redis->state == NGX_CRM_REDIS_UP) {
        return ngx_crm_redis_io_send(redis, argc, argv, handler, data);
    }

    if (redis->state < NGX_CRM_REDIS_CALLING
        || redis->held.n >= NGX_CRM_REDIS_HELD)
    {
        return NGX_ERROR;
    }

    if (ngx_crm_redis_lane_put(&redis->held, argc, argv, handler, data)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_crm_redis_link_hold(redis);

    return NGX_OK;
}


ngx_int_t
ngx_crm_redis_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx, ngx_uint_t argc,
    const ngx_str_t *argv)
{
    void       **asker;
    ngx_int_t    rc;

    asker = ngx_alloc(sizeof(void *), r->connection->log);
    if (asker == NULL) {
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    }

    rc = ngx_crm_redis_wait(r, ctx, argc, argv, ngx_crm_redis_answered, asker);

    if (rc != NGX_AGAIN) {
        ngx_free(asker);
    }

    return rc;
}


static void
ngx_crm_redis_answered(void *data, const ngx_crm_reply_t *reply)
{
    ngx_crm_ctx_t  *ctx;

    ctx = *(void **) data;
    ngx_free(data);

    ngx_crm_redis_wake(ctx, reply);
}


ngx_int_t
ngx_crm_redis_wait(ngx_http_request_t *r, ngx_crm_ctx_t *ctx, ngx_uint_t argc,
    const ngx_str_t *argv, ngx_crm_reply_pt handler, void **asker)
{
    ngx_int_t             rc;
    ngx_crm_redis_t      *redis;
    ngx_crm_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_crm_module);
    redis = mcf->redis;

    *asker = ctx;

    if (ngx_crm_redis_send(redis, argc, argv, handler, asker) != NGX_OK) {
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    }

    rc = ngx_crm_walk_park(r, ctx, asker, 1);

    if (rc != NGX_AGAIN) {
        ngx_crm_redis_lane_take_back(redis->state == NGX_CRM_REDIS_UP
                                     ? &redis->live : &redis->held);
        ngx_crm_redis_link_hold(redis);
    }

    return rc;
}


void
ngx_crm_redis_wake(ngx_crm_ctx_t *ctx, const ngx_crm_reply_t *reply)
{
    if (ctx == NULL) {
        return;
    }

    if (reply == NULL || reply->type == REDIS_REPLY_ERROR) {
        ngx_crm_walk_wake(ctx, NGX_HTTP_SERVICE_UNAVAILABLE);
        return;
    }

    ctx->walk.reply = reply;
    ngx_crm_walk_wake(ctx, NGX_OK);
}
