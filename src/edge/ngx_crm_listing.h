/* What may be written, as a sentence of nginx -t has it: "a, b or c". */

#ifndef _NGX_CRM_LISTING_H_INCLUDED_
#define _NGX_CRM_LISTING_H_INCLUDED_


#include "ngx_crm.h"


/*
 * The names of a table whose rows, of size bytes each, begin with an ngx_str_t
 * and end with an empty one.  This and what follows is of the configuration's
 * pool, and empty where memory is out.
 */
ngx_str_t ngx_crm_listing(ngx_conf_t *cf, const void *table, size_t size);

/* The names of the APIs. */
ngx_str_t ngx_crm_listing_apis(ngx_conf_t *cf);

/* What crm_answer may name in a location of an API. */
ngx_str_t ngx_crm_listing_answers(ngx_conf_t *cf, const ngx_crm_api_t *api);

/* The `set` of a directive of one word: ngx_conf_set_enum_slot, with words. */
char *ngx_crm_listing_enum(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


#endif /* _NGX_CRM_LISTING_H_INCLUDED_ */
