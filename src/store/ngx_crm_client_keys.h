/*
 * The keys of a client that encrypts: in the store and in the zone wrapped
 * (RFC 3394) under what HKDF makes of crm_secret for wrapping, plain only
 * where they are used.
 */

#ifndef _NGX_CRM_CLIENT_KEYS_H_INCLUDED_
#define _NGX_CRM_CLIENT_KEYS_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_record.h"


/* in the order that a record has them */
typedef enum {
    NGX_CRM_CLIENT_KEYS_HEADER = 0, NGX_CRM_CLIENT_KEYS_PAYLOAD,
    NGX_CRM_CLIENT_KEYS_MAC
} ngx_crm_client_keys_e;


/*
 * Sets what ctx->held.sealed holds of the client's record, where that is
 * known.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_client_keys_set(ngx_crm_ctx_t *ctx,
    const ngx_crm_record_t *record);

/*
 * Fills in a cipher with the client's keys for headers or payloads, which the
 * caller wipes, and that AAD.  Returns NGX_OK; NGX_DECLINED: the client has no
 * keys, or, which is logged, they are wrapped under none of the crm_secrets;
 * or NGX_ERROR.
 */
ngx_int_t ngx_crm_client_keys_cipher(ngx_http_request_t *r,
    const ngx_crm_ctx_t *ctx, ngx_crm_client_keys_e which,
    const ngx_str_t *aad, ngx_crm_cipher_t *cipher);


#endif /* _NGX_CRM_CLIENT_KEYS_H_INCLUDED_ */
