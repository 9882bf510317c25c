/* The requests that the edge answers itself: their body and their steps. */

#ifndef _NGX_CRM_CONTENT_H_INCLUDED_
#define _NGX_CRM_CONTENT_H_INCLUDED_


#include "ngx_crm.h"


/*
 * The content handler of a row with steps: reads the body, parses it and
 * walks the steps.  Returns NGX_DONE or a status.
 */
ngx_int_t ngx_crm_content_handler(ngx_http_request_t *r);

/*
 * Sets ctx->text and, from it, ctx->body, once NGINX has read the body.
 * Returns NGX_OK, or the status of a refusal: too large, or no object.
 */
ngx_int_t ngx_crm_content_parse(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);


#endif /* _NGX_CRM_CONTENT_H_INCLUDED_ */
