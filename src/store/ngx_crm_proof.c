/*
 * Nobody, a disabled contact, one without a password and a wrong password
 * cost Redis the same commands and a thread the same work.
 */

#include "store/ngx_crm_proof.h"
#include "store/ngx_crm_attempts.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_person.h"
#include "store/ngx_crm_secret.h"
#include "store/ngx_crm_sign_in.h"
#include "store/ngx_crm_zone.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_job.h"
#include "engine/ngx_crm_script.h"
#include "engine/ngx_crm_walk.h"
#include "base/ngx_crm_digest.h"
#include "base/ngx_crm_password.h"


/* in ctx->person->proof */
typedef struct {
    ngx_str_t            password;
    ngx_crm_attempt_t    attempt;
} ngx_crm_proof_t;


/* all that the thread sees */
typedef struct {
    char                 password[NGX_CRM_PASSWORD_BYTES + 1];
    char                 hash[NGX_CRM_HASH_MAX];        /* empty: nobody's */
    char                 setting[NGX_CRM_SETTING_MAX];  /* of the decoy */
    char                 fresh[NGX_CRM_HASH_MAX];       /* to be stored */
    ngx_int_t            rc;                            /* what verify said */
    ngx_uint_t           old;                           /* not current */
} ngx_crm_proof_job_t;


static ngx_int_t ngx_crm_proof_count(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_proof_counted(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_proof_verify(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_proof_setting(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_crm_proof_job_t *job);
static ngx_int_t ngx_crm_proof_decoy(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_crm_proof_job_t *job);
static void ngx_crm_proof_thread(void *data);
static ngx_int_t ngx_crm_proof_verified(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_proof_store(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_crm_proof_job_t *job);
static ngx_int_t ngx_crm_proof_registered(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_proof_give_back(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_proof_sign_in(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_proof_busy(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


ngx_crm_script(ngx_crm_proof_script, "store/ngx_crm_proof.lua");


static const ngx_crm_step_pt  ngx_crm_proof_by_password[] = {
    ngx_crm_job_room,
    ngx_crm_proof_count,
    ngx_crm_proof_counted,
    ngx_crm_person_ask_identity,
    ngx_crm_person_take_identity,
    ngx_crm_person_take_contact,
    ngx_crm_proof_verify,
    ngx_crm_proof_verified,
    ngx_crm_proof_give_back,
    ngx_crm_proof_sign_in,
    NULL
};


static const ngx_crm_step_pt  ngx_crm_proof_by_credential[] = {
    ngx_crm_proof_count,
    ngx_crm_proof_counted,
    ngx_crm_person_ask_identity,
    ngx_crm_person_take_identity,
    ngx_crm_person_take_contact,
    ngx_crm_proof_registered,
    ngx_crm_proof_give_back,
    ngx_crm_proof_sign_in,
    NULL
};


/* the password has become another one, or is hashed anew, meanwhile */

static const ngx_crm_step_pt  ngx_crm_proof_again[] = {
    ngx_crm_person_ask_contact,
    ngx_crm_person_take_contact,
    ngx_crm_proof_verify,
    ngx_crm_proof_verified,
    ngx_crm_proof_sign_in,
    NULL
};


/* a guess that no thread looked at is not a wrong one */

static const ngx_crm_step_pt  ngx_crm_proof_unjudged[] = {
    ngx_crm_proof_give_back,
    ngx_crm_proof_busy,
    NULL
};


ngx_int_t
ngx_crm_proof_begin(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *password)
{
    ngx_crm_proof_t  *proof;

    proof = ngx_pcalloc(r->pool, sizeof(ngx_crm_proof_t));
    if (proof == NULL) {
        return NGX_ERROR;
    }

    ctx->person->proof = proof;

    if (password == NULL) {
        ngx_crm_walk_to(ctx, ngx_crm_proof_by_credential);
        return NGX_OK;
    }

    proof->password = *password;
    ctx->person->again = ngx_crm_proof_again;
    ngx_crm_walk_to(ctx, ngx_crm_proof_by_password);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_proof_count(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_proof_t  *proof = ctx->person->proof;

    return ngx_crm_attempts_count(r, ctx, &proof->attempt);
}


static ngx_int_t
ngx_crm_proof_counted(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_proof_t  *proof = ctx->person->proof;

    return ngx_crm_attempts_counted(r, ctx, &proof->attempt);
}


static ngx_int_t
ngx_crm_proof_verify(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t             rc;
    ngx_str_t            *password;
    ngx_crm_job_t        *job;
    ngx_crm_proof_t      *proof;
    ngx_crm_proof_job_t  *data;

    job = ngx_crm_job_create(r, ctx, ngx_crm_proof_thread,
                             sizeof(ngx_crm_proof_job_t));
    if (job == NULL) {
        return NGX_ERROR;
    }

    data = ngx_crm_job_data(job);

    if (ngx_crm_proof_setting(r, ctx, data) != NGX_OK) {
        ngx_crm_job_free(job);
        return NGX_ERROR;
    }

    proof = ctx->person->proof;
    password = &proof->password;

    (void) ngx_cpystrn((u_char *) data->password, password->data,
                       ngx_min(password->len + 1, sizeof(data->password)));

    /* too long for anybody's: the work is done, on the hash's own kind */

    if (password->len > NGX_CRM_PASSWORD_BYTES
        || ngx_utf8_length(password->data, password->len)
           > NGX_CRM_PASSWORD_MAX)
    {
        data->hash[0] = '\0';
    }

    rc = ngx_crm_job_ask(r, ctx, job);

    if (rc == NGX_HTTP_SERVICE_UNAVAILABLE) {
        ngx_crm_walk_to(ctx, ngx_crm_proof_unjudged);
        return NGX_OK;
    }

    return rc;
}


static ngx_int_t
ngx_crm_proof_setting(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_proof_job_t *job)
{
    ngx_str_t  *hash;

    hash = &ctx->person->members[NGX_CRM_PASSWORD];

    if (hash->len == 0) {
        return ngx_crm_proof_decoy(r, ctx, job);
    }

    (void) ngx_cpystrn((u_char *) job->hash, hash->data,
                       ngx_min(hash->len + 1, sizeof(job->hash)));

    if (hash->len < sizeof(job->hash)
        && ngx_crm_password_setting(job->hash, job->setting) == NGX_OK)
    {
        ngx_crm_zone_note_kind(job->setting);
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "crm: contact \"%V\" has a password hash of no known kind",
                  &ctx->person->id);

    job->hash[0] = '\0';

    return ngx_crm_proof_decoy(r, ctx, job);
}


/* one name has one kind, however often it is tried */

static ngx_int_t
ngx_crm_proof_decoy(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_proof_job_t *job)
{
    u_char                 digest[NGX_CRM_SHA256_LEN];
    ngx_str_t              texts[4];
    ngx_uint_t             n;
    ngx_crm_credential_t  *who;

    who = &ctx->person->credentials[0];

    ngx_str_set(&texts[0], "kind");
    texts[1] = *ngx_crm_name_mode(ctx->mode);
    texts[2] = who->name;
    texts[3] = who->value;

    if (ngx_crm_digest_hmac(digest, ngx_crm_secret_nth(r, 0)->decoy, texts, 4)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_memcpy(&n, digest, sizeof(n));

    /* where no kind is in use yet, the thread takes the default one */

    (void) ngx_crm_zone_kind(n, job->setting);

    return NGX_OK;
}


static void
ngx_crm_proof_thread(void *data)
{
    char                  decoy[NGX_CRM_HASH_MAX];
    ngx_crm_proof_job_t  *job = data;

    job->rc = NGX_DECLINED;

    if (job->hash[0]) {
        job->rc = ngx_crm_password_verify(job->password, job->hash);

        if (job->rc == NGX_OK && !ngx_crm_password_is_current(job->hash)) {
            job->old = 1;
            (void) ngx_crm_password_hash(job->password, job->fresh);
        }

        if (job->rc != NGX_ERROR) {
            return;
        }
    }

    if (ngx_crm_password_decoy(job->setting, decoy) != NGX_OK) {
        (void) ngx_crm_password_hash(job->password, decoy);

    } else if (ngx_crm_password_verify(job->password, decoy) == NGX_ABORT) {
        job->rc = NGX_ABORT;
    }
}


static ngx_int_t
ngx_crm_proof_verified(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_proof_job_t  *job;

    job = ngx_crm_job_data(ctx->walk.job);

    if (job->rc == NGX_ERROR) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "crm: password hash of contact \"%V\" is broken",
                      &ctx->person->id);
    }

    if (job->rc != NGX_OK) {
        return (job->rc == NGX_ABORT)
               ? NGX_ERROR
               : ngx_crm_refuse(ctx, NGX_CRM_WRONG_CREDENTIALS, NULL);
    }

    ctx->person->hash = ctx->person->members[NGX_CRM_PASSWORD];

    if (job->fresh[0]) {
        return ngx_crm_proof_store(r, ctx, job);
    }

    if (job->old) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "crm: password of contact \"%V\" was not hashed anew",
                      &ctx->person->id);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_proof_store(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_proof_job_t *job)
{
    ngx_str_t  argv[3], fresh;

    fresh.data = (u_char *) job->fresh;
    fresh.len = ngx_strlen(job->fresh);

    ctx->person->hash.len = fresh.len;
    ctx->person->hash.data = ngx_pstrdup(r->pool, &fresh);

    if (ctx->person->hash.data == NULL
        || ngx_crm_name(r, ctx, &argv[0], "contact:{%V}", &ctx->person->id)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    argv[1] = ctx->person->members[NGX_CRM_PASSWORD];
    argv[2] = ctx->person->hash;

    /* where it was not stored, no session opens with it */

    return ngx_crm_script_ask(r, ctx, &ngx_crm_proof_script, 1, 3, argv);
}


static ngx_int_t
ngx_crm_proof_registered(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    if (ctx->person->id.len) {
        return NGX_OK;
    }

    return ngx_crm_refuse(ctx, NGX_CRM_WRONG_CREDENTIALS, NULL);
}


static ngx_int_t
ngx_crm_proof_give_back(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_proof_t  *proof = ctx->person->proof;

    return ngx_crm_attempts_give_back(r, ctx, &proof->attempt);
}


static ngx_int_t
ngx_crm_proof_sign_in(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_walk_to(ctx, ngx_crm_sign_in);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_proof_busy(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ngx_crm_refuse_for(ctx, NGX_CRM_UNAVAILABLE, 1);
}
