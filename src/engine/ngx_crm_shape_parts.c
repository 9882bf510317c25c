/* Shapes are read: parts to write, fields to find. */

#include "engine/ngx_crm_shape_parts.h"
#include "base/ngx_crm_scan_member.h"


typedef struct {
    u_char                 *p;
    u_char                 *end;
    u_char                 *text;      /* not yet in a part */
    u_char                 *member;    /* where the member began */
    ngx_str_t               name;      /* of it; empty: none has begun */
    ngx_uint_t              parent;
    ngx_crm_shape_t        *shape;
} ngx_crm_shape_parts_t;


static void ngx_crm_shape_parts_next(ngx_crm_shape_parts_t *s);
static void ngx_crm_shape_parts_string(ngx_crm_shape_parts_t *s);
static void ngx_crm_shape_parts_hole(ngx_crm_shape_parts_t *s,
    ngx_uint_t quoted);
static void ngx_crm_shape_parts_rest(ngx_crm_shape_parts_t *s);
static void ngx_crm_shape_parts_value(ngx_crm_shape_parts_t *s);
static void ngx_crm_shape_parts_optional(ngx_crm_shape_parts_t *s,
    ngx_crm_shape_field_t *field);
static ngx_crm_shape_field_t *ngx_crm_shape_parts_add_field(
    ngx_crm_shape_parts_t *s);
static void ngx_crm_shape_parts_add(ngx_crm_shape_parts_t *s,
    ngx_crm_shape_kind_e kind, u_char *start, u_char *end);
static u_char *ngx_crm_shape_parts_word(u_char *p, u_char *end);


ngx_crm_shape_t *
ngx_crm_shape_parts_read(ngx_pool_t *pool, const ngx_str_t *text)
{
    size_t                 i;
    ngx_uint_t             parts, fields;
    ngx_crm_shape_parts_t  s;

    parts = 1;
    fields = 0;

    for (i = 0; i < text->len; i++) {
        parts += (text->data[i] == '$' || text->data[i] == '?') ? 2 : 0;
        fields += (text->data[i] == ':');
    }

    s.shape = ngx_pcalloc(pool, sizeof(ngx_crm_shape_t));
    if (s.shape == NULL) {
        return NULL;
    }

    s.shape->parts = ngx_pcalloc(pool, parts * sizeof(ngx_crm_shape_part_t));
    s.shape->fields = ngx_pcalloc(pool,
                                  fields * sizeof(ngx_crm_shape_field_t));

    if (s.shape->parts == NULL || s.shape->fields == NULL) {
        return NULL;
    }

    s.p = text->data;
    s.end = text->data + text->len;
    s.text = text->data;
    s.member = text->data;
    s.name.len = 0;
    s.parent = 0;

    while (s.p < s.end) {
        ngx_crm_shape_parts_next(&s);
    }

    ngx_crm_shape_parts_add(&s, NGX_CRM_SHAPE_TEXT, s.text, s.end);

    return s.shape;
}


static void
ngx_crm_shape_parts_next(ngx_crm_shape_parts_t *s)
{
    switch (*s->p) {

    case '{':
        if (s->name.len) {
            ngx_crm_shape_parts_add_field(s)->object = 1;
            s->parent = s->shape->nfields;
        }

        s->p++;
        return;

    case '}':
        if (s->parent) {
            s->parent = s->shape->fields[s->parent - 1].parent;
        }

        s->p++;
        return;

    case ',':
        s->p++;
        return;

    case '"':
        ngx_crm_shape_parts_string(s);
        return;

    case '$':
        if (s->name.len || s->shape->nparts + (s->p - s->text) == 0) {
            ngx_crm_shape_parts_hole(s, 0);
            return;
        }

        ngx_crm_shape_parts_rest(s);
        return;

    default:
        ngx_crm_shape_parts_value(s);
    }
}


/* a name, a hole between quotes, or a value */

static void
ngx_crm_shape_parts_string(ngx_crm_shape_parts_t *s)
{
    u_char  *start;

    start = s->p;

    if (s->name.len) {
        if (s->p[1] == '$') {
            s->p++;
            ngx_crm_shape_parts_hole(s, 1);
            return;
        }

        ngx_crm_shape_parts_value(s);
        return;
    }

    for (s->p++; s->p < s->end && *s->p != '"'; s->p++) {
        /* void */
    }

    s->member = start;
    s->name.data = start + 1;
    s->name.len = s->p - s->name.data;

    s->p += 2;
}


static void
ngx_crm_shape_parts_hole(ngx_crm_shape_parts_t *s, ngx_uint_t quoted)
{
    u_char                 *start;
    ngx_crm_shape_kind_e    kind;
    ngx_crm_shape_field_t  *field;

    static const ngx_str_t  payload = ngx_string("payload");

    ngx_crm_shape_parts_add(s, NGX_CRM_SHAPE_TEXT, s->text, s->p - quoted);

    start = s->p + 1;
    s->p = ngx_crm_shape_parts_word(start, s->end);
    kind = quoted ? NGX_CRM_SHAPE_QUOTED : NGX_CRM_SHAPE_HOLE;

    if ((size_t) (s->p - start) == payload.len
        && ngx_memcmp(start, payload.data, payload.len) == 0)
    {
        kind = NGX_CRM_SHAPE_PAYLOAD;
    }

    ngx_crm_shape_parts_add(s, kind, start, s->p);
    s->p += quoted;
    s->text = s->p;

    if (s->name.len) {
        field = ngx_crm_shape_parts_add_field(s);
        field->hole = 1;
        field->text.data = start;
        field->text.len = s->p - quoted - start;

        ngx_crm_shape_parts_optional(s, field);
    }
}


static void
ngx_crm_shape_parts_rest(ngx_crm_shape_parts_t *s)
{
    u_char  *start;

    ngx_crm_shape_parts_add(s, NGX_CRM_SHAPE_TEXT, s->text, s->p);

    start = s->p + 1;
    s->p = ngx_crm_shape_parts_word(start, s->end);

    ngx_crm_shape_parts_add(s, NGX_CRM_SHAPE_REST, start, s->p);
    s->shape->flat = 1;

    s->p++;
    s->text = s->p;
}


static void
ngx_crm_shape_parts_value(ngx_crm_shape_parts_t *s)
{
    u_char                 *start;
    ngx_crm_shape_field_t  *field;

    start = s->p;

    while (s->p < s->end
           && *s->p != ',' && *s->p != '}' && *s->p != '?')
    {
        s->p++;
    }

    field = ngx_crm_shape_parts_add_field(s);

    /* compared without quotes: "true" and true say the same */

    field->text.data = start + (*start == '"');
    field->text.len = s->p - (*start == '"') - field->text.data;

    ngx_crm_shape_parts_optional(s, field);
}


static void
ngx_crm_shape_parts_optional(ngx_crm_shape_parts_t *s,
    ngx_crm_shape_field_t *field)
{
    if (s->p == s->end || *s->p != '?') {
        return;
    }

    field->optional = 1;

    if (!field->hole) {
        ngx_crm_shape_parts_add(s, NGX_CRM_SHAPE_TEXT, s->text, s->member);
        ngx_crm_shape_parts_add(s, NGX_CRM_SHAPE_DEFAULT, s->member, s->p);

        s->p++;                /* the part has a comma of its own */
    }

    s->p++;
    s->text = s->p;
}


static ngx_crm_shape_field_t *
ngx_crm_shape_parts_add_field(ngx_crm_shape_parts_t *s)
{
    ngx_crm_shape_field_t  *field;

    field = &s->shape->fields[s->shape->nfields++];

    field->name = s->name;
    field->parent = s->parent;

    s->shape->lengths |= (uint64_t) 1 << field->name.len;

    s->name.len = 0;

    return field;
}


static void
ngx_crm_shape_parts_add(ngx_crm_shape_parts_t *s, ngx_crm_shape_kind_e kind,
    u_char *start, u_char *end)
{
    ngx_crm_shape_part_t  *part;

    if (start == end) {
        return;
    }

    part = &s->shape->parts[s->shape->nparts++];

    part->kind = kind;
    part->text.data = start;
    part->text.len = end - start;
    part->field = s->shape->nfields - 1;
}


static u_char *
ngx_crm_shape_parts_word(u_char *p, u_char *end)
{
    while (p < end
           && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')
               || (*p >= '0' && *p <= '9') || *p == '_'))
    {
        p++;
    }

    return p;
}


ngx_uint_t
ngx_crm_shape_parts_field(const ngx_crm_shape_t *shape, ngx_uint_t parent,
    const ngx_crm_span_t *name, ngx_uint_t escaped)
{
    size_t                  len;
    ngx_uint_t              i;
    ngx_crm_shape_field_t  *field;

    len = name->len - 2;

    if (!escaped && (len > 63 || !(shape->lengths >> len & 1))) {
        return shape->nfields;
    }

    for (i = 0; i < shape->nfields; i++) {
        field = &shape->fields[i];

        if (field->parent == parent
            && (escaped || field->name.len == len)
            && ngx_crm_scan_member_is(name, &field->name))
        {
            break;
        }
    }

    return i;
}


ngx_uint_t
ngx_crm_shape_parts_owns(const ngx_crm_shape_t *shape, ngx_uint_t i)
{
    if (i == shape->nfields) {
        return 0;
    }

    return shape->fields[i].hole || !shape->fields[i].optional;
}
