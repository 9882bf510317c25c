/* Where Redis is, as the operator writes it. */

#ifndef _NGX_CRM_REDIS_URL_H_INCLUDED_
#define _NGX_CRM_REDIS_URL_H_INCLUDED_


#include "engine/ngx_crm_redis_link.h"


/*
 * Read what follows "redis://", [user[:password]@]host[:port][/db], where a
 * name is resolved, and what follows "unix:", /path[:db].  A password is wiped
 * where it was read.  Return NGX_CONF_OK, NGX_CONF_ERROR after a sentence in
 * the log, or a sentence, without a word of the value.
 */
char *ngx_crm_redis_url_tcp(ngx_conf_t *cf, ngx_crm_redis_t *link,
    ngx_str_t *value);
char *ngx_crm_redis_url_unix(ngx_conf_t *cf, ngx_crm_redis_t *link,
    ngx_str_t *value);


#endif /* _NGX_CRM_REDIS_URL_H_INCLUDED_ */
