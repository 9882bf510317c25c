/* What a worker has of its own: contexts of keys, its link to Redis. */

#ifndef _NGX_CRM_PROCESS_H_INCLUDED_
#define _NGX_CRM_PROCESS_H_INCLUDED_


#include "ngx_crm.h"


/* The module's init_process and exit_process. */
ngx_int_t ngx_crm_process_init(ngx_cycle_t *cycle);
void ngx_crm_process_exit(ngx_cycle_t *cycle);


#endif /* _NGX_CRM_PROCESS_H_INCLUDED_ */
