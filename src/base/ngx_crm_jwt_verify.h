/* Verifying JWTs (RFC 7519, 7515, 8725), over OpenSSL's EVP. */

#ifndef _NGX_CRM_JWT_VERIFY_H_INCLUDED_
#define _NGX_CRM_JWT_VERIFY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_jwt.h"


/*
 * Verifies a token with one of n keys, which are prepared: the algorithm is
 * the key's own; kid, where both have one, selects, and a kid that no key has
 * leaves the keys without one.  Canonical base64url, no crit, no duplicate
 * members, exp demanded and a number, nbf and iat honoured, iss and aud as the
 * rules say, sub, sid and app texts that ngx_crm_text_is_id allows, at most
 * NGX_CRM_JWT_MAX bytes.  buf has room for token->len bytes, and the claims
 * point into it.
 * Returns NGX_OK, or NGX_DECLINED and in *why a word for the debug log, or
 * NGX_ERROR: memory is out, and nothing is known of the token.
 */
ngx_int_t ngx_crm_jwt_verify(ngx_crm_jwt_key_t **keys, ngx_uint_t n,
    const ngx_crm_jwt_rules_t *rules, const ngx_str_t *token, u_char *buf,
    ngx_crm_jwt_claims_t *claims, const char **why);


#endif /* _NGX_CRM_JWT_VERIFY_H_INCLUDED_ */
