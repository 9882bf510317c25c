/* The order of what is done in the store is ngx_crm_reset.h's. */

#include "flows/ngx_crm_change_password.h"
#include "store/ngx_crm_member.h"
#include "store/ngx_crm_new_password.h"
#include "store/ngx_crm_person.h"
#include "store/ngx_crm_reset.h"
#include "store/ngx_crm_revoked.h"
#include "store/ngx_crm_session_end.h"
#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_job.h"
#include "engine/ngx_crm_refuse.h"


static ngx_int_t ngx_crm_change_password_read(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_change_password_hash(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_change_password_store(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_change_password_find(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_change_password_end(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_change_password_revoke(ngx_http_request_t *r,
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
    ngx_crm_reset_stored,
    ngx_crm_change_password_find,
    ngx_crm_change_password_end,
    ngx_crm_change_password_revoke,
    ngx_crm_revoked_note,
    ngx_crm_ticket_spend,
    ngx_crm_ticket_spent,
    ngx_crm_answer_nothing,
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

    if (!ngx_crm_new_password_is_long(r, password)) {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID,
                              &ngx_crm_change_password_member);
    }

    ticket = ctx->flow;
    ticket->state = password;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_change_password_hash(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t         *password;
    ngx_crm_ticket_t  *ticket;

    ticket = ctx->flow;
    password = ticket->state;

    if (ngx_crm_new_password_is_name(password, &ticket->address)
        || ngx_crm_new_password_is_name(password, &ctx->person->email))
    {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID,
                              &ngx_crm_change_password_member);
    }

    return ngx_crm_new_password_hash(r, ctx, password);
}


static ngx_int_t
ngx_crm_change_password_store(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t          rc;
    ngx_str_t          hash;
    ngx_crm_ticket_t  *ticket;

    rc = ngx_crm_new_password_hashed(r, ctx, &hash);
    if (rc != NGX_OK) {
        return rc;
    }

    ticket = ctx->flow;

    return ngx_crm_reset_store(r, ctx, ticket->state, (char *) hash.data);
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
ngx_crm_change_password_revoke(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_ticket_t  *ticket;

    ticket = ctx->flow;

    return ngx_crm_revoked_ask_contact(r, ctx, &ticket->contact);
}
