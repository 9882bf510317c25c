/* Opening: a shape's holes are bound to spans of somebody's bytes. */

#include "engine/ngx_crm_shape_open.h"
#include "engine/ngx_crm_shape_parts.h"
#include "base/ngx_crm_scan_member.h"


typedef struct {
    const ngx_crm_shape_t     *shape;
    ngx_crm_binding_t         *bindings;
    ngx_uint_t                 n;
    uint64_t                   seen;       /* a bit for each field */
    ngx_uint_t                 escaped;    /* names may be */
    u_char                    *brace;
    ngx_crm_shape_members_t   *members;    /* NULL: not asked for */
} ngx_crm_shape_open_t;


static void ngx_crm_shape_open_bind(ngx_crm_shape_open_t *o,
    const ngx_str_t *name, const ngx_crm_span_t *span);
static u_char *ngx_crm_shape_open_object(ngx_crm_shape_open_t *o,
    ngx_uint_t parent, u_char *p, u_char *end);
static void ngx_crm_shape_open_note(ngx_crm_shape_open_t *o, ngx_uint_t i,
    u_char *before, const ngx_crm_span_t *name, u_char *after);
static ngx_int_t ngx_crm_shape_open_field(ngx_crm_shape_open_t *o,
    ngx_uint_t i, const ngx_crm_span_t *value);
static ngx_uint_t ngx_crm_shape_open_is(const ngx_str_t *text,
    const ngx_crm_span_t *value);
static ngx_int_t ngx_crm_shape_open_complete(const ngx_crm_shape_open_t *o);


ngx_int_t
ngx_crm_shape_open(const ngx_crm_shape_t *shape, const ngx_str_t *body,
    ngx_crm_binding_t *bindings, ngx_uint_t n,
    ngx_crm_shape_members_t *members)
{
    u_char                *p, *end;
    ngx_str_t              text;
    ngx_crm_span_t         value;
    ngx_crm_shape_open_t   o;

    static const ngx_str_t  payload = ngx_string("payload");

    ngx_memzero(&o, sizeof(ngx_crm_shape_open_t));

    o.shape = shape;
    o.bindings = bindings;
    o.n = n;

    if (shape->nfields == 0) {
        text = *body;

        if (ngx_crm_scan_text(&text, &value) != NGX_OK) {
            return NGX_DECLINED;
        }

        ngx_crm_shape_open_bind(&o, &payload, &value);

        return NGX_OK;
    }

    end = body->data + body->len;
    value.data = ngx_crm_scan_space(body->data, end);

    if (value.data == end || *value.data != '{') {
        return NGX_DECLINED;
    }

    o.escaped = (memchr(body->data, '\\', body->len) != NULL);
    o.brace = value.data;
    o.members = (shape->flat && body->len <= NGX_MAX_UINT32_VALUE) ? members
                                                                   : NULL;

    p = ngx_crm_shape_open_object(&o, 0, value.data, end);

    if (p == NULL || ngx_crm_scan_space(p, end) != end) {
        return NGX_DECLINED;
    }

    if (shape->flat) {
        value.len = p - value.data;
        ngx_crm_shape_open_bind(&o, &payload, &value);
    }

    if (members && members->n > NGX_CRM_SHAPE_MEMBERS) {
        members->n = 0;
    }

    return ngx_crm_shape_open_complete(&o);
}


static void
ngx_crm_shape_open_bind(ngx_crm_shape_open_t *o, const ngx_str_t *name,
    const ngx_crm_span_t *span)
{
    ngx_uint_t  i;

    for (i = 0; i < o->n; i++) {
        if (o->bindings[i].name.len == name->len
            && ngx_memcmp(o->bindings[i].name.data, name->data, name->len)
               == 0)
        {
            o->bindings[i].span = *span;
            return;
        }
    }
}


/* Returns the byte after the object, or NULL. */

static u_char *
ngx_crm_shape_open_object(ngx_crm_shape_open_t *o, ngx_uint_t parent,
    u_char *p, u_char *end)
{
    u_char                 *before;
    ngx_int_t               rc;
    ngx_uint_t              i, first;
    ngx_crm_span_t          name, value;
    ngx_crm_shape_field_t  *fields;

    fields = o->shape->fields;
    first = 1;
    before = p;

    while ((rc = ngx_crm_scan_member_name(&p, end, first, &name)) == NGX_OK) {
        first = 0;

        value.data = p;
        i = ngx_crm_shape_parts_field(o->shape, parent, &name, o->escaped);

        /* each byte is validated once: ours by themselves, others whole */

        if (i < o->shape->nfields && fields[i].object) {
            if (p == end || *p != '{') {
                return NULL;
            }

            p = ngx_crm_shape_open_object(o, i + 1, p, end);

        } else {
            p = ngx_crm_scan_value(p, end);
        }

        if (p == NULL) {
            return NULL;
        }

        value.len = p - value.data;

        if (i < o->shape->nfields
            && ngx_crm_shape_open_field(o, i, &value) != NGX_OK)
        {
            return NULL;
        }

        if (parent == 0 && o->members) {
            ngx_crm_shape_open_note(o, i, before, &name, p);
        }

        p = ngx_crm_scan_space(p, end);
        before = p;
    }

    return (rc == NGX_DONE) ? p + 1 : NULL;
}


static void
ngx_crm_shape_open_note(ngx_crm_shape_open_t *o, ngx_uint_t i, u_char *before,
    const ngx_crm_span_t *name, u_char *after)
{
    ngx_crm_shape_member_t   *member;
    ngx_crm_shape_members_t  *members;

    members = o->members;

    if (members->n++ >= NGX_CRM_SHAPE_MEMBERS) {
        return;
    }

    member = &members->elts[members->n - 1];

    member->before = before - o->brace;
    member->name = name->data - o->brace;
    member->len = name->len;
    member->after = after - o->brace;

    members->gone |= (uint64_t) ngx_crm_shape_parts_owns(o->shape, i)
                     << (members->n - 1);
}


static ngx_int_t
ngx_crm_shape_open_field(ngx_crm_shape_open_t *o, ngx_uint_t i,
    const ngx_crm_span_t *value)
{
    uint64_t                bit;
    ngx_crm_shape_field_t  *field;

    field = &o->shape->fields[i];
    bit = (uint64_t) 1 << i;

    if (field->optional && !field->hole) {
        return NGX_OK;
    }

    if (o->seen & bit) {
        return NGX_DECLINED;
    }

    o->seen |= bit;

    if (field->hole) {
        ngx_crm_shape_open_bind(o, &field->text, value);
        return NGX_OK;
    }

    return (field->object || ngx_crm_shape_open_is(&field->text, value))
           ? NGX_OK : NGX_DECLINED;
}


static ngx_uint_t
ngx_crm_shape_open_is(const ngx_str_t *text, const ngx_crm_span_t *value)
{
    if (*value->data == '"') {
        return ngx_crm_scan_member_is(value, text);
    }

    return value->len == text->len
           && ngx_memcmp(value->data, text->data, text->len) == 0;
}


static ngx_int_t
ngx_crm_shape_open_complete(const ngx_crm_shape_open_t *o)
{
    ngx_uint_t  i;

    for (i = 0; i < o->shape->nfields; i++) {
        if (!o->shape->fields[i].optional && !(o->seen & (uint64_t) 1 << i)) {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}
