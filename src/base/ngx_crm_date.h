/* Days of the calendar, as clients write them. */

#ifndef _NGX_CRM_DATE_H_INCLUDED_
#define _NGX_CRM_DATE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Says whether the text is a day of the Gregorian calendar in a form like
 * "DD-MM-YYYY": D, M and Y are digits, all else is as it is.
 */
ngx_uint_t ngx_crm_date_is(const ngx_str_t *text, const char *form);


#endif /* _NGX_CRM_DATE_H_INCLUDED_ */
