/* The dialects that an upstream may speak, by name. */

#ifndef _NGX_CRM_DIALECT_H_INCLUDED_
#define _NGX_CRM_DIALECT_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Finds what crm_upstream_envelope and crm_error_envelope name.  Returns an
 * API of which the envelope alone need be whole, or NULL.
 */
const ngx_crm_api_t *ngx_crm_dialect_find(const ngx_str_t *name);


#endif /* _NGX_CRM_DIALECT_H_INCLUDED_ */
