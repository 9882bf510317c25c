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
