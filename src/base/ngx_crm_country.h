/* Telephone prefixes by country. */

#ifndef _NGX_CRM_COUNTRY_H_INCLUDED_
#define _NGX_CRM_COUNTRY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Returns the E.164 prefix in digits ("357") of a country named by its ISO
 * 3166-1 alpha-3 or alpha-2 code in any case; NULL: no such country.  Within
 * country code 1 an area code that is the country's own belongs to it.
 */
const char *ngx_crm_country_prefix(const ngx_str_t *code);

/* The n-th row's prefix, n taken modulo the table's size; for decoys. */
const char *ngx_crm_country_nth(ngx_uint_t n);

/*
 * Says whether numbers under a prefix have no trunk 0, so that a 0 in front
 * is theirs and stays in +E.164 (+39 06…, +225 07…).
 */
ngx_uint_t ngx_crm_country_keeps_zero(const char *prefix);


#endif /* _NGX_CRM_COUNTRY_H_INCLUDED_ */
