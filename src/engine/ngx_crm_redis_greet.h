/* The first commands of a link, which must succeed before it is up. */

#ifndef _NGX_CRM_REDIS_GREET_H_INCLUDED_
#define _NGX_CRM_REDIS_GREET_H_INCLUDED_


#include "engine/ngx_crm_redis_link.h"


/*
 * Sends AUTH, SELECT, SCRIPT LOAD of each script, and PING; where the link is
 * one that listens, SUBSCRIBE behind PING and no scripts.  The last of the
 * replies brings the link up; an error among them sets link->refused.
 * Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_redis_greet(ngx_crm_redis_t *link);


#endif /* _NGX_CRM_REDIS_GREET_H_INCLUDED_ */
