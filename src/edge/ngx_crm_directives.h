/* Directives whose arguments need reading; the door lists them all. */

#ifndef _NGX_CRM_DIRECTIVES_H_INCLUDED_
#define _NGX_CRM_DIRECTIVES_H_INCLUDED_


#include "ngx_crm.h"


/* Each is the `set` of the directive it is named for. */
char *ngx_crm_directives_api(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_crm_directives_redis(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_crm_directives_secret(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_crm_directives_jwt_key(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_crm_directives_api_key_cache(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_crm_directives_token_cache(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_crm_directives_outbox(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_crm_directives_password_threads(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* The defaults of crm_api_key_cache, crm_outbox and crm_password_threads. */
void ngx_crm_directives_default_main(ngx_crm_main_conf_t *mcf);


#endif /* _NGX_CRM_DIRECTIVES_H_INCLUDED_ */
