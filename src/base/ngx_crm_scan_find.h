/* Members of objects of JSON by their names, in texts that are validated. */

#ifndef _NGX_CRM_SCAN_FIND_H_INCLUDED_
#define _NGX_CRM_SCAN_FIND_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan.h"


/*
 * Finds a member of a value; of several, the first.  name has at most
 * NGX_CRM_SCAN_MEMBER_NAME bytes.  Returns NGX_OK and the member's value, or
 * NGX_DECLINED: there is none, or the value is no object.
 */
ngx_int_t ngx_crm_scan_find(const ngx_crm_span_t *object,
    const ngx_str_t *name, ngx_crm_span_t *value);

/*
 * Finds the bytes without which the object has no such member: the member and
 * the comma that parts it from another.  Returns as above.
 */
ngx_int_t ngx_crm_scan_find_cut(const ngx_crm_span_t *object,
    const ngx_str_t *name, ngx_crm_span_t *cut);


#endif /* _NGX_CRM_SCAN_FIND_H_INCLUDED_ */
