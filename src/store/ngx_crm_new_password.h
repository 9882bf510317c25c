/* A password that somebody chooses: its rules, and its hash. */

#ifndef _NGX_CRM_NEW_PASSWORD_H_INCLUDED_
#define _NGX_CRM_NEW_PASSWORD_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Says whether a password has as many characters as crm_password wants, of
 * which a hash takes so many bytes.
 */
ngx_uint_t ngx_crm_new_password_is_long(ngx_http_request_t *r,
    const ngx_str_t *password);

/* Says whether a password is a name that its owner goes by, in any case. */
ngx_uint_t ngx_crm_new_password_is_name(const ngx_str_t *password,
    const ngx_str_t *name);

/*
 * Hashes such a password with yescrypt in a thread.  Returns NGX_AGAIN,
 * NGX_ERROR or 503; in the next step, hashed returns NGX_OK and the hash in
 * memory of the request, NUL-terminated, or NGX_ERROR.
 */
ngx_int_t ngx_crm_new_password_hash(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_str_t *password);
ngx_int_t ngx_crm_new_password_hashed(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_str_t *hash);


#endif /* _NGX_CRM_NEW_PASSWORD_H_INCLUDED_ */
