/* crm_redis, as the operator writes it. */

#ifndef _NGX_CRM_REDIS_CONF_H_INCLUDED_
#define _NGX_CRM_REDIS_CONF_H_INCLUDED_


#include "engine/ngx_crm_redis_link.h"


/*
 * Reads the directive's arguments into a zeroed link: address (names are
 * resolved here, once), credentials, database and times.  The credentials are
 * wiped with the pool.  Returns NGX_CONF_OK, NGX_CONF_ERROR after a sentence
 * in the log, or a sentence; none repeats a password.
 */
char *ngx_crm_redis_conf_read(ngx_conf_t *cf, ngx_crm_redis_t *link);


#endif /* _NGX_CRM_REDIS_CONF_H_INCLUDED_ */
