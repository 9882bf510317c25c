/* An API's routes, compiled: finding a request's row. */

#ifndef _NGX_CRM_ROUTE_TABLE_H_INCLUDED_
#define _NGX_CRM_ROUTE_TABLE_H_INCLUDED_


#include "ngx_crm.h"


typedef struct {
    const ngx_crm_route_t  *row;       /* NULL unless NGX_OK */
    ngx_str_t               owner;     /* X of /contacts/X/…, or empty */
    ngx_uint_t              methods;   /* that the path serves; 405 */
} ngx_crm_route_found_t;


/*
 * Splits the rows of an API into segments, once.  The table lives in the pool
 * and points into the API.  Returns NULL where memory is out, or a row has
 * more than NGX_CRM_ROUTE_TABLE_SEGMENTS of them.
 */
#define NGX_CRM_ROUTE_TABLE_SEGMENTS  8

ngx_crm_route_table_t *ngx_crm_route_table_compile(ngx_pool_t *pool,
    const ngx_crm_api_t *api);

/*
 * Finds the row of a path, which is what follows the base path, and method.
 * HEAD counts as GET.  Returns NGX_OK; NGX_DECLINED: no row has this path, it
 * is the default route's; 404: it equals a row only by ignoring case, a
 * trailing slash or an empty segment; 405.
 */
ngx_int_t ngx_crm_route_table_find(const ngx_crm_route_table_t *table,
    const ngx_str_t *path, ngx_uint_t method, ngx_crm_route_found_t *found);


#endif /* _NGX_CRM_ROUTE_TABLE_H_INCLUDED_ */
