/* Who registers: what the body of a registration says. */

#ifndef _NGX_CRM_REGISTRANT_H_INCLUDED_
#define _NGX_CRM_REGISTRANT_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_otp.h"


typedef struct {
    ngx_crm_channel_e    channel;    /* that reaches the address */
    ngx_str_t            password;   /* of the body; empty: none */
} ngx_crm_registrant_t;


/*
 * Reads the body, and makes ctx->person of its identity.  Returns NGX_OK,
 * NGX_DECLINED: the CRM alone can tell whether it is good; NGX_ERROR, or the
 * status of a refusal that names the member.
 */
ngx_int_t ngx_crm_registrant_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_registrant_t *who);

/*
 * Writes the body for the CRM: the client's bytes but for the password, in
 * memory of the request.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_registrant_body(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_str_t *body);


#endif /* _NGX_CRM_REGISTRANT_H_INCLUDED_ */
