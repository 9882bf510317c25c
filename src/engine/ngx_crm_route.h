/* Rows of an API's table, and paths; ngx_crm_route_table.h finds them. */

#ifndef _NGX_CRM_ROUTE_H_INCLUDED_
#define _NGX_CRM_ROUTE_H_INCLUDED_


#include "ngx_crm.h"


/*
 * What a path has where a row has its last {…}, counted from their ends, so
 * that a row may answer at another path; empty: nothing.
 */
ngx_str_t ngx_crm_route_variable(const ngx_str_t *row, const ngx_str_t *path);

/* The method that a row lists for a request's: HEAD counts as GET. */
ngx_uint_t ngx_crm_route_method(ngx_uint_t method);

/* The row that answers as crm_answer names it, or NULL. */
const ngx_crm_route_t *ngx_crm_route_named(const ngx_crm_api_t *api,
    const ngx_str_t *answer);

/*
 * Says whether a path as the client spelled it may be read differently by an
 * upstream: dot segments, doubled, encoded or back slashes, an encoded control
 * or percent sign, a semicolon, and what is no UTF-8, for a reader who is less
 * strict finds a slash in an overlong form.  The query is not looked at.
 */
ngx_uint_t ngx_crm_route_is_doubtful(const ngx_str_t *raw);


#endif /* _NGX_CRM_ROUTE_H_INCLUDED_ */
