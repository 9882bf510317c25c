/*
 * The mail goes to the address that was named, not to the contact's: whoever
 * reads it is who may log in by that name.
 */

#include "flows/ngx_crm_forgot_password.h"
#include "store/ngx_crm_member.h"
#include "store/ngx_crm_otp.h"
#include "store/ngx_crm_otp_budget.h"
#include "store/ngx_crm_outbox.h"
#include "store/ngx_crm_person.h"
#include "store/ngx_crm_reset.h"
#include "store/ngx_crm_throttle.h"
#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_walk.h"
#include "base/ngx_crm_random.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_FORGOT_PASSWORD_ID  16   /* bytes, of nobody's id */


static ngx_int_t ngx_crm_forgot_password_read(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_forgot_password_count(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_forgot_password_counted(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_forgot_password_issue(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_forgot_password_contact(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_str_t *contact);
static ngx_int_t ngx_crm_forgot_password_announce(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_forgot_password_send(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


const ngx_crm_step_pt  ngx_crm_forgot_password[] = {
    ngx_crm_forgot_password_read,
    ngx_crm_otp_budget_ask,
    ngx_crm_otp_budget_taken,
    ngx_crm_forgot_password_count,
    ngx_crm_forgot_password_counted,
    ngx_crm_person_ask_identity,
    ngx_crm_person_take_identity,
    ngx_crm_person_take_contact,
    ngx_crm_forgot_password_issue,
    ngx_crm_forgot_password_announce,
    ngx_crm_forgot_password_send,
    ngx_crm_outbox_put,
    ngx_crm_answer_nothing,
    NULL
};


static const char  ngx_crm_forgot_password_kind[] = "reset";


static ngx_int_t
ngx_crm_forgot_password_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t          rc;
    ngx_str_t          text;
    ngx_crm_otp_t     *otp;
    ngx_crm_ticket_t  *ticket;

    static const ngx_str_t  email = ngx_string("EMAIL");
    static const ngx_str_t  username = ngx_string("username");

    rc = ngx_crm_member_mandatory(ctx, ctx->body, &username, &text);
    if (rc != NGX_OK) {
        return rc;
    }

    /* the budget's steps find there what to refuse with */

    otp = ngx_crm_otp_create(r, ctx, ngx_crm_forgot_password_kind);
    ticket = ngx_pcalloc(r->pool, sizeof(ngx_crm_ticket_t));

    if (otp == NULL || ticket == NULL
        || ngx_crm_person_create(r, ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_crm_person_add(r, ctx, &email, &text, NULL);

    if (rc == NGX_DECLINED) {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID, &username);
    }

    otp->state = ticket;

    ticket->kind = ngx_crm_forgot_password_kind;
    ticket->address = ctx->person->credentials[0].value;

    return rc;
}


static ngx_int_t
ngx_crm_forgot_password_count(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ngx_crm_throttle_ask(r, ctx, ngx_crm_forgot_password_kind,
                                &ctx->person->credentials[0].value);
}


static ngx_int_t
ngx_crm_forgot_password_counted(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t       rc;
    ngx_crm_otp_t  *otp;

    otp = ctx->flow;

    rc = ngx_crm_throttle_taken(r, ctx, &otp->wait);

    if (rc == NGX_OK && otp->wait) {
        ngx_crm_walk_to(ctx, ngx_crm_otp_budget_refuse);
    }

    return rc;
}


static ngx_int_t
ngx_crm_forgot_password_issue(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_otp_t       *otp;
    ngx_crm_ticket_t    *ticket;
    ngx_crm_srv_conf_t  *scf;

    otp = ctx->flow;
    ticket = otp->state;
    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    if (ngx_crm_forgot_password_contact(r, ctx, &ticket->contact) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_crm_ticket_issue(r, ctx, ticket, scf->password.reset_ttl);
}


/* nobody's ticket is one that nobody is told, for an id that nobody has */

static ngx_int_t
ngx_crm_forgot_password_contact(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_str_t *contact)
{
    u_char  random[NGX_CRM_FORGOT_PASSWORD_ID];

    if (ctx->person->id.len) {
        *contact = ctx->person->id;
        return NGX_OK;
    }

    contact->len = 2 * sizeof(random);
    contact->data = ngx_pnalloc(r->pool, contact->len);

    if (contact->data == NULL
        || ngx_crm_random_bytes(random, sizeof(random)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    (void) ngx_crm_text_hex(contact->data, random, sizeof(random));

    return NGX_OK;
}


static ngx_int_t
ngx_crm_forgot_password_announce(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_otp_t       *otp;
    ngx_crm_srv_conf_t  *scf;

    otp = ctx->flow;
    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    return ngx_crm_reset_announce(r, ctx, otp->state,
                                  scf->password.reset_ttl);
}


static ngx_int_t
ngx_crm_forgot_password_send(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_otp_t       *otp;
    ngx_crm_srv_conf_t  *scf;

    otp = ctx->flow;
    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    return ngx_crm_ticket_mail(r, ctx, otp->state, "password-reset",
                               scf->password.reset_ttl);
}
