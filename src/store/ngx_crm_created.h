/* What the CRM answers to a registration, and what the store keeps of it. */

#ifndef _NGX_CRM_CREATED_H_INCLUDED_
#define _NGX_CRM_CREATED_H_INCLUDED_


#include "ngx_crm.h"
#include "engine/ngx_crm_subrequest.h"


#define NGX_CRM_CREATED_MEMBERS  10


typedef struct {
    ngx_str_t       id;
    ngx_keyval_t    members[NGX_CRM_CREATED_MEMBERS];  /* of the contact */
    ngx_uint_t      n;
} ngx_crm_created_t;


/*
 * Opens the CRM's answer, a success of which is an envelope of the dialect
 * that it speaks: payload is what is in it, or nothing where it is none.
 * Returns the status that it says in all: a failure's, though its status line
 * may be a success's.  Where the client's dialect is another one, sub->status
 * is that, too.
 */
ngx_uint_t ngx_crm_created_open(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_subrequest_t *sub, ngx_str_t *payload);

/*
 * Says whether what is no success is an answer that a client may hear as it
 * came: of a 2xx its body says so.
 */
ngx_uint_t ngx_crm_created_is_refusal(const ngx_crm_subrequest_t *sub);

/*
 * Reads a payload: the id of contact.id, else of id; the names of the contact
 * from there, or, where it has none, from the request's body; organisations;
 * and the address that ctx->person's credential is.  What is read lies in the
 * payload, in ctx->body and in memory of the request.  Returns NGX_OK,
 * NGX_DECLINED: it is no JSON or holds no id, or NGX_ERROR.
 */
ngx_int_t ngx_crm_created_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *payload, ngx_crm_created_t *created);


#endif /* _NGX_CRM_CREATED_H_INCLUDED_ */
