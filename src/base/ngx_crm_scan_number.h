/* Numbers of JSON (RFC 8259 section 6). */

#ifndef _NGX_CRM_SCAN_NUMBER_H_INCLUDED_
#define _NGX_CRM_SCAN_NUMBER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Validates the number that begins at p < end.  Returns the byte after it, or
 * NULL.
 */
u_char *ngx_crm_scan_number(u_char *p, u_char *end);


#endif /* _NGX_CRM_SCAN_NUMBER_H_INCLUDED_ */
