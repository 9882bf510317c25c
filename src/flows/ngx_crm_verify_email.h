/* GET /contacts/verify_email/{token}: an address is its contact's. */

#ifndef _NGX_CRM_VERIFY_EMAIL_H_INCLUDED_
#define _NGX_CRM_VERIFY_EMAIL_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Marks the contact that the token was mailed to as verified, once, and
 * answers with nothing.  HEAD, which mail scanners and previews send, only
 * looks whether it would.
 */
extern const ngx_crm_step_pt  ngx_crm_verify_email[];


#endif /* _NGX_CRM_VERIFY_EMAIL_H_INCLUDED_ */
