/*
 * A client that encrypts: its pass key says whose keys these are, and its
 * proof, sealed under them, that it is the client, here and now.
 */

#ifndef _NGX_CRM_CLIENT_PROOF_H_INCLUDED_
#define _NGX_CRM_CLIENT_PROOF_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Steps of the gate, in this order.  begin comes before the credentials are
 * read, for they are others; client and keys find what the store knows; open
 * opens the proof and ask asks whether it was seen before.  After told the
 * client is proven, and ctx->key is set.  401, always the same, where a header
 * is missing or anything is wrong; 503 where Redis is away.  A request that is
 * proven already, before an internal redirect or as the main one, is not
 * proven anew: its proof has been seen, by itself.
 */
ngx_int_t ngx_crm_client_proof_begin(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
ngx_int_t ngx_crm_client_proof_find_client(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
ngx_int_t ngx_crm_client_proof_find_keys(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
ngx_int_t ngx_crm_client_proof_open(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
ngx_int_t ngx_crm_client_proof_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
ngx_int_t ngx_crm_client_proof_told(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);


#endif /* _NGX_CRM_CLIENT_PROOF_H_INCLUDED_ */
