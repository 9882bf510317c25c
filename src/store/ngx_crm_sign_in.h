/* From a proven person to a session, and the token reply. */

#ifndef _NGX_CRM_SIGN_IN_H_INCLUDED_
#define _NGX_CRM_SIGN_IN_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Opens a session for ctx->person, whose id and members are read and proven,
 * and answers with the API's token reply.  Ends the request.
 */
extern const ngx_crm_step_pt  ngx_crm_sign_in[];


#endif /* _NGX_CRM_SIGN_IN_H_INCLUDED_ */
