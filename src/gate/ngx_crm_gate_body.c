#include "gate/ngx_crm_gate_body.h"
#include "gate/ngx_crm_otp_verify.h"
#include "gate/ngx_crm_rules.h"
#include "gate/ngx_crm_sealed_body.h"
#include "engine/ngx_crm_body.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_walk.h"
#include "ngx_crm_demands.h"


static ngx_int_t ngx_crm_gate_body_type(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_gate_body_address(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


static const ngx_crm_step_pt  ngx_crm_gate_body_steps[] = {
    ngx_crm_rules_check,
    ngx_crm_gate_body_address,
    ngx_crm_otp_verify_begin,
    NULL
};


ngx_int_t
ngx_crm_gate_body(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t   rc;
    ngx_uint_t  closed;

    closed = ngx_crm_sealed_body_is_closed(ctx);

    if (!ngx_crm_rules_wanted(ctx) && !closed) {
        return NGX_OK;
    }

    rc = closed ? NGX_OK : ngx_crm_gate_body_type(r, ctx);

    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_crm_body_read(r, ctx);

    if (rc != NGX_OK) {
        return rc;
    }

    if (closed) {
        rc = ngx_crm_sealed_body_open(r, ctx);

        if (rc != NGX_OK || !ngx_crm_rules_wanted(ctx)) {
            return rc;
        }
    }

    if (!ctx->held.ruling) {
        ctx->held.ruling = 1;
        ngx_crm_walk_begin(ctx, ngx_crm_gate_body_steps,
                           ngx_http_core_run_phases);
    }

    rc = ngx_crm_walk(r, ctx);

    if (rc != NGX_AGAIN) {
        ctx->held.ruling = 0;
    }

    return rc;
}


/*
 * "multipart" is never read, for it has nothing that a rule could speak of; of
 * two types the CRM may take the other.
 */

static ngx_int_t
ngx_crm_gate_body_type(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_uint_t        i, n;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    static u_char  multipart[] = "multipart/";
    static const ngx_str_t  name = ngx_string("Content-Type");

    n = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len != name.len
                || ngx_strncasecmp(h[i].key.data, name.data, name.len) != 0)
            {
                continue;
            }

            if (ngx_strncasecmp(h[i].value.data, multipart,
                                sizeof(multipart) - 1)
                == 0)
            {
                return ngx_crm_refuse(ctx, NGX_CRM_INVALID_JSON, NULL);
            }

            n++;
        }
    }

    return (n > 1) ? ngx_crm_refuse(ctx, NGX_CRM_INVALID, &name) : NGX_OK;
}


/* for when the CRM has taken it */

static ngx_int_t
ngx_crm_gate_body_address(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    const ngx_str_t  *member;

    member = &ctx->demands->address;

    return member->len ? ngx_crm_rules_member(r, member, &ctx->held.address)
                       : NGX_OK;
}
