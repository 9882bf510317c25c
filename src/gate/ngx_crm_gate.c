/* Who may pass: the checks of contract.md, cheapest first. */

#include "gate/ngx_crm_gate.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_route.h"
#include "engine/ngx_crm_route_table.h"
#include "engine/ngx_crm_walk.h"
#include "gate/ngx_crm_credentials.h"
#include "gate/ngx_crm_headers.h"
#include "gate/ngx_crm_path.h"
#include "gate/ngx_crm_preflight.h"
#include "gate/ngx_crm_client_proof.h"
#include "gate/ngx_crm_token.h"
#include "store/ngx_crm_api_key.h"
#include "store/ngx_crm_revoked.h"
#include "ngx_crm_demands.h"


static ngx_int_t ngx_crm_gate_check_tls(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_gate_find_route(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_gate_read_credentials(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_gate_find_key(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_gate_check_key(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_gate_check_owner(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);

static ngx_int_t ngx_crm_gate_take_row(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_route_t *row);
static ngx_uint_t ngx_crm_gate_needs(ngx_crm_loc_conf_t *lcf,
    const ngx_crm_route_t *row);


/* once it is known whose key it is; alike for all, so that none is left out */

#define NGX_CRM_GATE_REST                                                     \
    ngx_crm_gate_check_key, ngx_crm_headers_check, ngx_crm_token_check,       \
    ngx_crm_token_take, ngx_crm_revoked_check, ngx_crm_revoked_checked,       \
    ngx_crm_gate_check_owner, NULL

static const ngx_crm_step_pt  ngx_crm_gate[] = {
    ngx_crm_headers_correlate,
    ngx_crm_gate_check_tls,
    ngx_crm_path_check,
    ngx_crm_gate_find_route,
    ngx_crm_gate_read_credentials,
    ngx_crm_gate_find_key,
    NGX_CRM_GATE_REST
};

/* of a client that encrypts */

static const ngx_crm_step_pt  ngx_crm_gate_sealed[] = {
    ngx_crm_headers_correlate,
    ngx_crm_gate_check_tls,
    ngx_crm_path_check,
    ngx_crm_gate_find_route,
    ngx_crm_client_proof_begin,
    ngx_crm_gate_read_credentials,
    ngx_crm_client_proof_find_client,
    ngx_crm_client_proof_find_keys,
    ngx_crm_client_proof_open,
    ngx_crm_client_proof_ask,
    ngx_crm_client_proof_told,
    NGX_CRM_GATE_REST
};

static const ngx_crm_step_pt  ngx_crm_gate_preflight[] = {
    ngx_crm_gate_check_tls,
    ngx_crm_path_check,
    NULL
};


ngx_int_t
ngx_crm_gate_judge(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t               rc;
    ngx_crm_loc_conf_t     *lcf;
    const ngx_crm_step_pt  *steps;

    if (!ctx->judging) {
        ctx->judging = 1;

        /* of another location's, that an internal redirect came from */

        ngx_memzero(&ctx->refusal, sizeof(ngx_crm_refusal_t));

        lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

        steps = lcf->sealed ? ngx_crm_gate_sealed : ngx_crm_gate;

        if (ngx_crm_preflight_is(r)) {
            steps = ngx_crm_gate_preflight;
        }

        ngx_crm_walk_begin(ctx, steps, ngx_http_core_run_phases);
    }

    rc = ngx_crm_walk(r, ctx);

    if (rc == NGX_AGAIN) {
        return NGX_AGAIN;
    }

    ctx->judging = 0;
    ctx->verdict = ctx->refusal;

    /* a verdict is not spoken yet: somebody else may let the request pass */

    ngx_memzero(&ctx->refusal, sizeof(ngx_crm_refusal_t));

    return NGX_OK;
}


static ngx_int_t
ngx_crm_gate_check_tls(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t            value;
    ngx_crm_loc_conf_t  *lcf;

#if (NGX_HTTP_SSL)
    if (r->connection->ssl) {
        return NGX_OK;
    }
#endif

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    if (lcf->require_tls) {

        if (ngx_http_complex_value(r, lcf->require_tls, &value) != NGX_OK) {
            return NGX_ERROR;
        }

        if ((value.len == 3 && ngx_strncmp(value.data, "off", 3) == 0)
            || (value.len == 1 && value.data[0] == '0'))
        {
            return NGX_OK;
        }
    }

    return ngx_crm_refuse(ctx, NGX_CRM_TLS_REQUIRED, NULL);
}


static ngx_int_t
ngx_crm_gate_find_route(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t               rc;
    ngx_str_t               path;
    ngx_crm_loc_conf_t     *lcf;
    ngx_crm_route_found_t   found, whole;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);
    path = ngx_crm_path_of(r);

    rc = ngx_crm_route_table_find(lcf->routes, &path, r->method, &found);

    ctx->owner = found.owner;

    /* a rewrite that took the base off may have left what begins with it */

    if (!r->valid_unparsed_uri && path.data != r->uri.data) {
        (void) ngx_crm_route_table_find(lcf->routes, &r->uri, r->method,
                                        &whole);
        if (whole.owner.len) {
            ctx->owner = whole.owner;
        }
    }

    if (lcf->answer) {
        found.methods = lcf->answer->methods;
        found.row = lcf->answer;
        rc = (ngx_crm_route_method(r->method)
              & (found.methods|NGX_HTTP_OPTIONS))
             ? NGX_OK : NGX_HTTP_NOT_ALLOWED;
    }

    switch (rc) {

    case NGX_OK:
        return ngx_crm_gate_take_row(r, ctx, found.row);

    case NGX_HTTP_NOT_ALLOWED:
        (void) ngx_crm_refuse(ctx, NGX_CRM_METHOD_NOT_ALLOWED, NULL);
        ctx->refusal.methods = found.methods;
        return NGX_HTTP_NOT_ALLOWED;

    case NGX_DECLINED:
        if (lcf->unlisted == NGX_CRM_UNLISTED_PROXY) {
            return ngx_crm_gate_take_row(r, ctx, ctx->api->unlisted);
        }

        /* fall through */

    default:
        return ngx_crm_refuse(ctx, NGX_CRM_NOT_FOUND, NULL);
    }
}


static ngx_int_t
ngx_crm_gate_take_row(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_route_t *row)
{
    ngx_str_t            path;
    ngx_uint_t           n;
    ngx_crm_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    ctx->route = row;
    ctx->needs = ngx_crm_gate_needs(lcf, row);

    n = row->needs / NGX_CRM_DEMANDS(1);

    if (n) {
        ctx->demands = &ctx->api->terms->demands[n];
    }

    if (row->steps) {
        path = ngx_crm_path_of(r);
        ctx->variable = ngx_crm_route_variable(&row->path, &path);
    }

    return NGX_OK;
}


/* the row's own, as the location's crm_api_key and crm_token change it */

static ngx_uint_t
ngx_crm_gate_needs(ngx_crm_loc_conf_t *lcf, const ngx_crm_route_t *row)
{
    ngx_uint_t  needs;

    needs = row->needs;

    if (needs & NGX_CRM_NEEDS_TOKEN) {
        needs |= NGX_CRM_TAKES_TOKEN;
    }

    switch (lcf->token) {

    case NGX_CRM_DEMAND_ON:
        needs |= NGX_CRM_NEEDS_TOKEN;
        break;

    case NGX_CRM_DEMAND_OPTIONAL:
        if (needs & NGX_CRM_NEEDS_TOKEN) {
            needs |= NGX_CRM_KEY_OR_TOKEN;
        }

        needs &= ~NGX_CRM_NEEDS_TOKEN;
        needs |= NGX_CRM_TAKES_TOKEN;
        break;

    case NGX_CRM_DEMAND_OFF:

        /* a public place is still the customers' of some application */

        if (needs & NGX_CRM_NEEDS_TOKEN) {
            needs |= NGX_CRM_NEEDS_KEY;
        }

        needs &= ~(NGX_CRM_NEEDS_TOKEN|NGX_CRM_TAKES_TOKEN);
        break;
    }

    if (lcf->api_key == NGX_CRM_DEMAND_ON) {
        needs |= NGX_CRM_NEEDS_KEY;

    } else if (lcf->api_key != NGX_CRM_DEMAND_ROUTE) {
        needs &= ~(NGX_CRM_NEEDS_KEY|NGX_CRM_KEY_OR_TOKEN);
    }

    return needs;
}


static ngx_int_t
ngx_crm_gate_read_credentials(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    if (ctx->credentials) {
        return NGX_OK;
    }

    ctx->credentials = 1;

    return ngx_crm_credentials_read(r, ctx);
}


static ngx_int_t
ngx_crm_gate_find_key(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    if (ctx->sent_key.data == NULL) {

        if ((ctx->needs & NGX_CRM_NEEDS_KEY)
            || ((ctx->needs & NGX_CRM_KEY_OR_TOKEN)
                && ctx->sent_token.data == NULL))
        {
            return ngx_crm_refuse(ctx, NGX_CRM_WRONG_API_KEY, NULL);
        }

        return NGX_OK;
    }

    return ngx_crm_api_key_find(r, ctx);
}


static ngx_int_t
ngx_crm_gate_check_key(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    if (ctx->sent_key.data == NULL) {
        return NGX_OK;
    }

    if (ctx->key == NULL) {
        return ngx_crm_refuse(ctx, NGX_CRM_WRONG_API_KEY, NULL);
    }

    if (!(ctx->key->apis & ctx->api->bit)) {
        return ngx_crm_refuse(ctx, NGX_CRM_FORBIDDEN_API_KEY, NULL);
    }

    ctx->mode = ctx->key->mode;
    ctx->app = ctx->key->app;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_gate_check_owner(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    if (ctx->owner.len == 0 || ctx->contact.len == 0) {
        return NGX_OK;
    }

    if (ctx->owner.len == ctx->contact.len
        && ngx_memcmp(ctx->owner.data, ctx->contact.data, ctx->owner.len)
           == 0)
    {
        return NGX_OK;
    }

    return ngx_crm_refuse(ctx, NGX_CRM_FORBIDDEN, NULL);
}
