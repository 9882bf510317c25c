/* POST /contacts/authenticate: the ways in, by provider. */

#ifndef _NGX_CRM_AUTHENTICATE_H_INCLUDED_
#define _NGX_CRM_AUTHENTICATE_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Reads provider and its members from the request's body and logs in, sends
 * an OTP, or hands the request to the upstream (contract.md, selfservice).
 * Ends the request.
 */
extern const ngx_crm_step_pt  ngx_crm_authenticate[];


#endif /* _NGX_CRM_AUTHENTICATE_H_INCLUDED_ */
