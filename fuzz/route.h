/* The other half of the target. */

#ifndef _NGX_CRM_FUZZ_ROUTE_H_INCLUDED_
#define _NGX_CRM_FUZZ_ROUTE_H_INCLUDED_


#include "fuzz.h"


/*
 * Has NGINX read a request line.  A path that is not doubtful is to NGINX what
 * it is to who decodes it once, and nothing in it is special; one that is
 * doubtful, is for a reason.
 */
void route_path(const ngx_str_t *target);


#endif /* _NGX_CRM_FUZZ_ROUTE_H_INCLUDED_ */
