#include "store/ngx_crm_first_proof.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_person.h"
#include "store/ngx_crm_revoked.h"
#include "store/ngx_crm_session_end.h"
#include "engine/ngx_crm_redis.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_script.h"
#include "engine/ngx_crm_walk.h"


/* in ctx->person->proof */
typedef struct {
    ngx_str_t                 handle;
    const ngx_crm_step_pt    *next;
} ngx_crm_first_proof_t;


static ngx_uint_t ngx_crm_first_proof_is(ngx_crm_ctx_t *ctx,
    const char *verified);
static ngx_int_t ngx_crm_first_proof_void(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_first_proof_voided(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_first_proof_look(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_first_proof_revoke(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_first_proof_find(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_first_proof_end(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_first_proof_mark(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_first_proof_marked(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


ngx_crm_script(ngx_crm_first_proof_script, "store/ngx_crm_first_proof.lua");


static const ngx_crm_step_pt  ngx_crm_first_proof[] = {
    ngx_crm_first_proof_void,
    ngx_crm_first_proof_voided,
    ngx_crm_first_proof_look,
    NULL
};

static const ngx_crm_step_pt  ngx_crm_first_proof_sign_out[] = {
    ngx_crm_first_proof_revoke,
    ngx_crm_revoked_note,
    ngx_crm_first_proof_find,
    ngx_crm_first_proof_end,
    ngx_crm_first_proof_revoke,
    ngx_crm_revoked_note,
    ngx_crm_first_proof_mark,
    ngx_crm_first_proof_marked,
    NULL
};

static const ngx_crm_step_pt  ngx_crm_first_proof_alone[] = {
    ngx_crm_first_proof_mark,
    ngx_crm_first_proof_marked,
    NULL
};


ngx_int_t
ngx_crm_first_proof_begin(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *handle, const ngx_crm_step_pt *next)
{
    ngx_crm_first_proof_t  *proof;

    if (ngx_crm_first_proof_is(ctx, "true")) {
        ngx_crm_walk_to(ctx, next);
        return NGX_OK;
    }

    proof = ngx_pcalloc(r->pool, sizeof(ngx_crm_first_proof_t));
    if (proof == NULL) {
        return NGX_ERROR;
    }

    if (handle) {
        proof->handle = *handle;
    }

    proof->next = next;

    ctx->person->proof = proof;
    ngx_crm_walk_to(ctx, ngx_crm_first_proof_is(ctx, "false")
                         ? ngx_crm_first_proof : ngx_crm_first_proof_alone);

    return NGX_OK;
}


static ngx_uint_t
ngx_crm_first_proof_is(ngx_crm_ctx_t *ctx, const char *verified)
{
    ngx_str_t  *member;

    member = &ctx->person->members[NGX_CRM_IS_VERIFIED];

    return member->len == ngx_strlen(verified)
           && ngx_memcmp(member->data, verified, member->len) == 0;
}


static ngx_int_t
ngx_crm_first_proof_void(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t               argv[2];
    ngx_crm_first_proof_t  *proof;

    proof = ctx->person->proof;

    if (ngx_crm_name(r, ctx, &argv[0], "contact:{%V}", &ctx->person->id)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    argv[1] = proof->handle;

    return ngx_crm_script_ask(r, ctx, &ngx_crm_first_proof_script, 1, 2,
                              argv);
}


static ngx_int_t
ngx_crm_first_proof_voided(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    int64_t  kept;

    if (ngx_crm_reply_integer(ctx->walk.reply, &kept) != NGX_OK) {
        return ngx_crm_reply_wrong(r, "first proof");
    }

    return ngx_crm_session_end_find(r, ctx, &ctx->person->id);
}


/* a revocation is kept for long: it is for those who have sessions */

static ngx_int_t
ngx_crm_first_proof_look(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    if (ngx_crm_reply_array(ctx->walk.reply, 0) == NGX_OK) {
        ngx_crm_walk_to(ctx, ngx_crm_first_proof_alone);
        return NGX_OK;
    }

    if (ngx_crm_reply_element(ctx->walk.reply, 0) == NULL) {
        return ngx_crm_reply_wrong(r, "sessions");
    }

    ngx_crm_walk_to(ctx, ngx_crm_first_proof_sign_out);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_first_proof_revoke(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ngx_crm_revoked_ask_contact(r, ctx, &ctx->person->id);
}


static ngx_int_t
ngx_crm_first_proof_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ngx_crm_session_end_find(r, ctx, &ctx->person->id);
}


static ngx_int_t
ngx_crm_first_proof_end(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ngx_crm_session_end_found(r, ctx, &ctx->person->id);
}


static ngx_int_t
ngx_crm_first_proof_mark(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t  argv[] = {
        ngx_string("HSET"), ngx_null_string,
        ngx_crm_person_members[NGX_CRM_IS_VERIFIED], ngx_string("true")
    };

    if (ngx_crm_name(r, ctx, &argv[1], "contact:{%V}", &ctx->person->id)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_redis_ask(r, ctx, sizeof(argv) / sizeof(argv[0]), argv);
}


static ngx_int_t
ngx_crm_first_proof_marked(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    int64_t                 n;
    ngx_crm_first_proof_t  *proof;

    if (ngx_crm_reply_integer(ctx->walk.reply, &n) != NGX_OK) {
        return ngx_crm_reply_wrong(r, "verified contact");
    }

    proof = ctx->person->proof;

    ngx_str_set(&ctx->person->members[NGX_CRM_IS_VERIFIED], "true");
    ngx_crm_walk_to(ctx, proof->next);

    return NGX_OK;
}
