#include "gate/ngx_crm_otp_verify.h"
#include "gate/ngx_crm_rules.h"
#include "store/ngx_crm_otp.h"
#include "store/ngx_crm_person.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_walk.h"
#include "ngx_crm_demands.h"


static ngx_int_t ngx_crm_otp_verify_read(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_crm_otp_t *otp);
static ngx_int_t ngx_crm_otp_verify_passed(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static void ngx_crm_otp_verify_cleanup(void *data);
static ngx_uint_t ngx_crm_otp_verify_is_gone(ngx_http_request_t *r);


static const ngx_crm_step_pt  ngx_crm_otp_verify_then[] = {
    ngx_crm_otp_verify_passed,
    NULL
};


ngx_int_t
ngx_crm_otp_verify_begin(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_crm_otp_t       *otp;
    ngx_crm_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    /* an internal redirect comes here again with a code that is spent */

    if (!lcf->otp_verify || ctx->demands->code.len == 0 || ctx->held.code) {
        return NGX_OK;
    }

    otp = ngx_crm_otp_create(r, ctx, "login");
    if (otp == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_crm_otp_verify_read(r, ctx, otp);

    if (rc != NGX_OK) {
        return rc;
    }

    otp->then = ngx_crm_otp_verify_then;
    ngx_crm_walk_to(ctx, ngx_crm_otp_check);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_otp_verify_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_otp_t *otp)
{
    ngx_int_t                 rc;
    ngx_str_t                 number;
    const ngx_crm_demands_t  *demands;

    static const ngx_str_t    phone = ngx_string("PHONE");

    demands = ctx->demands;

    if (ngx_crm_rules_member(r, &demands->number, &number) != NGX_OK
        || ngx_crm_rules_member(r, &demands->code, &otp->code) != NGX_OK
        || ngx_crm_person_create(r, ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_crm_person_add(r, ctx, &phone, &number,
                            &ctx->api->terms->country);

    if (rc == NGX_DECLINED) {
        return ngx_crm_refuse(ctx, NGX_CRM_WRONG_OTP, NULL);
    }

    return rc;
}


static ngx_int_t
ngx_crm_otp_verify_passed(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_http_cleanup_t  *cln;

    ctx->held.code = ctx->flow;

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_crm_otp_verify_cleanup;
    cln->data = ctx;

    return NGX_OK;
}


/* a client that left, before anything was answered */

static void
ngx_crm_otp_verify_cleanup(void *data)
{
    ngx_crm_ctx_t  *ctx = data;

    if (!ctx->request->header_sent) {
        ngx_crm_otp_verify_end(ctx->request, ctx, NGX_HTTP_BAD_GATEWAY);
    }
}


void
ngx_crm_otp_verify_end(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_uint_t status)
{
    ngx_crm_loc_conf_t  *lcf;

    if (ctx->held.code == NULL || r != r->main) {
        return;
    }

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    /* where no API is, a page speaks for a CRM that did not */

    if ((status >= NGX_HTTP_BAD_REQUEST || lcf->api == NULL)
        && !ngx_crm_otp_verify_is_gone(r))
    {
        ngx_crm_otp_give_back(r, ctx, ctx->held.code);
    }

    ctx->held.code = NULL;
}


/* whether the CRM may have heard of the request */

static ngx_uint_t
ngx_crm_otp_verify_is_gone(ngx_http_request_t *r)
{
    ngx_uint_t                  i;
    ngx_http_upstream_state_t  *state;

    if (r->upstream_states == NULL) {
        return 0;
    }

    state = r->upstream_states->elts;

    for (i = 0; i < r->upstream_states->nelts; i++) {
        if (state[i].bytes_sent) {
            return 1;
        }
    }

    return 0;
}
