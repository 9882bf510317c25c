#include "store/ngx_crm_verify_mail.h"
#include "store/ngx_crm_otp.h"
#include "store/ngx_crm_outbox.h"
#include "store/ngx_crm_person.h"
#include "store/ngx_crm_sign_in.h"
#include "store/ngx_crm_ticket.h"
#include "engine/ngx_crm_walk.h"


static ngx_int_t ngx_crm_verify_mail_issue(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_verify_mail_send(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_verify_mail_sent(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


const ngx_crm_step_pt  ngx_crm_verify_mail[] = {
    ngx_crm_verify_mail_issue,
    ngx_crm_verify_mail_send,
    ngx_crm_outbox_put,
    ngx_crm_verify_mail_sent,
    NULL
};


static ngx_int_t
ngx_crm_verify_mail_issue(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_otp_t       *otp;
    ngx_crm_ticket_t    *ticket;
    ngx_crm_srv_conf_t  *scf;

    ticket = ngx_pcalloc(r->pool, sizeof(ngx_crm_ticket_t));
    if (ticket == NULL) {
        return NGX_ERROR;
    }

    otp = ctx->flow;
    otp->state = ticket;

    ticket->kind = "verify";
    ticket->contact = ctx->person->id;
    ticket->address = ctx->person->credentials[0].value;

    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    return ngx_crm_ticket_issue(r, ctx, ticket, scf->password.verify_ttl);
}


static ngx_int_t
ngx_crm_verify_mail_send(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_otp_t       *otp;
    ngx_crm_srv_conf_t  *scf;

    otp = ctx->flow;
    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    return ngx_crm_ticket_mail(r, ctx, otp->state, "verify-email",
                               scf->password.verify_ttl);
}


static ngx_int_t
ngx_crm_verify_mail_sent(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_walk_to(ctx, ngx_crm_sign_in);

    return NGX_OK;
}
