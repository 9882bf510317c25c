/* Strings of JSON, as answers and tokens have them. */

#ifndef _NGX_CRM_JSON_QUOTE_H_INCLUDED_
#define _NGX_CRM_JSON_QUOTE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Writes a text as a JSON string with its quotes (RFC 8259 section 7); bytes
 * that are not UTF-8 become U+FFFD.  dst NULL: only measures.  Returns the
 * length in bytes.
 */
size_t ngx_crm_json_quote(u_char *dst, const ngx_str_t *text);


#endif /* _NGX_CRM_JSON_QUOTE_H_INCLUDED_ */
