/* What nginx -t says of a configuration that is incomplete or unsafe. */

#ifndef _NGX_CRM_CHECK_H_INCLUDED_
#define _NGX_CRM_CHECK_H_INCLUDED_


#include "ngx_crm.h"


/* The `set` of crm_require_tls. */
char *ngx_crm_check_require_tls(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * Checks a location without an API, before it is merged.  Returns as below.
 */
char *ngx_crm_check_unguarded(ngx_conf_t *cf, const ngx_crm_loc_conf_t *lcf);

/*
 * Checks a merged crm_api location, with its server.  Returns NGX_CONF_OK, or
 * NGX_CONF_ERROR after a sentence in the log that says what to write.
 */
char *ngx_crm_check_location(ngx_conf_t *cf, ngx_crm_loc_conf_t *lcf);

/*
 * Checks the default server of each address that a crm_api location's server
 * listens on.  Returns NGX_OK or NGX_ERROR, as above.
 */
ngx_int_t ngx_crm_check_listens(ngx_conf_t *cf, ngx_crm_main_conf_t *mcf);


#endif /* _NGX_CRM_CHECK_H_INCLUDED_ */
