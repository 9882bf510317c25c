/* The keys that come of crm_secret, which is never used itself. */

#ifndef _NGX_CRM_SECRET_H_INCLUDED_
#define _NGX_CRM_SECRET_H_INCLUDED_


#include "ngx_crm.h"
#include "base/ngx_crm_digest.h"


typedef struct {
    u_char            kid[8];                  /* hex; names it in tokens */
    u_char            otp[NGX_CRM_SHA256_LEN];
    u_char            handle[NGX_CRM_SHA256_LEN];
    u_char            refresh[NGX_CRM_SHA256_LEN];
    u_char            wrap[NGX_CRM_SHA256_LEN];
    u_char            decoy[NGX_CRM_SHA256_LEN];
    u_char            reset[NGX_CRM_SHA256_LEN];
    ngx_crm_hmac_t    refresh_hmac;            /* that key, prepared */
} ngx_crm_secret_t;


/*
 * Derives all of them by HKDF-SHA-256 from a secret of at least 32 bytes.
 * Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_secret_derive(ngx_crm_secret_t *secret,
    const ngx_str_t *bytes);

/* The secret that makes, and the n-th that verifies; NULL: no more. */
const ngx_crm_secret_t *ngx_crm_secret_nth(ngx_http_request_t *r,
    ngx_uint_t n);

/* The secret of that name (8 bytes), or NULL. */
const ngx_crm_secret_t *ngx_crm_secret_named(ngx_http_request_t *r,
    const u_char *kid);


#endif /* _NGX_CRM_SECRET_H_INCLUDED_ */
