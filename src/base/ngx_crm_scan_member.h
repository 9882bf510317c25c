/* Objects of JSON, member by member. */

#ifndef _NGX_CRM_SCAN_MEMBER_H_INCLUDED_
#define _NGX_CRM_SCAN_MEMBER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan.h"


/*
 * Walks the members of an object.  *at starts as the object's first byte and
 * is moved on, at last to its closing brace.  Returns NGX_OK with the spans of
 * the next name and value, NGX_DONE after the last, or, where the text has not
 * been validated before and is no such object, NGX_ERROR.
 */
ngx_int_t ngx_crm_scan_member(u_char **at, u_char *end, ngx_crm_span_t *name,
    ngx_crm_span_t *value);

/*
 * The same, but leaves the value to the caller: *at is moved to its first
 * byte, and the caller moves it behind the value.  first: *at is the object's
 * first byte.  NGX_DONE: *at is the closing brace.
 */
ngx_int_t ngx_crm_scan_member_name(u_char **at, u_char *end, ngx_uint_t first,
    ngx_crm_span_t *name);

/*
 * Says whether a validated string span, unescaped, is the text, which has at
 * most NGX_CRM_SCAN_MEMBER_NAME bytes.
 */
#define NGX_CRM_SCAN_MEMBER_NAME  64

ngx_uint_t ngx_crm_scan_member_is(const ngx_crm_span_t *span,
    const ngx_str_t *text);

/* Says whether it is but for the case of its letters. */
ngx_uint_t ngx_crm_scan_member_is_like(const ngx_crm_span_t *span,
    const ngx_str_t *text);


#endif /* _NGX_CRM_SCAN_MEMBER_H_INCLUDED_ */
