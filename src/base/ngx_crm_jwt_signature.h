/* Signatures of JWTs (RFC 7518 section 3). */

#ifndef _NGX_CRM_JWT_SIGNATURE_H_INCLUDED_
#define _NGX_CRM_JWT_SIGNATURE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_jwt_key.h"


/*
 * Checks the signature of the text, a token's first two parts and the dot
 * between them, with a prepared key and its own algorithm alone.
 * Returns NGX_OK, NGX_DECLINED (it is another's) or NGX_ERROR (memory is out).
 */
ngx_int_t ngx_crm_jwt_signature_check(ngx_crm_jwt_key_t *key,
    const ngx_str_t *text, const ngx_str_t *signature);

/* How many bytes a signature takes while it is made, at most. */
size_t ngx_crm_jwt_signature_room(const ngx_crm_jwt_key_t *key);

/*
 * Signs such a text with a prepared key, which has its private part.  The
 * signature has that room, and *len its length in the end.  Returns NGX_OK or
 * NGX_ERROR.
 */
ngx_int_t ngx_crm_jwt_signature_make(ngx_crm_jwt_key_t *key,
    const ngx_str_t *text, u_char *signature, size_t *len);


#endif /* _NGX_CRM_JWT_SIGNATURE_H_INCLUDED_ */
