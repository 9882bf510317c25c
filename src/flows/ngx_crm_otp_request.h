/* POST /contacts/otp: sends a one-time password (contract.md). */

#ifndef _NGX_CRM_OTP_REQUEST_H_INCLUDED_
#define _NGX_CRM_OTP_REQUEST_H_INCLUDED_


#include "ngx_crm.h"


extern const ngx_crm_step_pt  ngx_crm_otp_request[];


#endif /* _NGX_CRM_OTP_REQUEST_H_INCLUDED_ */
