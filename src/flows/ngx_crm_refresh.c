#include "flows/ngx_crm_refresh.h"
#include "store/ngx_crm_member.h"
#include "store/ngx_crm_person.h"
#include "store/ngx_crm_revoked.h"
#include "store/ngx_crm_session_end.h"
#include "store/ngx_crm_session_rotate.h"
#include "store/ngx_crm_sign_in.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_walk.h"
#include "base/ngx_crm_text.h"


static ngx_int_t ngx_crm_refresh_read(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_refresh_token(ngx_crm_ctx_t *ctx, ngx_str_t *token);
static ngx_int_t ngx_crm_refresh_rotated(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_refresh_revoke(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_refresh_end(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_refresh_refuse(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


const ngx_crm_step_pt  ngx_crm_refresh[] = {
    ngx_crm_refresh_read,
    ngx_crm_refresh_rotated,
    NULL
};


static const ngx_crm_step_pt  ngx_crm_refresh_theft[] = {
    ngx_crm_refresh_revoke,
    ngx_crm_revoked_note,
    ngx_crm_refresh_end,
    ngx_crm_refresh_refuse,
    NULL
};


/* its end had begun, and Redis or the client was gone before it came */

static const ngx_crm_step_pt  ngx_crm_refresh_revoked[] = {
    ngx_crm_refresh_end,
    ngx_crm_refresh_refuse,
    NULL
};


static ngx_int_t
ngx_crm_refresh_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t           rc;
    ngx_str_t           token;
    ngx_crm_session_t  *session;

    rc = ngx_crm_refresh_token(ctx, &token);
    if (rc != NGX_OK) {
        return rc;
    }

    session = ngx_pcalloc(r->pool, sizeof(ngx_crm_session_t));

    if (session == NULL || ngx_crm_person_create(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = ngx_crm_session_rotate_read(r, ctx, &token, session);

    if (rc == NGX_DECLINED) {
        return ngx_crm_refuse(ctx, NGX_CRM_WRONG_TOKEN, NULL);
    }

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    ctx->flow = session;
    ctx->person->id = session->cid;

    switch (ngx_crm_revoked_session(ctx->mode, &session->sid)) {

    case NGX_OK:
        ngx_crm_walk_to(ctx, ngx_crm_refresh_revoked);
        return NGX_OK;

    case NGX_DECLINED:
        return ngx_crm_session_rotate_ask(r, ctx, session);

    default:
        return NGX_ERROR;
    }
}


/* from the body or the header; an empty one says as much as none */

static ngx_int_t
ngx_crm_refresh_token(ngx_crm_ctx_t *ctx, ngx_str_t *token)
{
    ngx_int_t   rc;
    ngx_str_t  *header;

    static const ngx_str_t  name = ngx_string("refresh_token");

    header = &ctx->sent_refresh;

    rc = ngx_crm_member_optional(ctx, ctx->body, &name, token);
    if (rc != NGX_OK) {
        return rc;
    }

    if (header->data == NULL) {
        return token->len ? NGX_OK
                          : ngx_crm_refuse(ctx, NGX_CRM_MISSING, &name);
    }

    if (header->len == 0
        || (token->len
            && !ngx_crm_text_same(header->data, header->len, token->data,
                                  token->len)))
    {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID, &name);
    }

    *token = *header;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_refresh_rotated(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t           rc;
    ngx_crm_session_t  *session = ctx->flow;

    rc = ngx_crm_session_rotate_taken(r, ctx, session);

    switch (rc) {

    case NGX_OK:
        return ngx_crm_sign_in_answer(r, ctx, session);

    case NGX_DECLINED:
        return ngx_crm_refuse(ctx, NGX_CRM_WRONG_TOKEN, NULL);

    case NGX_ABORT:
        ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                      "crm: a refresh token of contact \"%V\" has come back "
                      "after it was spent: its session ends", &session->cid);

        ngx_crm_walk_to(ctx, ngx_crm_refresh_theft);
        return NGX_OK;

    default:
        return rc;
    }
}


static ngx_int_t
ngx_crm_refresh_revoke(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_session_t  *session = ctx->flow;

    return ngx_crm_revoked_ask_session(r, ctx, &session->sid, 0);
}


static ngx_int_t
ngx_crm_refresh_end(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_session_t  *session = ctx->flow;

    return ngx_crm_session_end(r, ctx, &session->cid, &session->sid);
}


static ngx_int_t
ngx_crm_refresh_refuse(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ngx_crm_refuse(ctx, NGX_CRM_WRONG_TOKEN, NULL);
}
