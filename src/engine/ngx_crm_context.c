/* As ngx_http_realip_module does: the pool's cleanups outlive r->ctx. */

#include "engine/ngx_crm_context.h"


static void ngx_crm_context_cleanup(void *data);


ngx_crm_ctx_t *
ngx_crm_context_find(ngx_http_request_t *r)
{
    ngx_crm_ctx_t       *ctx;
    ngx_pool_cleanup_t  *cln;

    ctx = ngx_http_get_module_ctx(r, ngx_crm_module);

    if (ctx || (!r->internal && !r->filter_finalize)) {
        return ctx;
    }

    for (cln = r->pool->cleanup; cln; cln = cln->next) {

        if (cln->handler != ngx_crm_context_cleanup) {
            continue;
        }

        ctx = cln->data;

        if (ctx->request == r) {
            ngx_http_set_ctx(r, ctx, ngx_crm_module);
            return ctx;
        }
    }

    return NULL;
}


/* a copy has the very path of the one that it is a copy of, and its place */

ngx_crm_ctx_t *
ngx_crm_context_read(ngx_http_request_t *r)
{
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_crm_context_find(r);

    if (ctx == NULL && r != r->main
        && r->uri.data == r->parent->uri.data
        && r->loc_conf == r->parent->loc_conf)
    {
        return ngx_crm_context_read(r->parent);
    }

    return ctx;
}


ngx_crm_ctx_t *
ngx_crm_context_copy(ngx_http_request_t *r, const ngx_crm_ctx_t *from)
{
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_crm_context_create(r);
    if (ctx == NULL) {
        return NULL;
    }

    ctx->api = from->api;
    ctx->shapes = from->shapes;
    ctx->dialect = from->dialect;
    ctx->route = from->route;
    ctx->key = from->key;
    ctx->app = from->app;
    ctx->contact = from->contact;
    ctx->session = from->session;
    ctx->correlation = from->correlation;
    ctx->mode = from->mode;
    ctx->passed = 1;

    return ctx;
}


ngx_crm_ctx_t *
ngx_crm_context_create(ngx_http_request_t *r)
{
    ngx_crm_ctx_t       *ctx;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_crm_ctx_t));
    if (cln == NULL) {
        return NULL;
    }

    ctx = cln->data;
    ngx_memzero(ctx, sizeof(ngx_crm_ctx_t));

    ctx->request = r;
    cln->handler = ngx_crm_context_cleanup;

    ngx_http_set_ctx(r, ctx, ngx_crm_module);

    return ctx;
}


static void
ngx_crm_context_cleanup(void *data)
{
    ngx_crm_ctx_t  *ctx = data;

    if (ctx->walk.deadline.timer_set) {
        ngx_del_timer(&ctx->walk.deadline);
    }

    if (ctx->walk.asker) {
        *ctx->walk.asker = NULL;
    }

}
