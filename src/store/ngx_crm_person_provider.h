/* Whom the members username, or phone_number and country_code, name. */

#ifndef _NGX_CRM_PERSON_PROVIDER_H_INCLUDED_
#define _NGX_CRM_PERSON_PROVIDER_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Make ctx->person of an object of the body, with one credential.  Return
 * NGX_OK, NGX_ERROR, or the status of a refusal that names the member.
 */
ngx_int_t ngx_crm_person_provider_email(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_json_t *tree);
ngx_int_t ngx_crm_person_provider_phone(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_json_t *tree);
ngx_int_t ngx_crm_person_provider_mac(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_json_t *tree);


#endif /* _NGX_CRM_PERSON_PROVIDER_H_INCLUDED_ */
