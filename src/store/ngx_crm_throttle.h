/* How often an address is written to: crm_otp cooldown= and per_hour=. */

#ifndef _NGX_CRM_THROTTLE_H_INCLUDED_
#define _NGX_CRM_THROTTLE_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Asks for a send of that purpose ("reset") to an address in its normal form,
 * which somebody has or not.  Returns NGX_AGAIN, NGX_ERROR or 503.
 */
ngx_int_t ngx_crm_throttle_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const char *purpose, const ngx_str_t *address);

/* In the next step: the s to wait, or 0.  Returns NGX_OK or 502. */
ngx_int_t ngx_crm_throttle_taken(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    time_t *wait);


#endif /* _NGX_CRM_THROTTLE_H_INCLUDED_ */
