/* Strings of JSON (RFC 8259 section 7), byte by byte. */

#ifndef _NGX_CRM_SCAN_STRING_H_INCLUDED_
#define _NGX_CRM_SCAN_STRING_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Validates the string that begins with its quote at p: UTF-8, no control
 * characters, no unpaired surrogates.  Returns the byte after it, or NULL.
 */
u_char *ngx_crm_scan_string_end(u_char *p, u_char *end);

/* The same from within the string, where a character or the end begins. */
u_char *ngx_crm_scan_string_rest(u_char *p, u_char *end);

/*
 * Validates what stands at p < end within a string and is neither its end nor
 * plain: an escape, characters over U+007F.  Returns the byte after it, or
 * NULL.
 */
u_char *ngx_crm_scan_string_odd(u_char *p, u_char *end);

/*
 * Reads the escape that begins with its backslash at p, in a validated
 * string, into *c, a character of Unicode.  Returns the byte after it.
 */
u_char *ngx_crm_scan_string_escape(u_char *p, uint32_t *c);


#endif /* _NGX_CRM_SCAN_STRING_H_INCLUDED_ */
