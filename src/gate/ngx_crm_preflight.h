/* CORS preflights (Fetch, section 3.2). */

#ifndef _NGX_CRM_PREFLIGHT_H_INCLUDED_
#define _NGX_CRM_PREFLIGHT_H_INCLUDED_


#include "ngx_crm.h"


/* Says whether the request is a preflight, which has no identity. */
ngx_uint_t ngx_crm_preflight_is(ngx_http_request_t *r);


#endif /* _NGX_CRM_PREFLIGHT_H_INCLUDED_ */
