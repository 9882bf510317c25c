/* POST /contacts/validate-otp: a code for a token reply (contract.md). */

#ifndef _NGX_CRM_OTP_VALIDATE_H_INCLUDED_
#define _NGX_CRM_OTP_VALIDATE_H_INCLUDED_


#include "ngx_crm.h"


extern const ngx_crm_step_pt  ngx_crm_otp_validate[];


#endif /* _NGX_CRM_OTP_VALIDATE_H_INCLUDED_ */
