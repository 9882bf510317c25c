#include "flows/ngx_crm_verify_email.h"
#include "store/ngx_crm_first_proof.h"
#include "store/ngx_crm_person.h"
#include "store/ngx_crm_ticket.h"
#include "engine/ngx_crm_answer.h"


static ngx_int_t ngx_crm_verify_email_read(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_verify_email_mark(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


const ngx_crm_step_pt  ngx_crm_verify_email[] = {
    ngx_crm_verify_email_read,
    ngx_crm_ticket_find,
    ngx_crm_ticket_found,
    ngx_crm_person_ask_identity,
    ngx_crm_person_take_identity,
    ngx_crm_person_take_contact,
    ngx_crm_ticket_holder,
    ngx_crm_verify_email_mark,
    NULL
};

static const ngx_crm_step_pt  ngx_crm_verify_email_marked[] = {
    ngx_crm_ticket_spend,
    ngx_crm_ticket_spent,
    ngx_crm_answer_nothing,
    NULL
};


static ngx_int_t
ngx_crm_verify_email_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ngx_crm_ticket_read(r, ctx, "verify", &ctx->variable);
}


static ngx_int_t
ngx_crm_verify_email_mark(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    if (r->method == NGX_HTTP_HEAD) {
        return ngx_crm_answer_nothing(r, ctx);
    }

    return ngx_crm_first_proof_begin(r, ctx, NULL,
                                     ngx_crm_verify_email_marked);
}
