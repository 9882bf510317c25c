/* From a proven person to a session, and the token reply. */

#ifndef _NGX_CRM_SIGN_IN_H_INCLUDED_
#define _NGX_CRM_SIGN_IN_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_session.h"


/*
 * Opens a session for ctx->person, whose id and members are read and proven,
 * and answers with the API's token reply.  Ends the request.
 */
extern const ngx_crm_step_pt  ngx_crm_sign_in[];

/*
 * A flow's last step: answers with the token reply of a session of
 * ctx->person that is open, in memory of the request; ctx->flow is ours from
 * here on.  Returns NGX_DONE, NGX_AGAIN, NGX_ERROR or 503.
 */
ngx_int_t ngx_crm_sign_in_answer(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_session_t *session);


#endif /* _NGX_CRM_SIGN_IN_H_INCLUDED_ */
