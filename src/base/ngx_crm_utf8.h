/* UTF-8, strictly as RFC 3629 has it. */

#ifndef _NGX_CRM_UTF8_H_INCLUDED_
#define _NGX_CRM_UTF8_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * The length in bytes of the character that begins at p < end; 0: none does
 * (a stray or missing byte, an overlong form, a surrogate, over U+10FFFF).
 */
size_t ngx_crm_utf8_length(const u_char *p, const u_char *end);

/*
 * As above, where any of the bytes may be percent-encoded (RFC 3986 section
 * 2.1), with the length as it is spelled.
 */
size_t ngx_crm_utf8_escaped(const u_char *p, const u_char *end);

/*
 * The length in bytes of the characters that begin with the byte first, and
 * the bounds of their second byte; 0: none does.
 */
size_t ngx_crm_utf8_first(u_char first, u_char *low, u_char *high);

/*
 * Writes the character c, at most U+10FFFF, in 1 to 4 bytes.  Returns the end
 * of what was written.
 */
u_char *ngx_crm_utf8_write(u_char *dst, uint32_t c);


#endif /* _NGX_CRM_UTF8_H_INCLUDED_ */
