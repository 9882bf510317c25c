/* The order of what is done in the store is ngx_crm_reset.h's. */

#include "flows/ngx_crm_change_password.h"
#include "store/ngx_crm_member.h"
#include "store/ngx_crm_person.h"
#include "store/ngx_crm_reset.h"
#include "store/ngx_crm_revoked.h"
#include "store/ngx_crm_session_end.h"
#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_job.h"
#include "engine/ngx_crm_refuse.h"
#include "base/ngx_crm_password.h"


/* all that the thread sees */
typedef struct {
    char         password[NGX_CRM_PASSWORD_BYTES + 1];
    char         hash[NGX_CRM_HASH_MAX];
    ngx_int_t    rc;
} ngx_crm_change_password_job_t;


static ngx_int_t ngx_crm_change_password_read(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_uint_t ngx_crm_change_password_is_long(ngx_http_request_t *r,
    const ngx_str_t *password);
static ngx_int_t ngx_crm_change_password_hash(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_uint_t ngx_crm_change_password_is(const ngx_str_t *password,
    const ngx_str_t *name);
static void ngx_crm_change_password_thread(void *data);
static ngx_int_t ngx_crm_change_password_store(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_change_password_revoke(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_change_password_find(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_change_password_end(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_change_password_answer(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


const ngx_crm_step_pt  ngx_crm_change_password[] = {
    ngx_crm_change_password_read,
    ngx_crm_job_room,
    ngx_crm_ticket_find,
    ngx_crm_ticket_found,
    ngx_crm_person_ask_identity,
    ngx_crm_person_take_identity,
    ngx_crm_person_take_contact,
    ngx_crm_ticket_holder,
    ngx_crm_change_password_hash,
    ngx_crm_change_password_store,
    ngx_crm_change_password_revoke,
    ngx_crm_revoked_note,
    ngx_crm_change_password_find,
    ngx_crm_change_password_end,
    ngx_crm_ticket_spend,
    ngx_crm_ticket_spent,
    ngx_crm_change_password_answer,
    NULL
};


static const ngx_str_t  ngx_crm_change_password_member =
    ngx_string("password");


static ngx_int_t
ngx_crm_change_password_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t          rc;
    ngx_str_t          token, *password;
    ngx_crm_ticket_t  *ticket;

    static const ngx_str_t  member = ngx_string("token");

    rc = ngx_crm_member_mandatory(ctx, ctx->body, &member, &token);
    if (rc != NGX_OK) {
        return rc;
    }

    password = ngx_palloc(r->pool, sizeof(ngx_str_t));
    if (password == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_crm_member_mandatory(ctx, ctx->body,
                                  &ngx_crm_change_password_member, password);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_crm_ticket_read(r, ctx, "reset", &token);
    if (rc != NGX_OK) {
        return rc;
    }

    if (!ngx_crm_change_password_is_long(r, password)) {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID,
                              &ngx_crm_change_password_member);
    }

    ticket = ctx->flow;
    ticket->state = password;

    return NGX_OK;
}


/* characters, of which a hash takes so many bytes */

static ngx_uint_t
ngx_crm_change_password_is_long(ngx_http_request_t *r,
    const ngx_str_t *password)
{
    size_t               n;
    ngx_crm_srv_conf_t  *scf;

    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    n = ngx_utf8_length(password->data, password->len);

    return n >= scf->password.min && n <= scf->password.max
           && password->len <= NGX_CRM_PASSWORD_BYTES;
}


static ngx_int_t
ngx_crm_change_password_hash(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t                      *password;
    ngx_crm_job_t                  *job;
    ngx_crm_ticket_t               *ticket;
    ngx_crm_change_password_job_t  *data;

    ticket = ctx->flow;
    password = ticket->state;

    if (ngx_crm_change_password_is(password, &ticket->address)
        || ngx_crm_change_password_is(password, &ctx->person->email))
    {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID,
                              &ngx_crm_change_password_member);
    }

    job = ngx_crm_job_create(r, ctx, ngx_crm_change_password_thread,
                             sizeof(ngx_crm_change_password_job_t));
    if (job == NULL) {
        return NGX_ERROR;
    }

    data = ngx_crm_job_data(job);

    ngx_memcpy(data->password, password->data, password->len);

    return ngx_crm_job_ask(r, ctx, job);
}


static ngx_uint_t
ngx_crm_change_password_is(const ngx_str_t *password, const ngx_str_t *name)
{
    return password->len == name->len
           && ngx_strncasecmp(password->data, name->data, name->len) == 0;
}


static void
ngx_crm_change_password_thread(void *data)
{
    ngx_crm_change_password_job_t  *job = data;

    job->rc = ngx_crm_password_hash(job->password, job->hash);
}


static ngx_int_t
ngx_crm_change_password_store(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_ticket_t               *ticket;
    ngx_crm_change_password_job_t  *job;

    ticket = ctx->flow;
    job = ngx_crm_job_data(ctx->walk.job);

    if (job->rc != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "crm: a password of contact \"%V\" was not hashed",
                      &ticket->contact);
        return NGX_ERROR;
    }

    return ngx_crm_reset_store(r, ctx, ticket->state, job->hash);
}


static ngx_int_t
ngx_crm_change_password_revoke(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t          rc;
    ngx_crm_ticket_t  *ticket;

    ticket = ctx->flow;

    rc = ngx_crm_reset_stored(r, ctx);
    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_crm_revoked_ask_contact(r, ctx, &ticket->contact);
}


static ngx_int_t
ngx_crm_change_password_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_ticket_t  *ticket;

    ticket = ctx->flow;

    return ngx_crm_session_end_find(r, ctx, &ticket->contact);
}


static ngx_int_t
ngx_crm_change_password_end(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_ticket_t  *ticket;

    ticket = ctx->flow;

    return ngx_crm_session_end_found(r, ctx, &ticket->contact);
}


static ngx_int_t
ngx_crm_change_password_answer(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    static const ngx_str_t  nothing = ngx_null_string;

    return ngx_crm_answer(r, ctx, &nothing);
}
