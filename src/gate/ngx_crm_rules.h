/* What a route demands of the body, which goes upstream as it came. */

#ifndef _NGX_CRM_RULES_H_INCLUDED_
#define _NGX_CRM_RULES_H_INCLUDED_


#include "ngx_crm.h"


/* Says whether the route reads its body before anybody else. */
ngx_uint_t ngx_crm_rules_wanted(const ngx_crm_ctx_t *ctx);

/*
 * A step, once the body is there: sets ctx->held.echo, and holds the body to
 * the route's rules; the first that fails answers.  Returns NGX_OK, 400 or
 * NGX_ERROR.
 */
ngx_int_t ngx_crm_rules_check(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);

/*
 * Finds a string member of the body, which has passed the rules, and copies
 * it, unescaped, into memory of the request; empty where it is absent or
 * blank.
 * Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_rules_member(ngx_http_request_t *r, const ngx_str_t *path,
    ngx_str_t *text);


#endif /* _NGX_CRM_RULES_H_INCLUDED_ */
