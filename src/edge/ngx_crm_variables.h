/* $crm_…: readable from PREACCESS on, empty until proven. */

#ifndef _NGX_CRM_VARIABLES_H_INCLUDED_
#define _NGX_CRM_VARIABLES_H_INCLUDED_


#include "ngx_crm.h"


/* Adds the variables, in preconfiguration.  Returns NGX_OK or NGX_ERROR. */
ngx_int_t ngx_crm_variables_add(ngx_conf_t *cf);


#endif /* _NGX_CRM_VARIABLES_H_INCLUDED_ */
