/* String members of request bodies. */

#ifndef _NGX_CRM_MEMBER_H_INCLUDED_
#define _NGX_CRM_MEMBER_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Finds a string member of an object of the body.  The text belongs to the
 * tree.  Returns NGX_OK, or the status of a refusal that names the member: it
 * is missing or empty, or no string.
 */
ngx_int_t ngx_crm_member_mandatory(ngx_crm_ctx_t *ctx,
    const ngx_crm_json_t *tree, const ngx_str_t *name, ngx_str_t *text);

/*
 * As above, but a member that is missing or null is an empty text, and so is
 * any of a body that was not sent.
 */
ngx_int_t ngx_crm_member_optional(ngx_crm_ctx_t *ctx,
    const ngx_crm_json_t *tree, const ngx_str_t *name, ngx_str_t *text);


#endif /* _NGX_CRM_MEMBER_H_INCLUDED_ */
