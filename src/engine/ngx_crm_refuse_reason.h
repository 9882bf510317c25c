/* Reasons, their names and the statuses that say them. */

#ifndef _NGX_CRM_REFUSE_REASON_H_INCLUDED_
#define _NGX_CRM_REFUSE_REASON_H_INCLUDED_


#include "ngx_crm.h"


/* The reason that a bare HTTP status stands for. */
ngx_crm_reason_e ngx_crm_refuse_reason(ngx_uint_t status);

/* A reason's HTTP status, and its name in $crm_result. */
ngx_uint_t ngx_crm_refuse_reason_status(ngx_crm_reason_e name);
const ngx_str_t *ngx_crm_refuse_reason_name(ngx_crm_reason_e name);


#endif /* _NGX_CRM_REFUSE_REASON_H_INCLUDED_ */
