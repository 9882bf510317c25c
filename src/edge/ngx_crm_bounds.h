/* What a server writes within bounds: crm_otp, crm_login, crm_password. */

#ifndef _NGX_CRM_BOUNDS_H_INCLUDED_
#define _NGX_CRM_BOUNDS_H_INCLUDED_


#include "ngx_crm.h"


typedef struct ngx_crm_bounds_s  ngx_crm_bounds_t;


/* one for each directive, to stand in its command's post */
extern ngx_crm_bounds_t  ngx_crm_bounds_otp;
extern ngx_crm_bounds_t  ngx_crm_bounds_login;
extern ngx_crm_bounds_t  ngx_crm_bounds_password;

/* the same for crm_jwt_leeway, which is a time, and for plain texts */
extern ngx_conf_post_t  ngx_crm_bounds_leeway;
extern ngx_conf_post_t  ngx_crm_bounds_plain;


/* The `set` of these directives. */
char *ngx_crm_bounds_read(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* Marks all of them as not written; takes over the outer, or the defaults. */
void ngx_crm_bounds_unset(ngx_crm_srv_conf_t *scf);
void ngx_crm_bounds_merge(ngx_crm_srv_conf_t *prev,
    ngx_crm_srv_conf_t *conf);


#endif /* _NGX_CRM_BOUNDS_H_INCLUDED_ */
