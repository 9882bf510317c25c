/*
 * The way in.  NGINX skips ACCESS for subrequests and for what satisfy any
 * has let through, and limit_req runs before it: so the verdict is worked out
 * in PREACCESS, spoken in ACCESS, and what it allows is done in PRECONTENT.
 */

#include "edge/ngx_crm_access.h"
#include "edge/ngx_crm_body_token.h"
#include "edge/ngx_crm_content.h"
#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_context.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_route.h"
#include "engine/ngx_crm_subrequest_answer.h"
#include "gate/ngx_crm_forward.h"
#include "gate/ngx_crm_gate.h"
#include "gate/ngx_crm_gate_body.h"
#include "gate/ngx_crm_preflight.h"
#include "gate/ngx_crm_sealed_body.h"
#include "store/ngx_crm_zone.h"
#include "ngx_crm_sealed.h"


static ngx_int_t ngx_crm_access_judge(ngx_http_request_t *r);
static ngx_int_t ngx_crm_access_stray(ngx_http_request_t *r);
static ngx_int_t ngx_crm_access_speak(ngx_http_request_t *r);
static ngx_int_t ngx_crm_access_pass(ngx_http_request_t *r);
static ngx_int_t ngx_crm_access_refuse(ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_access_open(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


static const struct {
    ngx_http_phases        phase;
    ngx_http_handler_pt    handler;
} ngx_crm_access_phases[] = {
    { NGX_HTTP_PREACCESS_PHASE, ngx_crm_access_judge },
    { NGX_HTTP_ACCESS_PHASE, ngx_crm_access_speak },
    { NGX_HTTP_PRECONTENT_PHASE, ngx_crm_access_pass }
};


/* never NGX_OK, which would skip limit_req */

static ngx_int_t
ngx_crm_access_judge(ngx_http_request_t *r)
{
    ngx_int_t            rc;
    ngx_crm_ctx_t       *ctx;
    ngx_crm_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    if (ngx_crm_subrequest_answer_is(r)) {
        return NGX_DECLINED;
    }

    if (lcf->api == NULL) {
        return ngx_crm_access_stray(r);
    }

    ctx = ngx_crm_context_find(r);

    if (ctx == NULL) {
        ctx = ngx_crm_context_create(r);
        if (ctx == NULL) {
            return NGX_ERROR;
        }
    }

    if (!ctx->judging) {
        ctx->api = lcf->api;
        ctx->shapes = lcf->shapes;
        ctx->dialect = lcf->dialect;
        ctx->route = lcf->api->unlisted;
        ctx->demands = NULL;
        ctx->passed = 0;
        ctx->due = 0;

        if (ngx_crm_forward_disown(r) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (ngx_crm_gate_judge(r, ctx) == NGX_AGAIN) {
        return NGX_AGAIN;
    }

    if (!ngx_crm_body_token_is_wanted(r, ctx)) {
        return NGX_DECLINED;
    }

    rc = ngx_crm_body_token_find(r, ctx);

    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_crm_gate_judge(r, ctx);

    return (rc == NGX_AGAIN) ? NGX_AGAIN : NGX_DECLINED;
}


/*
 * try_files, which comes after our PRECONTENT, takes a request out of its
 * location before the edge has begun to answer it; what it brings, a password
 * perhaps, is for nobody else.
 */

static ngx_int_t
ngx_crm_access_stray(ngx_http_request_t *r)
{
    ngx_crm_ctx_t  *ctx;

    ctx = ngx_crm_context_find(r);

    if (ctx == NULL || !ctx->due) {
        return NGX_DECLINED;
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "crm: \"%V\" is answered by the edge, but has been taken "
                  "out of its location: write no try_files there",
                  &ctx->route->path);

    return NGX_HTTP_INTERNAL_SERVER_ERROR;
}


static ngx_int_t
ngx_crm_access_speak(ngx_http_request_t *r)
{
    ngx_crm_ctx_t       *ctx;
    ngx_crm_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    if (lcf->api == NULL) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_get_module_ctx(r, ngx_crm_module);

    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->verdict.name != NGX_CRM_PASSED) {
        return ngx_crm_access_refuse(ctx);
    }

    return ngx_crm_preflight_is(r) ? NGX_DECLINED
                                   : ngx_crm_gate_body(r, ctx);
}


/* a returned status, never an answer: satisfy any works on returned codes */

static ngx_int_t
ngx_crm_access_refuse(ngx_crm_ctx_t *ctx)
{
    ctx->refusal = ctx->verdict;

    return ctx->refusal.status;
}


static ngx_int_t
ngx_crm_access_pass(ngx_http_request_t *r)
{
    ngx_int_t            rc;
    ngx_uint_t           told;
    ngx_crm_ctx_t       *ctx;
    ngx_crm_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    if (lcf->api == NULL || ngx_crm_subrequest_answer_is(r)) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_get_module_ctx(r, ngx_crm_module);

    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /* a subrequest has not been to ACCESS; a flow needs the verdict anyhow */

    if (ctx->verdict.name != NGX_CRM_PASSED
        && (r != r->main || ctx->route->steps))
    {
        return ngx_crm_access_refuse(ctx);
    }

    if (ctx->held.sealed) {
        rc = ngx_crm_access_open(r, ctx);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    /* satisfy any: what we refused, somebody else has let through */

    ngx_memzero(&ctx->refusal, sizeof(ngx_crm_refusal_t));
    ctx->passed = 1;

    told = ctx->verdict.name == NGX_CRM_PASSED
           && !ngx_crm_preflight_is(r);

    if (ngx_crm_forward_replace(r, ctx, told) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->route->steps
        && (ctx->route->methods & ngx_crm_route_method(r->method)))
    {
        ctx->due = 1;
        ctx->proxy = r->content_handler;
        r->content_handler = ngx_crm_content_handler;
        return NGX_DECLINED;
    }

    ngx_crm_zone_count(NGX_CRM_COUNT_PASSED);

    return NGX_DECLINED;
}


/*
 * Where somebody else has let a request through, before our ACCESS or after it
 * refused: a body that is to be opened still is, and one that did not open
 * goes nowhere.
 */

static ngx_int_t
ngx_crm_access_open(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    if (ctx->held.sealed->broken) {
        return ngx_crm_refuse(ctx, NGX_CRM_WRONG_API_KEY, NULL);
    }

    return (r == r->main && ngx_crm_sealed_body_is_closed(ctx))
           ? ngx_crm_gate_body(r, ctx) : NGX_OK;
}


ngx_int_t
ngx_crm_access_init(ngx_conf_t *cf)
{
    ngx_uint_t                  i;
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    for (i = 0; i < sizeof(ngx_crm_access_phases)
                    / sizeof(ngx_crm_access_phases[0]); i++)
    {
        h = ngx_array_push(&cmcf->phases[ngx_crm_access_phases[i].phase]
                                .handlers);
        if (h == NULL) {
            return NGX_ERROR;
        }

        *h = ngx_crm_access_phases[i].handler;
    }

    return NGX_OK;
}
