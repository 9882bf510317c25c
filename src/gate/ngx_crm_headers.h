/* The headers that an API, or one of its routes, demands. */

#ifndef _NGX_CRM_HEADERS_H_INCLUDED_
#define _NGX_CRM_HEADERS_H_INCLUDED_


#include "ngx_crm.h"


/*
 * A step: sets ctx->correlation, where the API has such a header and it came
 * with 1 to 128 printable characters.  Returns NGX_OK.
 */
ngx_int_t ngx_crm_headers_correlate(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);

/*
 * A step: the API's headers, then the route's, in the order of their lists;
 * one that is blank counts as missing.  Sets ctx->alphabet.  Returns NGX_OK,
 * 400 with the name of the first that is missing or wrong, or 415.
 */
ngx_int_t ngx_crm_headers_check(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);

/*
 * Gives the correlation id back, in place of an upstream's, also where the
 * request was refused before any step.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_headers_return(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);


#endif /* _NGX_CRM_HEADERS_H_INCLUDED_ */
