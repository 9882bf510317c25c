/* The way out: every failure in the API's own words. */

#ifndef _NGX_CRM_FILTER_H_INCLUDED_
#define _NGX_CRM_FILTER_H_INCLUDED_


#include "ngx_crm.h"


/* Puts our filters in front of NGINX's.  Returns NGX_OK. */
ngx_int_t ngx_crm_filter_init(ngx_conf_t *cf);


#endif /* _NGX_CRM_FILTER_H_INCLUDED_ */
