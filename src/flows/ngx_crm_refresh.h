/* POST /contacts/refresh: a refresh token for its successor (contract.md). */

#ifndef _NGX_CRM_REFRESH_H_INCLUDED_
#define _NGX_CRM_REFRESH_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Takes the token from the body or the API's header, and answers with the
 * token reply.  A forged one, one of another app or mode, of a session that
 * has ended, or of a contact that is disabled is refused with 401; one that
 * was spent too long ago ends its session besides.  Ends the request.
 */
extern const ngx_crm_step_pt  ngx_crm_refresh[];


#endif /* _NGX_CRM_REFRESH_H_INCLUDED_ */
