/* What refusals of a route repeat of its body, and say in its own way. */

#ifndef _NGX_CRM_ECHO_H_INCLUDED_
#define _NGX_CRM_ECHO_H_INCLUDED_


#include "ngx_crm.h"
#include "engine/ngx_crm_envelope.h"


/*
 * Sets ctx->held.echo from the body, a validated object, or from nothing
 * where it is NULL.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_echo_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *body);

/*
 * Adds to a failure what its route says and repeats in it.  Returns NGX_OK or
 * NGX_ERROR.
 */
ngx_int_t ngx_crm_echo_dress(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_message_t *message);


#endif /* _NGX_CRM_ECHO_H_INCLUDED_ */
