/*
 * Minting JWTs (RFC 7519, 7515), over OpenSSL's EVP: libjwt 1.10 crashes, and
 * writes tokens that nobody takes, where memory runs out.
 */

#ifndef _NGX_CRM_JWT_H_INCLUDED_
#define _NGX_CRM_JWT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_jwt_key.h"


#define NGX_CRM_JWT_MAX  8192        /* bytes of a token */


typedef struct {
    ngx_str_t    issuer;             /* empty: not in the token, any is fine */
    ngx_str_t    audience;
    time_t       leeway;             /* s */
    time_t       now;                /* Unix seconds */
} ngx_crm_jwt_rules_t;


typedef struct {
    ngx_str_t    sub;
    ngx_str_t    sid;                /* these two: empty where absent */
    ngx_str_t    app;
    ngx_str_t    mode;               /* live or test; the key's if absent */
    time_t       iat;                /* 0 where absent */
    time_t       nbf;                /* alike */
    time_t       exp;
    ngx_crm_jwt_key_t  *key;         /* that verified it */
} ngx_crm_jwt_claims_t;


/*
 * Mints a token with the key, which is prepared: sub, sid, app, mode, exp and
 * iat of the claims, iss and aud of the rules where set, and a random jti.
 * *token is malloc'ed: the caller ends it with ngx_crm_jwt_free.  Returns
 * NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_jwt_mint(ngx_crm_jwt_key_t *key,
    const ngx_crm_jwt_rules_t *rules, const ngx_crm_jwt_claims_t *claims,
    ngx_str_t *token);
void ngx_crm_jwt_free(ngx_str_t *token);


#endif /* _NGX_CRM_JWT_H_INCLUDED_ */
