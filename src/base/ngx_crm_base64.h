/* Base64 (RFC 4648 section 4): padded, nothing foreign, unused bits zero. */

#ifndef _NGX_CRM_BASE64_H_INCLUDED_
#define _NGX_CRM_BASE64_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan.h"


/*
 * How many bytes a validated string span decodes to, escapes in it read.
 * Returns -1 where it is no base64.
 */
ssize_t ngx_crm_base64_size(const ngx_crm_span_t *string);

/*
 * Decodes n bytes of text; one text alone stands for given bytes.  dst has
 * room for 3n / 4 bytes and may be src.  Returns the length, or -1.
 */
ssize_t ngx_crm_base64_decode(u_char *dst, const u_char *src, size_t n);


#endif /* _NGX_CRM_BASE64_H_INCLUDED_ */
