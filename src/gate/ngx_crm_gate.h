/* Who may pass. */

#ifndef _NGX_CRM_GATE_H_INCLUDED_
#define _NGX_CRM_GATE_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Works out the verdict on a request, without speaking it: its row, its key
 * and token, what they prove.  Returns NGX_OK with ctx->verdict, or NGX_AGAIN
 * (parked; the phase handler is called again).
 */
ngx_int_t ngx_crm_gate_judge(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);


#endif /* _NGX_CRM_GATE_H_INCLUDED_ */
