/* POST /contacts/change_password: a token for a new password (contract.md). */

#ifndef _NGX_CRM_CHANGE_PASSWORD_H_INCLUDED_
#define _NGX_CRM_CHANGE_PASSWORD_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Stores password, if crm_password allows it, for the contact that token was
 * mailed to, ends all its sessions and revokes all its tokens; answers with
 * nothing.  A refusal of the password spends nothing.
 */
extern const ngx_crm_step_pt  ngx_crm_change_password[];


#endif /* _NGX_CRM_CHANGE_PASSWORD_H_INCLUDED_ */
