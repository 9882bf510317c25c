/* Shapes: literal text and holes in turn. */

#include "engine/ngx_crm_shape.h"
#include "base/ngx_crm_json.h"


typedef struct {
    ngx_str_t       literal;
    ngx_str_t       hole;          /* after the literal; empty: the end */
} ngx_crm_shape_part_t;


struct ngx_crm_shape_s {
    ngx_array_t     parts;         /* ngx_crm_shape_part_t */
};


static u_char *ngx_crm_shape_hole_end(u_char *p, u_char *end);
static const ngx_crm_filling_t *ngx_crm_shape_filling(const ngx_str_t *hole,
    const ngx_crm_filling_t *fillings, ngx_uint_t n);
static size_t ngx_crm_shape_fill(u_char *dst,
    const ngx_crm_filling_t *filling);


ngx_crm_shape_t *
ngx_crm_shape_compile(ngx_pool_t *pool, const ngx_str_t *text)
{
    u_char                *p, *end;
    ngx_crm_shape_t       *shape;
    ngx_crm_shape_part_t  *part;

    shape = ngx_palloc(pool, sizeof(ngx_crm_shape_t));
    if (shape == NULL) {
        return NULL;
    }

    if (ngx_array_init(&shape->parts, pool, 8, sizeof(ngx_crm_shape_part_t))
        != NGX_OK)
    {
        return NULL;
    }

    p = text->data;
    end = text->data + text->len;

    while (p < end) {

        part = ngx_array_push(&shape->parts);
        if (part == NULL) {
            return NULL;
        }

        part->literal.data = p;

        while (p < end && *p != '$') {
            p++;
        }

        part->literal.len = p - part->literal.data;
        part->hole.data = (p < end) ? p + 1 : p;

        p = ngx_crm_shape_hole_end(part->hole.data, end);
        part->hole.len = p - part->hole.data;
    }

    return shape;
}


static u_char *
ngx_crm_shape_hole_end(u_char *p, u_char *end)
{
    while (p < end
           && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')
               || (*p >= '0' && *p <= '9') || *p == '_'))
    {
        p++;
    }

    return p;
}


ngx_int_t
ngx_crm_shape_seal(ngx_pool_t *pool, const ngx_crm_shape_t *shape,
    const ngx_crm_filling_t *fillings, ngx_uint_t n, ngx_str_t *sealed)
{
    u_char                   *p;
    size_t                    len;
    ngx_uint_t                i;
    ngx_crm_shape_part_t     *part;
    const ngx_crm_filling_t  *filling;

    part = shape->parts.elts;
    len = 0;

    for (i = 0; i < shape->parts.nelts; i++) {
        filling = ngx_crm_shape_filling(&part[i].hole, fillings, n);
        len += part[i].literal.len + ngx_crm_shape_fill(NULL, filling);
    }

    sealed->data = ngx_pnalloc(pool, len);
    if (sealed->data == NULL) {
        return NGX_ERROR;
    }

    sealed->len = len;
    p = sealed->data;

    for (i = 0; i < shape->parts.nelts; i++) {
        p = ngx_cpymem(p, part[i].literal.data, part[i].literal.len);

        filling = ngx_crm_shape_filling(&part[i].hole, fillings, n);
        p += ngx_crm_shape_fill(p, filling);
    }

    return NGX_OK;
}


/* NULL: there is no hole here */

static const ngx_crm_filling_t *
ngx_crm_shape_filling(const ngx_str_t *hole,
    const ngx_crm_filling_t *fillings, ngx_uint_t n)
{
    ngx_uint_t  i;

    static const ngx_crm_filling_t  nothing = { ngx_string(""),
                                                ngx_string("\"\""), 1 };

    if (hole->len == 0) {
        return NULL;
    }

    for (i = 0; i < n; i++) {
        if (fillings[i].name.len == hole->len
            && ngx_memcmp(fillings[i].name.data, hole->data, hole->len) == 0)
        {
            return &fillings[i];
        }
    }

    return &nothing;
}


static size_t
ngx_crm_shape_fill(u_char *dst, const ngx_crm_filling_t *filling)
{
    if (filling == NULL) {
        return 0;
    }

    if (!filling->raw) {
        return ngx_crm_json_quote(dst, &filling->value);
    }

    if (dst) {
        ngx_memcpy(dst, filling->value.data, filling->value.len);
    }

    return filling->value.len;
}
