/* Sealing: literal text, fillings, and the payload's own bytes. */

#ifndef _NGX_CRM_SHAPE_WRITE_H_INCLUDED_
#define _NGX_CRM_SHAPE_WRITE_H_INCLUDED_


#include "ngx_crm.h"
#include "engine/ngx_crm_pieces.h"
#include "engine/ngx_crm_shape.h"
#include "engine/ngx_crm_shape_open.h"


/* a payload: a value of JSON, less what is not its own */
typedef struct {
    ngx_str_t                 text;    /* validated; empty: there is none */
    const ngx_crm_shape_t    *without; /* whose members are no part of it */
    ngx_crm_shape_members_t   members; /* none: they are looked for again */
} ngx_crm_payload_t;


/*
 * Adds the shape, its holes filled, to the pieces; they point into the shape,
 * the fillings and the payload, which must all outlive them.  A hole that
 * nothing fills is "".  Beside a flat shape's members the payload's stand
 * first, but those that the shape has itself; a payload that is no object is
 * the member content.  No payload is {} in a member's place.  Returns NGX_OK
 * or NGX_ERROR: memory is out.
 */
ngx_int_t ngx_crm_shape_write(ngx_crm_pieces_t *pieces,
    const ngx_crm_shape_t *shape, const ngx_crm_filling_t *fillings,
    ngx_uint_t n, const ngx_crm_payload_t *payload);

/*
 * What a shape puts before and after its payload.  Returns NGX_OK, or
 * NGX_DECLINED where it does more than that, and so cannot be streamed.
 */
ngx_int_t ngx_crm_shape_write_around(const ngx_crm_shape_t *shape,
    ngx_str_t *before, ngx_str_t *after);


#endif /* _NGX_CRM_SHAPE_WRITE_H_INCLUDED_ */
