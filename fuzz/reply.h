/* The steps that find a reply. */

#ifndef _NGX_CRM_FUZZ_REPLY_H_INCLUDED_
#define _NGX_CRM_FUZZ_REPLY_H_INCLUDED_


#include "fuzz.h"
#include "engine/ngx_crm_reply.h"


#define REPLY_NO_STEP  ((ngx_uint_t) -1)


/* Runs a step of a request that has found the reply. */
void reply_step(ngx_uint_t which, const ngx_crm_reply_t *reply);

/* Reads what the step has kept, once the reply is gone, and ends it. */
void reply_kept(void);


#endif /* _NGX_CRM_FUZZ_REPLY_H_INCLUDED_ */
