/*
 * What a shape is made of.  The same text opens and seals:
 *
 *     "code":$code         a value; "code":"$code" makes a string of a number
 *     "code":$code?        need not be there when opened
 *     {$payload,"code":0}  the payload's members stand beside the shape's
 *     "code":"0"?          stays in the payload when opened, yields to the
 *                          payload's own when sealed; never the last member
 */

#ifndef _NGX_CRM_SHAPE_PARTS_H_INCLUDED_
#define _NGX_CRM_SHAPE_PARTS_H_INCLUDED_


#include "ngx_crm.h"
#include "base/ngx_crm_scan.h"


typedef enum {
    NGX_CRM_SHAPE_TEXT = 0,    /* written as it is */
    NGX_CRM_SHAPE_HOLE,        /* text: its name */
    NGX_CRM_SHAPE_QUOTED,      /* a hole between quotes */
    NGX_CRM_SHAPE_PAYLOAD,     /* the hole $payload */
    NGX_CRM_SHAPE_REST,        /* the payload's members, and a comma */
    NGX_CRM_SHAPE_DEFAULT      /* a member, and a comma */
} ngx_crm_shape_kind_e;


typedef struct {               /* what is written, in turn */
    ngx_crm_shape_kind_e       kind;
    ngx_str_t                  text;
    ngx_uint_t                 field;      /* NGX_CRM_SHAPE_DEFAULT's */
} ngx_crm_shape_part_t;


typedef struct {               /* what is found: the members that it names */
    ngx_str_t                  name;
    ngx_uint_t                 parent;     /* index + 1; 0: the outermost */
    ngx_str_t                  text;       /* a hole's name, or a value */
    unsigned                   hole:1;
    unsigned                   object:1;
    unsigned                   optional:1;
} ngx_crm_shape_field_t;


struct ngx_crm_shape_s {
    ngx_crm_shape_part_t      *parts;
    ngx_uint_t                 nparts;
    ngx_crm_shape_field_t     *fields;     /* none: nothing but a hole */
    ngx_uint_t                 nfields;
    uint64_t                   lengths;    /* of their names: a bit each */
    unsigned                   flat:1;     /* has NGX_CRM_SHAPE_REST */
};


/*
 * Reads a text, which is one of ours: it is not checked.  The shape lives in
 * the pool and points into the text.  Returns NULL where memory is out.
 */
ngx_crm_shape_t *ngx_crm_shape_parts_read(ngx_pool_t *pool,
    const ngx_str_t *text);

/*
 * The field of that name and parent; nfields where there is none.  escaped:
 * the name may hold escapes, as where its text has a backslash anywhere.
 */
ngx_uint_t ngx_crm_shape_parts_field(const ngx_crm_shape_t *shape,
    ngx_uint_t parent, const ngx_crm_span_t *name, ngx_uint_t escaped);

/* Says whether that outermost field is one, and the envelope's alone. */
ngx_uint_t ngx_crm_shape_parts_owns(const ngx_crm_shape_t *shape,
    ngx_uint_t i);


#endif /* _NGX_CRM_SHAPE_PARTS_H_INCLUDED_ */
