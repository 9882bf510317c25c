/*
 * A session ends before its tokens are revoked.  Whoever repeats a sign-out
 * that was cut off between the two has a token to repeat it with, and nobody
 * has a refresh token any more: it would outlive all that is revoked.  Nor is
 * there a session left from which a newer access token could come.
 */

#include "flows/ngx_crm_sign_out.h"
#include "store/ngx_crm_revoked.h"
#include "store/ngx_crm_session_end.h"
#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_walk.h"
#include "base/ngx_crm_json.h"


static ngx_int_t ngx_crm_sign_out_read(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_sign_out_end(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_sign_out_revoke(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_sign_out_revoke_all(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_sign_out_find_all(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_sign_out_end_all(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


const ngx_crm_step_pt  ngx_crm_sign_out[] = {
    ngx_crm_sign_out_read,
    NULL
};

static const ngx_crm_step_pt  ngx_crm_sign_out_session[] = {
    ngx_crm_sign_out_end,
    ngx_crm_sign_out_revoke,
    ngx_crm_revoked_note,
    ngx_crm_answer_nothing,
    NULL
};

/* a token that names no session may be of any, and no other shall end */

static const ngx_crm_step_pt  ngx_crm_sign_out_tokens[] = {
    ngx_crm_sign_out_revoke_all,
    ngx_crm_revoked_note,
    ngx_crm_answer_nothing,
    NULL
};

static const ngx_crm_step_pt  ngx_crm_sign_out_all[] = {
    ngx_crm_sign_out_find_all,
    ngx_crm_sign_out_end_all,
    ngx_crm_sign_out_revoke_all,
    ngx_crm_revoked_note,
    ngx_crm_answer_nothing,
    NULL
};


static ngx_int_t
ngx_crm_sign_out_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_uint_t  all;

    static const ngx_str_t  member = ngx_string("all");

    if (ctx->contact.len == 0) {
        return ngx_crm_refuse(ctx, NGX_CRM_NO_TOKEN, NULL);
    }

    all = 0;

    if (ngx_crm_json_flag(ctx->body, &member, &all) == NGX_ERROR) {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID, &member);
    }

    if (all) {
        ngx_crm_walk_to(ctx, ngx_crm_sign_out_all);

    } else {
        ngx_crm_walk_to(ctx, ctx->session.len ? ngx_crm_sign_out_session
                                              : ngx_crm_sign_out_tokens);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_sign_out_end(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ngx_crm_session_end(r, ctx, &ctx->contact, &ctx->session);
}


static ngx_int_t
ngx_crm_sign_out_revoke(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ngx_crm_revoked_ask_session(r, ctx, &ctx->session, ctx->expires);
}


static ngx_int_t
ngx_crm_sign_out_revoke_all(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ngx_crm_revoked_ask_contact(r, ctx, &ctx->contact);
}


static ngx_int_t
ngx_crm_sign_out_find_all(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ngx_crm_session_end_find(r, ctx, &ctx->contact);
}


static ngx_int_t
ngx_crm_sign_out_end_all(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ngx_crm_session_end_found(r, ctx, &ctx->contact);
}
