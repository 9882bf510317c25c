/* What kind of answer it is, and so what becomes of it. */

#ifndef _NGX_CRM_FILTER_KIND_H_INCLUDED_
#define _NGX_CRM_FILTER_KIND_H_INCLUDED_


#include "ngx_crm.h"


typedef enum {
    NGX_CRM_FILTER_KIND_PASSES = 0,
    NGX_CRM_FILTER_KIND_REFUSED,   /* by us or NGINX: its status tells why */
    NGX_CRM_FILTER_KIND_SLICED,    /* its other parts are answers, too */
    NGX_CRM_FILTER_KIND_FAILED,    /* an upstream's page: no dialect */
    NGX_CRM_FILTER_KIND_BARE,      /* another dialect, but there is no body */
    NGX_CRM_FILTER_KIND_WHOLE,     /* must be read */
    NGX_CRM_FILTER_KIND_SEALED     /* must be sealed, whatever it is */
} ngx_crm_filter_kind_e;


/* Tells from the header, which is not sent yet, and the upstream's dialect. */
ngx_crm_filter_kind_e ngx_crm_filter_kind(ngx_http_request_t *r,
    const ngx_crm_ctx_t *ctx, const ngx_crm_dialect_t *from);

/*
 * Says whether the answer is the upstream's, or the cache's in its stead, and
 * no page that NGINX has put in its place.
 */
ngx_uint_t ngx_crm_filter_kind_is_proxied(ngx_http_request_t *r,
    const ngx_crm_ctx_t *ctx);

/* Says whether a buffer is the last of the request's, or subrequest's. */
ngx_uint_t ngx_crm_filter_kind_is_last(ngx_http_request_t *r,
    const ngx_buf_t *b);

/*
 * Says whether a buffer is what NGINX sends when it has given the upstream up
 * half-way: no last one follows.
 */
ngx_uint_t ngx_crm_filter_kind_is_cut(ngx_http_request_t *r,
    const ngx_buf_t *b);

/* Says whether the answer has no Content-Type. */
ngx_uint_t ngx_crm_filter_kind_is_untyped(ngx_http_request_t *r);


#endif /* _NGX_CRM_FILTER_KIND_H_INCLUDED_ */
