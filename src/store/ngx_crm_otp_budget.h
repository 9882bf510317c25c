/* What one app may spend in an hour on sends and on wrong codes. */

#ifndef _NGX_CRM_OTP_BUDGET_H_INCLUDED_
#define _NGX_CRM_OTP_BUDGET_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Steps: ask takes one from the budget, taken refuses with 429 where none is
 * left.  Taken first, so that a thousand at once are a thousand.
 */
ngx_int_t ngx_crm_otp_budget_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
ngx_int_t ngx_crm_otp_budget_taken(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);

/* A step: gives it back, for neither a send nor a wrong code came of it. */
ngx_int_t ngx_crm_otp_budget_return(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);

/*
 * Gives it back and refuses with 429 for the seconds of wait, in the
 * ngx_crm_otp_t of ctx->flow.
 */
extern const ngx_crm_step_pt  ngx_crm_otp_budget_refuse[];


#endif /* _NGX_CRM_OTP_BUDGET_H_INCLUDED_ */
