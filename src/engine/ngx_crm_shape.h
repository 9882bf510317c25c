/*
 * Shapes: the JSON that an API speaks, written once as text with $holes,
 * compiled when the configuration is read.
 */

#ifndef _NGX_CRM_SHAPE_H_INCLUDED_
#define _NGX_CRM_SHAPE_H_INCLUDED_


#include "ngx_crm.h"


/* what fills a hole */
typedef struct {
    ngx_str_t     name;        /* "message", without the $ */
    ngx_str_t     value;
    ngx_uint_t    raw;         /* JSON already; else written as a string */
} ngx_crm_filling_t;


struct ngx_crm_shapes_s {      /* of one API */
    ngx_crm_shape_t   *tokens;
    ngx_crm_shape_t   *handle;
};


/*
 * Compiles a text; ngx_crm_shape_parts.h says what it may hold.  The shape
 * lives in the pool and points into the text.  Returns NULL where memory is
 * out.
 */
ngx_crm_shape_t *ngx_crm_shape_compile(ngx_pool_t *pool,
    const ngx_str_t *text);

/*
 * Writes the shape, which has no payload, with its holes filled, in memory of
 * the pool.  A hole that nothing fills is "".  Returns NGX_OK or NGX_ERROR:
 * memory is out.
 */
ngx_int_t ngx_crm_shape_seal(ngx_pool_t *pool, const ngx_crm_shape_t *shape,
    const ngx_crm_filling_t *fillings, ngx_uint_t n, ngx_str_t *sealed);


#endif /* _NGX_CRM_SHAPE_H_INCLUDED_ */
