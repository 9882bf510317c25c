/*
 * The edge's own requests to the CRM: subrequests whose answer stays here.
 * They are the location's proxy_pass with all that the operator has set.
 */

#ifndef _NGX_CRM_SUBREQUEST_H_INCLUDED_
#define _NGX_CRM_SUBREQUEST_H_INCLUDED_


#include "ngx_crm.h"


typedef struct {
    ngx_str_t            body;       /* that is sent, as application/json */
    const ngx_keyval_t  *headers;    /* beside the client's, in their place */
    ngx_uint_t           n;

    ngx_uint_t           status;     /* of the CRM's answer */
    ngx_str_t            answer;     /* its body */
    unsigned             json:1;     /* that calls itself application/json */
    unsigned             answered:1; /* the header has come */
    unsigned             complete:1;
    unsigned             large:1;    /* more than may be kept */
    ngx_int_t            failed;     /* 0, or what to refuse with */

    ngx_crm_ctx_t       *asker;
} ngx_crm_subrequest_t;


/*
 * Sends the client's request anew, with another body, and parks; sub is of
 * the request's memory.  The next step finds the CRM's answer in it, whatever
 * its status, or failed: no whole answer came (502, 504, …), which is logged.
 * Where the client leaves, no step follows.  Returns NGX_AGAIN; 404: there is
 * no proxy_pass; or NGX_ERROR.
 */
ngx_int_t ngx_crm_subrequest_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_subrequest_t *sub);


#endif /* _NGX_CRM_SUBREQUEST_H_INCLUDED_ */
