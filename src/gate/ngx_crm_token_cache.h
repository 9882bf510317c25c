/*
 * Tokens that this process has verified.  A signature stays right as long as
 * the keys do, which a reload alone changes, and this with them; whether a
 * token has expired or was revoked is asked anew each time.
 */

#ifndef _NGX_CRM_TOKEN_CACHE_H_INCLUDED_
#define _NGX_CRM_TOKEN_CACHE_H_INCLUDED_


#include "ngx_crm.h"
#include "base/ngx_crm_jwt.h"


/*
 * Makes mcf->tokens, of mcf->token_cache entries, none of which is touched
 * before it is used; each worker has its own.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_token_cache_create(ngx_conf_t *cf,
    ngx_crm_main_conf_t *mcf);

/*
 * Looks for a token, all of it, that was verified for this server.  Returns
 * NGX_OK with its claims, in memory of the pool and without their key;
 * NGX_DECLINED: it is not there, or its time is not now; NGX_ERROR.
 */
ngx_int_t ngx_crm_token_cache_get(ngx_crm_token_cache_t *cache,
    const ngx_crm_srv_conf_t *server, const ngx_crm_jwt_rules_t *rules,
    const ngx_str_t *token, ngx_pool_t *pool, ngx_crm_jwt_claims_t *claims);

/*
 * Keeps a token that was verified for this server, in place of the one that
 * was kept first; one that is too long for an entry is not kept.
 */
void ngx_crm_token_cache_put(ngx_crm_token_cache_t *cache,
    const ngx_crm_srv_conf_t *server, const ngx_str_t *token,
    const ngx_crm_jwt_claims_t *claims);


#endif /* _NGX_CRM_TOKEN_CACHE_H_INCLUDED_ */
