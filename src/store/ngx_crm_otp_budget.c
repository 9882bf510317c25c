/* An app's counter lies in a slot of its own: one script, one key. */

#include "store/ngx_crm_otp_budget.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_otp.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_script.h"


ngx_crm_script(ngx_crm_otp_budget_script, "store/ngx_crm_otp_budget.lua");


static ngx_int_t ngx_crm_otp_budget_run(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_str_t *what);
static ngx_int_t ngx_crm_otp_budget_speak(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


const ngx_crm_step_pt  ngx_crm_otp_budget_refuse[] = {
    ngx_crm_otp_budget_return,
    ngx_crm_otp_budget_speak,
    NULL
};


ngx_int_t
ngx_crm_otp_budget_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    static const ngx_str_t  take = ngx_string("take");

    return ngx_crm_otp_budget_run(r, ctx, &take);
}


ngx_int_t
ngx_crm_otp_budget_taken(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    int64_t  seconds;

    if (ngx_crm_reply_integer(ctx->walk.reply, &seconds) != NGX_OK) {
        return ngx_crm_reply_wrong(r, "otp budget");
    }

    if (seconds > 0) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "crm_otp per_app reached by app \"%V\"", &ctx->app);

        return ngx_crm_refuse_for(ctx, NGX_CRM_TOO_MANY_REQUESTS, seconds);
    }

    return NGX_OK;
}


ngx_int_t
ngx_crm_otp_budget_return(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    static const ngx_str_t  give = ngx_string("return");

    return ngx_crm_otp_budget_run(r, ctx, &give);
}


static ngx_int_t
ngx_crm_otp_budget_speak(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_otp_t  *otp;

    otp = ctx->flow;

    return ngx_crm_refuse_for(ctx, NGX_CRM_TOO_MANY_REQUESTS, otp->wait);
}


static ngx_int_t
ngx_crm_otp_budget_run(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *what)
{
    ngx_str_t            argv[3];
    ngx_crm_srv_conf_t  *scf;

    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    argv[1] = *what;

    if (ngx_crm_name(r, ctx, &argv[0], "otp:app:{%V}", &ctx->app) != NGX_OK
        || ngx_crm_name_number(r, &argv[2], scf->otp.per_app) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_script_ask(r, ctx, &ngx_crm_otp_budget_script, 1, 3,
                              argv);
}
