/* The scanner's tests, over what it does without vectors. */

#define NGX_CRM_PORTABLE  1

#include "../../src/base/ngx_crm_scan_vector.c"
#include "../../src/base/ngx_crm_scan_number.c"
#include "../../src/base/ngx_crm_scan_string.c"
#include "../../src/base/ngx_crm_scan.c"

#include "scan.c"
