/* Base64 within JSON, measured without being decoded. */

#ifndef _NGX_CRM_BASE64_H_INCLUDED_
#define _NGX_CRM_BASE64_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan.h"


/*
 * How many bytes a validated string span decodes to, escapes in it read
 * (RFC 4648 section 4: padded, nothing foreign, unused bits zero).  Returns
 * -1 where it is no base64.
 */
ssize_t ngx_crm_base64_size(const ngx_crm_span_t *string);


#endif /* _NGX_CRM_BASE64_H_INCLUDED_ */
