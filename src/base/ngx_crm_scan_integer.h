/* Whole numbers of JSON. */

#ifndef _NGX_CRM_SCAN_INTEGER_H_INCLUDED_
#define _NGX_CRM_SCAN_INTEGER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan.h"


/*
 * Reads a validated number span that is a whole number (RFC 7519 NumericDate
 * may have a fraction: it is cut off) within ±2^53.  Returns NGX_OK, or
 * NGX_DECLINED: not a number, an exponent, or out of range.
 */
ngx_int_t ngx_crm_scan_integer(const ngx_crm_span_t *span, int64_t *value);


#endif /* _NGX_CRM_SCAN_INTEGER_H_INCLUDED_ */
