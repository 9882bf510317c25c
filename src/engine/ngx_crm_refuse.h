/* What a refusal is. */

#ifndef _NGX_CRM_REFUSE_H_INCLUDED_
#define _NGX_CRM_REFUSE_H_INCLUDED_


#include "ngx_crm.h"
#include "engine/ngx_crm_refuse_reason.h"


/*
 * Notes why a request is refused and returns the status that says so, for a
 * step or a phase handler to return.  parameter may be NULL; it is text of a
 * table or of the request, kept as it is.
 */
ngx_int_t ngx_crm_refuse(ngx_crm_ctx_t *ctx, ngx_crm_reason_e name,
    const ngx_str_t *parameter);

/* As ngx_crm_refuse for 429 and 503, with the seconds of Retry-After. */
ngx_int_t ngx_crm_refuse_for(ngx_crm_ctx_t *ctx, ngx_crm_reason_e name,
    time_t seconds);

/* As ngx_crm_refuse, with a text instead of the API's words for the reason. */
ngx_int_t ngx_crm_refuse_as(ngx_crm_ctx_t *ctx, ngx_crm_reason_e name,
    const ngx_str_t *parameter, const ngx_str_t *text);


#endif /* _NGX_CRM_REFUSE_H_INCLUDED_ */
