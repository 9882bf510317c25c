/* Members of a body that is not parsed into a tree. */

#ifndef _NGX_CRM_RULES_FIND_H_INCLUDED_
#define _NGX_CRM_RULES_FIND_H_INCLUDED_


#include "ngx_crm.h"
#include "base/ngx_crm_scan.h"


/*
 * Finds the member of a validated object by its path, "acctInfo.firstName".
 * Returns NGX_OK; NGX_DECLINED: it is absent or null; NGX_ERROR: it is there
 * twice, and who reads the other one would read what nobody has checked.
 */
ngx_int_t ngx_crm_rules_find(const ngx_crm_span_t *object,
    const ngx_str_t *path, ngx_crm_span_t *value);

/* Says whether a value is a string of nothing but spaces. */
ngx_uint_t ngx_crm_rules_find_is_blank(const ngx_crm_span_t *value);

/*
 * Finds a member of a form (application/x-www-form-urlencoded), decoded into
 * memory of the pool.  Returns NGX_OK; NGX_DECLINED: it is absent or empty;
 * NGX_ABORT: it is there twice, be it in another spelling, or is not well
 * encoded; NGX_ERROR.
 */
ngx_int_t ngx_crm_rules_find_form(ngx_pool_t *pool, const ngx_str_t *form,
    const ngx_str_t *name, ngx_str_t *value);

/*
 * How many members of a form, or arguments of a query, some parser would take
 * for one of that name, in lower case.
 */
ngx_uint_t ngx_crm_rules_find_like(const ngx_str_t *form,
    const ngx_str_t *name);


#endif /* _NGX_CRM_RULES_FIND_H_INCLUDED_ */
