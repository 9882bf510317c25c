/* The request's body as one text, also before the content phase. */

#ifndef _NGX_CRM_BODY_H_INCLUDED_
#define _NGX_CRM_BODY_H_INCLUDED_


#include "ngx_crm.h"


#define NGX_CRM_BODY_MOST  65536       /* bytes of a body that is parsed */


/*
 * In a phase handler: has the whole body read, into memory or a file as NGINX
 * does; proxy_request_buffering off then finds it read.  Returns NGX_OK: it
 * is there; NGX_DONE, to be returned: the phase handler is called again; or a
 * status.
 */
ngx_int_t ngx_crm_body_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);

/*
 * Before it is read: no more than NGX_CRM_BODY_MOST bytes of it will be,
 * whatever client_max_body_size allows; a longer one is 413.
 */
void ngx_crm_body_limit(ngx_crm_ctx_t *ctx);

/* In postconfiguration, so that it is. */
void ngx_crm_body_init(void);

/* Its length in bytes, once it has been read. */
off_t ngx_crm_body_size(ngx_http_request_t *r);

/*
 * All of it, in memory as long as the request; not to be written to.  Returns
 * NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_body_text(ngx_http_request_t *r, ngx_str_t *text);

/*
 * Puts a text, in memory of the request, in its place: that is what goes
 * upstream.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_body_set(ngx_http_request_t *r, const ngx_str_t *text);


#endif /* _NGX_CRM_BODY_H_INCLUDED_ */
