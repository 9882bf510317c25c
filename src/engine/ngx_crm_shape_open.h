/* Opening: a shape's holes are bound to spans of somebody's bytes. */

#ifndef _NGX_CRM_SHAPE_OPEN_H_INCLUDED_
#define _NGX_CRM_SHAPE_OPEN_H_INCLUDED_


#include "ngx_crm.h"
#include "base/ngx_crm_scan.h"


/* a hole, and what was found in its place */
typedef struct {
    ngx_str_t         name;
    ngx_crm_span_t    span;    /* data NULL: nothing */
} ngx_crm_binding_t;


/*
 * Validates a body and finds the values of the n holes, in one pass.  Members
 * may stand in any order, and others among them; one of the shape's must not
 * come twice.  The hole payload is bound to the whole body where the shape
 * is flat, or nothing but the hole.
 * Returns NGX_OK, or NGX_DECLINED: not JSON, or not of this shape.
 */
ngx_int_t ngx_crm_shape_open(const ngx_crm_shape_t *shape,
    const ngx_str_t *body, ngx_crm_binding_t *bindings, ngx_uint_t n);


#endif /* _NGX_CRM_SHAPE_OPEN_H_INCLUDED_ */
