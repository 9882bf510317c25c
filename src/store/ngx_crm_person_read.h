/* The body's credentials[], from which a person is found. */

#ifndef _NGX_CRM_PERSON_READ_H_INCLUDED_
#define _NGX_CRM_PERSON_READ_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Makes ctx->person of the credentials, {name, value} each.  AUTH_OTP's value
 * goes to *handle, which belongs to the body; handle NULL: there must be none.
 * Returns NGX_OK, NGX_DECLINED: GIFT_PASS is among them, which the CRM alone
 * knows; NGX_ERROR, or the status of a refusal.
 */
ngx_int_t ngx_crm_person_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_str_t *handle);


#endif /* _NGX_CRM_PERSON_READ_H_INCLUDED_ */
