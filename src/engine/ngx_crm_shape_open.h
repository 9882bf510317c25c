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


#define NGX_CRM_SHAPE_MEMBERS  32

/* where a member stands in its object, in bytes from the brace */
typedef struct {
    uint32_t          before;  /* the brace, or the comma before it */
    uint32_t          name;
    uint32_t          len;     /* of the name, with its quotes */
    uint32_t          after;   /* the byte after its value */
} ngx_crm_shape_member_t;

/* the outermost members of a flat shape, in turn */
typedef struct {
    ngx_crm_shape_member_t  elts[NGX_CRM_SHAPE_MEMBERS];
    ngx_uint_t              n;         /* 0: there are none, or too many */
    uint64_t                gone;      /* a bit for each: the envelope's */
} ngx_crm_shape_members_t;


/*
 * Validates a body and finds the values of the n holes, in one pass.  Members
 * may stand in any order, and others among them; one of the shape's must not
 * come twice.  The hole payload is bound to the whole body where the shape
 * is flat, or nothing but the hole; of a flat one the members are noted too,
 * where members, which is zeroed, is not NULL.
 * Returns NGX_OK, or NGX_DECLINED: not JSON, or not of this shape.
 */
ngx_int_t ngx_crm_shape_open(const ngx_crm_shape_t *shape,
    const ngx_str_t *body, ngx_crm_binding_t *bindings, ngx_uint_t n,
    ngx_crm_shape_members_t *members);


#endif /* _NGX_CRM_SHAPE_OPEN_H_INCLUDED_ */
