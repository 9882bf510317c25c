/* The way in: three phases, for reasons that each of them tells. */

#ifndef _NGX_CRM_ACCESS_H_INCLUDED_
#define _NGX_CRM_ACCESS_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Pushes the handlers of PREACCESS, ACCESS and PRECONTENT, in
 * postconfiguration.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_access_init(ngx_conf_t *cf);


#endif /* _NGX_CRM_ACCESS_H_INCLUDED_ */
