/* What a JWT says (RFC 7519 section 4), once its signature is known good. */

#ifndef _NGX_CRM_JWT_CLAIMS_H_INCLUDED_
#define _NGX_CRM_JWT_CLAIMS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_jwt.h"


/*
 * Reads the claims from a payload, which they point into and which is changed,
 * and holds them against the rules.  claims->key is set already.
 * Returns NULL, or a word for the debug log.
 */
const char *ngx_crm_jwt_claims_read(ngx_crm_jwt_claims_t *claims,
    ngx_str_t *payload, const ngx_crm_jwt_rules_t *rules);

/*
 * Says whether now is a token's time: exp, nbf and iat, with the leeway.
 * Returns NULL, or a word for the debug log.
 */
const char *ngx_crm_jwt_claims_when(const ngx_crm_jwt_claims_t *claims,
    const ngx_crm_jwt_rules_t *rules);


#endif /* _NGX_CRM_JWT_CLAIMS_H_INCLUDED_ */
