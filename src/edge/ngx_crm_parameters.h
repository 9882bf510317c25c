/* name=value parameters of a directive, described by a table. */

#ifndef _NGX_CRM_PARAMETERS_H_INCLUDED_
#define _NGX_CRM_PARAMETERS_H_INCLUDED_


#include "ngx_crm.h"


typedef enum {
    NGX_CRM_NUMBER, NGX_CRM_SECONDS, NGX_CRM_LIST
} ngx_crm_parameter_e;


typedef struct {
    ngx_str_t              name;       /* "ttl=" */
    ngx_crm_parameter_e    kind;
    size_t                 offset;     /* of a ngx_int_t or ngx_array_t * */
    ngx_int_t              initial;
    ngx_int_t              min;
    ngx_int_t              max;
} ngx_crm_parameter_t;


/* Sets every parameter of a table, which ends with an empty name. */
void ngx_crm_parameters_default(const ngx_crm_parameter_t *table, void *conf);

/*
 * Reads cf->args from the first-th on.  Returns NGX_CONF_OK, or
 * NGX_CONF_ERROR after a sentence in the log.
 */
char *ngx_crm_parameters_read(ngx_conf_t *cf, ngx_uint_t first,
    const ngx_crm_parameter_t *table, void *conf);

/*
 * Reads "file:path" or "hex:…" into memory that is wiped with the pool; one
 * newline at a file's end is not part of it.  Warns of a file that others may
 * read.  Returns as above.
 */
char *ngx_crm_parameters_secret(ngx_conf_t *cf, const ngx_str_t *text,
    ngx_str_t *bytes);


#endif /* _NGX_CRM_PARAMETERS_H_INCLUDED_ */
