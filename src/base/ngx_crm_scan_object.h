/* Objects of JSON whose members are known by name. */

#ifndef _NGX_CRM_SCAN_OBJECT_H_INCLUDED_
#define _NGX_CRM_SCAN_OBJECT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan.h"


#define NGX_CRM_SCAN_OBJECT_STRANGERS  128    /* members of other names */


/*
 * Validates a text that is an object, and finds its members of n names:
 * values[i] is the span of names[i], its data NULL where it is absent.  The
 * names are unescaped within the text, which is then no JSON any more.
 * Returns NGX_OK, or NGX_ERROR: no object, two members of the same name, or
 * too many that have none of the names.
 */
ngx_int_t ngx_crm_scan_object_read(ngx_str_t *text, const ngx_str_t *names,
    ngx_uint_t n, ngx_crm_span_t *values);


#endif /* _NGX_CRM_SCAN_OBJECT_H_INCLUDED_ */
