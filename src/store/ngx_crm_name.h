/* Names of keys in Redis: crm:live:… and crm:test:… never meet. */

#ifndef _NGX_CRM_NAME_H_INCLUDED_
#define _NGX_CRM_NAME_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Writes a key's name in memory of the request: the prefix of the request's
 * mode and what fmt (of ngx_sprintf) makes.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_name(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_str_t *name, const char *fmt, ...);

/* The same text as claims and scripts spell it: "live" or "test". */
const ngx_str_t *ngx_crm_name_mode(ngx_crm_mode_e mode);

/*
 * Writes a number as scripts are given it, in memory of the request.  Returns
 * NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_name_number(ngx_http_request_t *r, ngx_str_t *text,
    ngx_int_t n);


#endif /* _NGX_CRM_NAME_H_INCLUDED_ */
