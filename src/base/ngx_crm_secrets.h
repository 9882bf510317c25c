/*
 * The proof of a client that encrypts: base64 of its id, its secret and the
 * time, sealed.  Pure, for it reads a stranger's bytes.
 */

#ifndef _NGX_CRM_SECRETS_H_INCLUDED_
#define _NGX_CRM_SECRETS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_cipher.h"


#define NGX_CRM_SECRETS_MAX  4096     /* bytes of base64 */


typedef enum {
    NGX_CRM_SECRETS_ID = 0, NGX_CRM_SECRETS_SECRET, NGX_CRM_SECRETS_EPOCH,
    NGX_CRM_SECRETS_N
} ngx_crm_secrets_e;


typedef struct {
    ngx_str_t    id;
    ngx_str_t    secret;
    int64_t      epoch;       /* Unix s */
} ngx_crm_secrets_t;


/*
 * Opens a header under a client's cipher: an object with two strings and a
 * whole number, or a string of digits, by their names; other members are
 * passed over.  The texts point into buf, which has NGX_CRM_SECRETS_MAX bytes
 * and is the caller's to wipe.  Returns NGX_OK; NGX_DECLINED: too long, no
 * base64, not sealed under this key, no such object; or NGX_ERROR.
 */
ngx_int_t ngx_crm_secrets_open(const ngx_crm_cipher_t *cipher,
    const ngx_str_t names[NGX_CRM_SECRETS_N], const ngx_str_t *header,
    u_char *buf, ngx_crm_secrets_t *secrets);


#endif /* _NGX_CRM_SECRETS_H_INCLUDED_ */
