/* Customer Engagement Services, as data. */

#ifndef _NGX_CRM_API_ENGAGEMENT_H_INCLUDED_
#define _NGX_CRM_API_ENGAGEMENT_H_INCLUDED_


#include "ngx_crm.h"


extern const ngx_crm_api_t  ngx_crm_api_engagement;


#endif /* _NGX_CRM_API_ENGAGEMENT_H_INCLUDED_ */
