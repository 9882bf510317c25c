/* POST /contacts/forgot_password: mails a token (contract.md). */

#ifndef _NGX_CRM_FORGOT_PASSWORD_H_INCLUDED_
#define _NGX_CRM_FORGOT_PASSWORD_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Sends a token for a new password to username, an e-mail address, if a
 * contact has it; answers the same, empty, whether one has, and does the same.
 * Too many for one address, or of one app, are refused with 429.
 */
extern const ngx_crm_step_pt  ngx_crm_forgot_password[];


#endif /* _NGX_CRM_FORGOT_PASSWORD_H_INCLUDED_ */
