#include "flows/ngx_crm_verify_email.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_person.h"
#include "store/ngx_crm_ticket.h"
#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_script.h"
#include "engine/ngx_crm_walk.h"


static ngx_int_t ngx_crm_verify_email_read(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_verify_email_mark(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_verify_email_marked(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_verify_email_answer(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


ngx_crm_script(ngx_crm_verify_email_script, "flows/ngx_crm_verify_email.lua");


const ngx_crm_step_pt  ngx_crm_verify_email[] = {
    ngx_crm_verify_email_read,
    ngx_crm_ticket_find,
    ngx_crm_ticket_found,
    ngx_crm_person_ask_identity,
    ngx_crm_person_take_identity,
    ngx_crm_person_take_contact,
    ngx_crm_ticket_holder,
    ngx_crm_verify_email_mark,
    ngx_crm_verify_email_marked,
    ngx_crm_ticket_spent,
    ngx_crm_verify_email_answer,
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
    ngx_str_t  name;

    if (r->method == NGX_HTTP_HEAD) {
        return ngx_crm_verify_email_answer(r, ctx);
    }

    if (ngx_crm_name(r, ctx, &name, "contact:{%V}", &ctx->person->id)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_script_ask(r, ctx, &ngx_crm_verify_email_script, 1, 1,
                              &name);
}


static ngx_int_t
ngx_crm_verify_email_marked(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    int64_t  marked;

    if (ngx_crm_reply_integer(ctx->walk.reply, &marked) != NGX_OK) {
        return ngx_crm_reply_wrong(r, "verified contact");
    }

    return marked ? ngx_crm_ticket_spend(r, ctx)
                  : ngx_crm_ticket_refuse(ctx);
}


static ngx_int_t
ngx_crm_verify_email_answer(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    static const ngx_str_t  nothing = ngx_null_string;

    return ngx_crm_answer(r, ctx, &nothing);
}
