/* The kinds of hash strings that are known, and the bounds of their costs. */

#ifndef _NGX_CRM_PASSWORD_KIND_H_INCLUDED_
#define _NGX_CRM_PASSWORD_KIND_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct ngx_crm_password_kind_s  ngx_crm_password_kind_t;

struct ngx_crm_password_kind_s {
    const char   *prefix;
    ngx_int_t   (*cost)(const char **p);  /* moved to its end, if NGX_OK */
    ngx_uint_t    argon2;                 /* not of crypt(3) */
    size_t        salt;                   /* a decoy's, characters */
    const char   *separator;              /* of salt and digest */
    size_t        digest;                 /* characters */
};


/*
 * Finds the kind of a hash string (crypt(5), or argon2's PHC string), and in
 * *end the byte after its cost, where the salt begins.
 * Returns NULL: no kind of ours, a string of NGX_CRM_HASH_MAX bytes or more,
 * or a cost out of the bounds that ngx_crm_password.h names.
 */
const ngx_crm_password_kind_t *ngx_crm_password_kind_find(const char *hash,
    const char **end);


#endif /* _NGX_CRM_PASSWORD_KIND_H_INCLUDED_ */
