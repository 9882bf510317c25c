/* The way out: whatever comes back, in the API's envelope. */

#ifndef _NGX_CRM_FILTER_H_INCLUDED_
#define _NGX_CRM_FILTER_H_INCLUDED_


#include "ngx_crm.h"


typedef struct ngx_crm_filter_stream_s  ngx_crm_filter_stream_t;


typedef enum {
    NGX_CRM_FILTER_HOLD = 0,   /* header and body wait for the body's end */
    NGX_CRM_FILTER_STREAM,     /* wrapped as it passes */
    NGX_CRM_FILTER_SEALED,     /* the header has gone, out follows */
    NGX_CRM_FILTER_ENDING,     /* out is under way, and what others add */
    NGX_CRM_FILTER_SENT        /* what still comes is dropped */
} ngx_crm_filter_way_e;


/* an answer that is rewritten */
struct ngx_crm_filter_s {
    ngx_crm_filter_way_e        way;
    const ngx_crm_dialect_t    *from;
    const ngx_crm_dialect_t    *to;
    size_t                      max;       /* bytes held */
    ngx_uint_t                  whole;     /* it is sealed as it comes */
    size_t                      room;      /* bytes that held may grow to */
    ngx_str_t                   held;
    ngx_chain_t                *out;
    ngx_crm_filter_stream_t    *stream;
};


/* the filters after ours */
extern ngx_http_output_header_filter_pt  ngx_crm_filter_next_header;
extern ngx_http_output_body_filter_pt    ngx_crm_filter_next_body;


/* Puts our filters in front of NGINX's.  Returns NGX_OK. */
ngx_int_t ngx_crm_filter_init(ngx_conf_t *cf);


#endif /* _NGX_CRM_FILTER_H_INCLUDED_ */
