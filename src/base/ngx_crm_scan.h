/*
 * A strict scanner of RFC 8259 JSON that builds no tree: it says where values
 * end.  Pure: no allocation, no recursion deeper than the limit, never a byte
 * read at or after end.
 */

#ifndef _NGX_CRM_SCAN_H_INCLUDED_
#define _NGX_CRM_SCAN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_CRM_SCAN_DEPTH  64


/* what a scanned value is: the first byte of it tells */
typedef struct {
    u_char   *data;       /* the value's bytes; a string's with its quotes */
    size_t    len;
} ngx_crm_span_t;


/*
 * Skips white space.  Returns the first byte that is none, or end.
 */
u_char *ngx_crm_scan_space(u_char *p, u_char *end);

/*
 * Validates the value that begins at p (no white space before it): UTF-8
 * (RFC 3629), no unpaired surrogate, no control character in strings, at most
 * NGX_CRM_SCAN_DEPTH levels.  Returns the byte after it, or NULL.
 */
u_char *ngx_crm_scan_value(u_char *p, u_char *end);

/*
 * Validates a whole text: one value with white space around it.
 * Returns NGX_OK and the value's span, or NGX_ERROR.
 */
ngx_int_t ngx_crm_scan_text(ngx_str_t *text, ngx_crm_span_t *value);

/*
 * Writes a validated string span without its quotes and escapes.  dst has
 * room for what is between the quotes, span->len - 2 bytes, and may be
 * span->data: in place.  Returns the length.
 */
size_t ngx_crm_scan_unescape(u_char *dst, const ngx_crm_span_t *span);


#endif /* _NGX_CRM_SCAN_H_INCLUDED_ */
