/* Customer Actions Management, as data. */

#ifndef _NGX_CRM_API_ACTIONS_H_INCLUDED_
#define _NGX_CRM_API_ACTIONS_H_INCLUDED_


#include "ngx_crm.h"


extern const ngx_crm_api_t  ngx_crm_api_actions;


#endif /* _NGX_CRM_API_ACTIONS_H_INCLUDED_ */
