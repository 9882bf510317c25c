/* A link's way from nothing to a socket that greets Redis. */

#ifndef _NGX_CRM_REDIS_CONNECT_H_INCLUDED_
#define _NGX_CRM_REDIS_CONNECT_H_INCLUDED_


#include "engine/ngx_crm_redis_link.h"


/* Begins an attempt; where it fails at once, the link is lost already. */
void ngx_crm_redis_connect(ngx_crm_redis_t *link);

/*
 * The socket of a link that is CONNECTING has become writable or readable:
 * greets Redis.  Returns NGX_OK, or NGX_ERROR: the link is lost.
 */
ngx_int_t ngx_crm_redis_connect_done(ngx_crm_redis_t *link);


#endif /* _NGX_CRM_REDIS_CONNECT_H_INCLUDED_ */
