/* Files within JSON: their names, and how large they are. */

#ifndef _NGX_CRM_FILES_H_INCLUDED_
#define _NGX_CRM_FILES_H_INCLUDED_


#include "ngx_crm.h"
#include "base/ngx_crm_scan.h"


/*
 * Holds a validated array of objects to the rules of uploads: a fileName with
 * an extension, no space in front and none of , * | : " < > ? / \ [ ] % = ;
 * and fileContents, if any, of base64 that decodes to max bytes or fewer.
 * Returns NGX_OK; NGX_DECLINED: *wrong, a static text, is missing; NGX_ERROR:
 * it is wrong, or, where it is empty, an element is no object.
 */
ngx_int_t ngx_crm_files_check(const ngx_crm_span_t *array, size_t max,
    ngx_str_t *wrong);


#endif /* _NGX_CRM_FILES_H_INCLUDED_ */
