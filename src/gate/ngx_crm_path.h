/* The path that a request is judged by. */

#ifndef _NGX_CRM_PATH_H_INCLUDED_
#define _NGX_CRM_PATH_H_INCLUDED_


#include "ngx_crm.h"


/*
 * A step: refuses what another server may read as another path, with 400, and
 * what only begins as the base path does, with 404.  Returns NGX_OK or that.
 */
ngx_int_t ngx_crm_path_check(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);

/* What follows the base path in r->uri; all of it where it is not there. */
ngx_str_t ngx_crm_path_of(ngx_http_request_t *r);


#endif /* _NGX_CRM_PATH_H_INCLUDED_ */
