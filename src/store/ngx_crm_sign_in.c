/*
 * The last steps of every way in: a session, its tokens, and what the API
 * says of the contact beside them.
 */

#include "store/ngx_crm_sign_in.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_opaque.h"
#include "store/ngx_crm_person.h"
#include "store/ngx_crm_revoked.h"
#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_shape.h"
#include "engine/ngx_crm_walk.h"
#include "base/ngx_crm_jwt.h"
#include "base/ngx_crm_scan.h"


#define NGX_CRM_SIGN_IN_OWN  4       /* fillings that are no members */


/* in ctx->flow, once the session is open */
typedef struct {
    const ngx_crm_session_t    *session;
    ngx_str_t                   access;
    ngx_str_t                   refresh;
    ngx_str_t                   expires;     /* Unix seconds */
} ngx_crm_sign_in_tokens_t;


static ngx_int_t ngx_crm_sign_in_open(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_sign_in_opened(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_sign_in_revoke(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_sign_in_again(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_sign_in_end(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_sign_in_issue(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_jwt_claims_t *claims);
static ngx_int_t ngx_crm_sign_in_issued(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_sign_in_mint(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_jwt_claims_t *claims);
static ngx_int_t ngx_crm_sign_in_reply(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_sign_in_seal(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_sign_in_tokens_t *tokens,
    ngx_str_t *payload);
static void ngx_crm_sign_in_member(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_member_e i, ngx_crm_filling_t *filling);
static ngx_str_t ngx_crm_sign_in_flag(const ngx_str_t *value);
static ngx_str_t ngx_crm_sign_in_array(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_str_t *value);


const ngx_crm_step_pt  ngx_crm_sign_in[] = {
    ngx_crm_sign_in_open,
    ngx_crm_sign_in_opened,
    ngx_crm_sign_in_end,
    NULL
};

/* one session too many: the oldest goes, and its tokens before it */

static const ngx_crm_step_pt  ngx_crm_sign_in_evict[] = {
    ngx_crm_sign_in_revoke,
    ngx_crm_revoked_note,
    ngx_crm_sign_in_again,
    ngx_crm_sign_in_opened,
    ngx_crm_sign_in_end,
    NULL
};

static const ngx_crm_step_pt  ngx_crm_sign_in_opaque[] = {
    ngx_crm_sign_in_issued,
    NULL
};


static ngx_int_t
ngx_crm_sign_in_open(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_session_t  *session;

    session = ngx_pcalloc(r->pool, sizeof(ngx_crm_session_t));
    if (session == NULL) {
        return NGX_ERROR;
    }

    session->cid = ctx->person->id;
    session->hash = ctx->person->hash;
    session->device = ctx->device;
    session->push = ctx->push;
    ctx->flow = session;

    return ngx_crm_session_open(r, ctx, session);
}


static ngx_int_t
ngx_crm_sign_in_opened(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t           rc;
    ngx_crm_session_t  *session = ctx->flow;

    rc = ngx_crm_session_opened(r, ctx, session);

    if (rc == NGX_DECLINED) {

        if (ctx->person->again == NULL) {
            return ngx_crm_refuse(ctx, NGX_CRM_UNAVAILABLE, NULL);
        }

        ngx_crm_walk_to(ctx, ctx->person->again);
        return NGX_OK;
    }

    if (rc == NGX_BUSY) {
        ngx_crm_walk_to(ctx, ngx_crm_sign_in_evict);
        return NGX_OK;
    }

    return rc;
}


static ngx_int_t
ngx_crm_sign_in_revoke(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_session_t  *session = ctx->flow;

    return ngx_crm_revoked_ask_session(r, ctx, &session->oldest, 0);
}


static ngx_int_t
ngx_crm_sign_in_again(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ngx_crm_session_open(r, ctx, ctx->flow);
}


static ngx_int_t
ngx_crm_sign_in_end(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ngx_crm_sign_in_answer(r, ctx, ctx->flow);
}


ngx_int_t
ngx_crm_sign_in_answer(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_session_t *session)
{
    ngx_crm_loc_conf_t        *lcf;
    ngx_crm_jwt_claims_t       claims;
    ngx_crm_sign_in_tokens_t  *tokens;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    tokens = ngx_pcalloc(r->pool, sizeof(ngx_crm_sign_in_tokens_t));
    if (tokens == NULL) {
        return NGX_ERROR;
    }

    tokens->session = session;
    ctx->flow = tokens;

    ngx_memzero(&claims, sizeof(ngx_crm_jwt_claims_t));

    claims.sub = session->cid;
    claims.sid = session->sid;
    claims.app = ctx->app;
    claims.mode = *ngx_crm_name_mode(ctx->mode);
    claims.iat = session->issued;
    claims.exp = ngx_min(claims.iat + lcf->access_ttl, session->finish);

    if (ngx_crm_name_number(r, &tokens->expires, claims.exp) != NGX_OK
        || ngx_crm_session_refresh_token(r, ctx, ngx_crm_secret_nth(r, 0),
                                         session, &tokens->refresh)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return lcf->opaque_tokens ? ngx_crm_sign_in_issue(r, ctx, &claims)
                              : ngx_crm_sign_in_mint(r, ctx, &claims);
}


static ngx_int_t
ngx_crm_sign_in_issue(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_jwt_claims_t *claims)
{
    ngx_crm_opaque_t           opaque;
    ngx_crm_sign_in_tokens_t  *tokens = ctx->flow;

    opaque.contact = claims->sub;
    opaque.session = claims->sid;
    opaque.app = claims->app;
    opaque.issued = claims->iat;
    opaque.expires = claims->exp;
    opaque.mode = ctx->mode;

    ngx_crm_walk_to(ctx, ngx_crm_sign_in_opaque);

    return ngx_crm_opaque_issue(r, ctx, &opaque, &tokens->access);
}


static ngx_int_t
ngx_crm_sign_in_issued(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_crm_opaque_issued(r, ctx);

    return (rc == NGX_OK) ? ngx_crm_sign_in_reply(r, ctx) : rc;
}


static ngx_int_t
ngx_crm_sign_in_mint(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_jwt_claims_t *claims)
{
    ngx_int_t                   rc;
    ngx_crm_jwt_key_t         **keys;
    ngx_crm_srv_conf_t         *scf;
    ngx_crm_jwt_rules_t         rules;
    ngx_crm_sign_in_tokens_t   *tokens = ctx->flow;

    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    ngx_memzero(&rules, sizeof(ngx_crm_jwt_rules_t));

    rules.issuer = scf->issuer;
    rules.audience = scf->audience;

    keys = scf->jwt_keys->elts;

    if (ngx_crm_jwt_mint(keys[0], &rules, claims, &tokens->access)
        != NGX_OK)
    {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "crm: no token could be made for contact \"%V\"",
                      &claims->sub);
        return NGX_ERROR;
    }

    rc = ngx_crm_sign_in_reply(r, ctx);

    ngx_crm_jwt_free(&tokens->access);

    return rc;
}


static ngx_int_t
ngx_crm_sign_in_reply(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t                  payload;
    ngx_crm_sign_in_tokens_t  *tokens = ctx->flow;

    if (ngx_crm_sign_in_seal(r, ctx, tokens, &payload) != NGX_OK) {
        return NGX_ERROR;
    }

    ctx->contact = tokens->session->cid;
    ctx->session = tokens->session->sid;

    return ngx_crm_answer(r, ctx, &payload);
}


static ngx_int_t
ngx_crm_sign_in_seal(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_sign_in_tokens_t *tokens, ngx_str_t *payload)
{
    ngx_uint_t           i;
    ngx_crm_loc_conf_t  *lcf;
    ngx_crm_filling_t    fillings[NGX_CRM_SIGN_IN_OWN + NGX_CRM_PASSWORD] = {
        { ngx_string("access_token"), tokens->access, 0 },
        { ngx_string("refresh_token"), tokens->refresh, 0 },
        { ngx_string("exp"), tokens->expires, 0 },
        { ngx_string("id"), ctx->person->id, 0 }
    };

    /* the members that a reply may show come before the password */

    for (i = 0; i < NGX_CRM_PASSWORD; i++) {
        ngx_crm_sign_in_member(r, ctx, i, &fillings[NGX_CRM_SIGN_IN_OWN + i]);
    }

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    return ngx_crm_shape_seal(r->pool, lcf->shapes->tokens, fillings,
                              sizeof(fillings) / sizeof(fillings[0]),
                              payload);
}


static void
ngx_crm_sign_in_member(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_member_e i, ngx_crm_filling_t *filling)
{
    ngx_str_t  *value;

    value = &ctx->person->members[i];

    filling->name = ngx_crm_person_members[i];

    switch (i) {

    case NGX_CRM_PUSH_NOTIFICATIONS:
    case NGX_CRM_DO_NOT_DISTURB:
    case NGX_CRM_ROAMING:
        filling->value = ngx_crm_sign_in_flag(value);
        filling->raw = 1;
        return;

    /* a string, says the contract */

    case NGX_CRM_IS_VERIFIED:
        filling->value = ngx_crm_sign_in_flag(value);
        filling->raw = 0;
        return;

    case NGX_CRM_ORGANISATIONS:
        filling->value = ngx_crm_sign_in_array(r, ctx, value);
        filling->raw = 1;
        return;

    default:
        filling->value = *value;
        filling->raw = 0;
    }
}


static ngx_str_t
ngx_crm_sign_in_flag(const ngx_str_t *value)
{
    static const ngx_str_t  yes = ngx_string("true");
    static const ngx_str_t  no = ngx_string("false");

    if (value->len == yes.len
        && ngx_memcmp(value->data, yes.data, yes.len) == 0)
    {
        return yes;
    }

    return no;
}


/* goes into the reply as it is, so it must be what it should */

static ngx_str_t
ngx_crm_sign_in_array(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_str_t *value)
{
    ngx_str_t       array;
    ngx_crm_span_t  span;

    static const ngx_str_t  nothing = ngx_string("[]");

    if (value->len == 0) {
        return nothing;
    }

    if (ngx_crm_scan_text(value, &span) != NGX_OK || span.data[0] != '[') {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "crm: organisations of contact \"%V\" are no JSON array",
                      &ctx->person->id);
        return nothing;
    }

    array.data = span.data;
    array.len = span.len;

    return array;
}
