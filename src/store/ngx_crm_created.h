/* What the CRM answers to a registration, and what the store keeps of it. */

#ifndef _NGX_CRM_CREATED_H_INCLUDED_
#define _NGX_CRM_CREATED_H_INCLUDED_


#include "ngx_crm.h"


#define NGX_CRM_CREATED_MEMBERS  10


typedef struct {
    ngx_str_t       id;
    ngx_keyval_t    members[NGX_CRM_CREATED_MEMBERS];  /* of the contact */
    ngx_uint_t      n;
} ngx_crm_created_t;


/*
 * Reads an answer: the id of contact.id, else of id; the names of the contact
 * from there, or, where it has none, from the request's body; organisations;
 * and the address that ctx->person's credential is.  What is read lies in the
 * answer, in ctx->body and in memory of the request.  Returns NGX_OK,
 * NGX_DECLINED: it is no JSON or holds no id, or NGX_ERROR.
 */
ngx_int_t ngx_crm_created_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *answer, ngx_crm_created_t *created);


#endif /* _NGX_CRM_CREATED_H_INCLUDED_ */
