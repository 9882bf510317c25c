/* POST /contacts/{id}/sign_out: ends a session, or all (contract.md). */

#ifndef _NGX_CRM_SIGN_OUT_H_INCLUDED_
#define _NGX_CRM_SIGN_OUT_H_INCLUDED_


#include "ngx_crm.h"


extern const ngx_crm_step_pt  ngx_crm_sign_out[];


#endif /* _NGX_CRM_SIGN_OUT_H_INCLUDED_ */
