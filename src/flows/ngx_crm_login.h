/* Logging in with an e-mail address and a password. */

#ifndef _NGX_CRM_LOGIN_H_INCLUDED_
#define _NGX_CRM_LOGIN_H_INCLUDED_


#include "ngx_crm.h"


/*
 * `email` and `password`; deviceId and fireBaseMessagingToken are kept with
 * the session.
 */
extern const ngx_crm_step_pt  ngx_crm_login[];


#endif /* _NGX_CRM_LOGIN_H_INCLUDED_ */
