/*
 * The scanner for texts that come in parts and are not held: as strict as
 * ngx_crm_scan_text(), and its memory does not grow with the text.
 */

#ifndef _NGX_CRM_SCAN_STREAM_H_INCLUDED_
#define _NGX_CRM_SCAN_STREAM_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan_token.h"


typedef enum {                 /* what must come, white space aside */
    NGX_CRM_SCAN_VALUE = 0,
    NGX_CRM_SCAN_FIRST,        /* a value, or the array's end */
    NGX_CRM_SCAN_NAME,
    NGX_CRM_SCAN_FIRST_NAME,   /* or the object's end */
    NGX_CRM_SCAN_COLON,
    NGX_CRM_SCAN_AFTER,        /* a comma, or the end of what it is in */
    NGX_CRM_SCAN_NOTHING
} ngx_crm_scan_stream_e;


/* all zero: nothing has come yet */
typedef struct {
    ngx_crm_scan_stream_e   expected;
    uint64_t                objects;   /* a bit a level, innermost lowest */
    ngx_uint_t              depth;
    ngx_uint_t              named;     /* the token is a name */
    ngx_crm_scan_token_t    token;
} ngx_crm_scan_stream_t;


/*
 * Validates the bytes that come next, none of which need be kept.  Returns
 * NGX_OK: the text is valid so far; NGX_ERROR: it is no JSON.
 */
ngx_int_t ngx_crm_scan_stream_feed(ngx_crm_scan_stream_t *stream, u_char *p,
    u_char *end);

/* Says, after the last byte, whether the text is whole. */
ngx_uint_t ngx_crm_scan_stream_whole(const ngx_crm_scan_stream_t *stream);


#endif /* _NGX_CRM_SCAN_STREAM_H_INCLUDED_ */
