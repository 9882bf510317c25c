/*
 * Where strings end, 64 bytes at a time.  Only where there are vectors: see
 * NGX_CRM_SCAN_VECTOR.
 */

#ifndef _NGX_CRM_SCAN_BLOCK_H_INCLUDED_
#define _NGX_CRM_SCAN_BLOCK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_CRM_SCAN_BLOCK  64


/*
 * Reads NGX_CRM_SCAN_BLOCK bytes of a string, from where a character begins.
 * Returns a bit for each, the first byte's lowest: 1 where the string ends or
 * must be looked at, which is at a backslash, a control character, or a byte
 * over 0x7f that is not part of a valid character of two or three bytes
 * (RFC 3629 section 4) that ends within the block.
 */
uint64_t ngx_crm_scan_block_stops(u_char *p);


#endif /* _NGX_CRM_SCAN_BLOCK_H_INCLUDED_ */
