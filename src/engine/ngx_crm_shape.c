/* Shapes, compiled and sealed in one piece. */

#include "engine/ngx_crm_shape.h"
#include "engine/ngx_crm_shape_parts.h"
#include "engine/ngx_crm_shape_write.h"


ngx_crm_shape_t *
ngx_crm_shape_compile(ngx_pool_t *pool, const ngx_str_t *text)
{
    return ngx_crm_shape_parts_read(pool, text);
}


ngx_int_t
ngx_crm_shape_seal(ngx_pool_t *pool, const ngx_crm_shape_t *shape,
    const ngx_crm_filling_t *fillings, ngx_uint_t n, ngx_str_t *sealed)
{
    ngx_crm_pieces_t     pieces;
    ngx_crm_payload_t    nothing;

    ngx_memzero(&nothing, sizeof(ngx_crm_payload_t));

    ngx_crm_pieces_init(&pieces, pool);

    if (ngx_crm_shape_write(&pieces, shape, fillings, n, &nothing) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_crm_pieces_join(&pieces, sealed);
}
