/* Sealing: literal text, fillings, and the payload's own bytes. */

#include "engine/ngx_crm_shape_write.h"
#include "engine/ngx_crm_shape_parts.h"
#include "base/ngx_crm_json_quote.h"
#include "base/ngx_crm_scan_member.h"


#define ngx_crm_shape_write_text(pieces, s)                                   \
    ngx_crm_pieces_add(pieces, (u_char *) s, sizeof(s) - 1)


typedef struct {
    ngx_crm_pieces_t           *pieces;
    const ngx_crm_shape_t      *shape;
    const ngx_crm_filling_t    *fillings;
    ngx_uint_t                  n;
    ngx_uint_t                  at;        /* the filling after the last */
    const ngx_crm_payload_t    *payload;
    uint64_t                    seen;      /* fields that the payload has */
    ngx_uint_t                  escaped;   /* names may be */
    ngx_uint_t                  next;      /* of the members noted */
    ngx_uint_t                  kept;      /* members of the payload */
} ngx_crm_shape_write_t;


static ngx_int_t ngx_crm_shape_write_payload(ngx_crm_shape_write_t *w,
    ngx_uint_t bare);
static ngx_int_t ngx_crm_shape_write_rest(ngx_crm_shape_write_t *w);
static ngx_int_t ngx_crm_shape_write_members(ngx_crm_shape_write_t *w,
    ngx_uint_t beside);
static ngx_int_t ngx_crm_shape_write_member(ngx_crm_shape_write_t *w,
    u_char **at, u_char *end, ngx_crm_span_t *name, u_char **after);
static ngx_uint_t ngx_crm_shape_write_drops(ngx_crm_shape_write_t *w,
    const ngx_crm_span_t *name, ngx_uint_t beside);
static ngx_uint_t ngx_crm_shape_write_gone(ngx_crm_shape_write_t *w,
    const ngx_crm_span_t *name);
static ngx_int_t ngx_crm_shape_write_default(ngx_crm_shape_write_t *w,
    const ngx_crm_shape_part_t *part);
static const ngx_crm_filling_t *ngx_crm_shape_write_find(
    ngx_crm_shape_write_t *w, const ngx_str_t *name);
static ngx_int_t ngx_crm_shape_write_filling(ngx_crm_shape_write_t *w,
    const ngx_crm_shape_part_t *part);


ngx_int_t
ngx_crm_shape_write(ngx_crm_pieces_t *pieces, const ngx_crm_shape_t *shape,
    const ngx_crm_filling_t *fillings, ngx_uint_t n,
    const ngx_crm_payload_t *payload)
{
    ngx_int_t              rc;
    ngx_uint_t             i;
    ngx_crm_shape_part_t  *part;
    ngx_crm_shape_write_t  w;

    w.pieces = pieces;
    w.shape = shape;
    w.fillings = fillings;
    w.n = n;
    w.at = 0;
    w.payload = payload;
    w.seen = 0;
    w.next = 0;
    w.kept = 0;

    rc = NGX_OK;

    for (i = 0; i < shape->nparts && rc == NGX_OK; i++) {
        part = &shape->parts[i];

        switch (part->kind) {

        case NGX_CRM_SHAPE_TEXT:
            rc = ngx_crm_pieces_add(pieces, part->text.data, part->text.len);
            break;

        case NGX_CRM_SHAPE_REST:
            rc = ngx_crm_shape_write_rest(&w);
            break;

        case NGX_CRM_SHAPE_DEFAULT:
            rc = ngx_crm_shape_write_default(&w, part);
            break;

        case NGX_CRM_SHAPE_PAYLOAD:
            rc = ngx_crm_shape_write_payload(&w, shape->nfields == 0);
            break;

        default:
            rc = ngx_crm_shape_write_filling(&w, part);
        }
    }

    return rc;
}


static ngx_int_t
ngx_crm_shape_write_payload(ngx_crm_shape_write_t *w, ngx_uint_t bare)
{
    const ngx_str_t  *text;

    text = &w->payload->text;

    if (text->len == 0) {
        return bare ? NGX_OK : ngx_crm_shape_write_text(w->pieces, "{}");
    }

    if (w->payload->without == NULL || *text->data != '{') {
        return ngx_crm_pieces_add(w->pieces, text->data, text->len);
    }

    if (ngx_crm_shape_write_text(w->pieces, "{") != NGX_OK
        || ngx_crm_shape_write_members(w, 0) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_shape_write_text(w->pieces, "}");
}


/* the payload beside the envelope's own members */

static ngx_int_t
ngx_crm_shape_write_rest(ngx_crm_shape_write_t *w)
{
    const ngx_str_t  *text;

    text = &w->payload->text;

    if (text->len == 0) {
        return NGX_OK;
    }

    if (*text->data != '{') {
        if (ngx_crm_shape_write_text(w->pieces, "\"content\":") != NGX_OK
            || ngx_crm_pieces_add(w->pieces, text->data, text->len) != NGX_OK)
        {
            return NGX_ERROR;
        }

        return ngx_crm_shape_write_text(w->pieces, ",");
    }

    if (ngx_crm_shape_write_members(w, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    return w->kept ? ngx_crm_shape_write_text(w->pieces, ",") : NGX_OK;
}


/*
 * Adds what is between the payload's braces, in runs of members that stay.
 * One that goes takes the comma before it along; where none has stayed yet,
 * the comma after it.
 */

static ngx_int_t
ngx_crm_shape_write_members(ngx_crm_shape_write_t *w, ngx_uint_t beside)
{
    u_char          *p, *end, *run, *before, *after;
    ngx_crm_span_t   name;

    p = w->payload->text.data;
    w->escaped = (memchr(p, '\\', w->payload->text.len) != NULL);
    end = p + w->payload->text.len;
    run = p + 1;

    for ( ;; ) {
        before = p;

        if (ngx_crm_shape_write_member(w, &p, end, &name, &after) != NGX_OK) {
            break;
        }

        if (!ngx_crm_shape_write_drops(w, &name, beside)) {
            w->kept++;
            continue;
        }

        if (w->kept) {
            if (ngx_crm_pieces_add(w->pieces, run, before - run) != NGX_OK) {
                return NGX_ERROR;
            }

            run = after;
            continue;
        }

        run = (*p == ',') ? p + 1 : after;
    }

    return ngx_crm_pieces_add(w->pieces, run, end - 1 - run);
}


/* moves *at to the comma after the member, or the closing brace */

static ngx_int_t
ngx_crm_shape_write_member(ngx_crm_shape_write_t *w, u_char **at, u_char *end,
    ngx_crm_span_t *name, u_char **after)
{
    u_char                         *brace;
    ngx_int_t                       rc;
    ngx_crm_span_t                  value;
    const ngx_crm_shape_member_t   *member;
    const ngx_crm_shape_members_t  *members;

    members = &w->payload->members;

    if (members->n == 0) {
        rc = ngx_crm_scan_member(at, end, name, &value);

        if (rc == NGX_OK) {
            *after = value.data + value.len;
        }

        return rc;
    }

    if (w->next == members->n) {
        return NGX_DONE;
    }

    brace = w->payload->text.data;
    member = &members->elts[w->next++];

    name->data = brace + member->name;
    name->len = member->len;

    *after = brace + member->after;
    *at = (w->next < members->n) ? brace + member[1].before : end - 1;

    return NGX_OK;
}


static ngx_uint_t
ngx_crm_shape_write_drops(ngx_crm_shape_write_t *w,
    const ngx_crm_span_t *name, ngx_uint_t beside)
{
    ngx_uint_t  i;

    if (ngx_crm_shape_write_gone(w, name)) {
        return 1;
    }

    if (!beside) {
        return 0;
    }

    i = ngx_crm_shape_parts_field(w->shape, 0, name, w->escaped);

    if (i < w->shape->nfields) {
        w->seen |= (uint64_t) 1 << i;
    }

    return ngx_crm_shape_parts_owns(w->shape, i);
}


/* was it the envelope's that it came in? */

static ngx_uint_t
ngx_crm_shape_write_gone(ngx_crm_shape_write_t *w, const ngx_crm_span_t *name)
{
    ngx_uint_t              i;
    const ngx_crm_shape_t  *without;

    if (w->next) {
        return (w->payload->members.gone >> (w->next - 1)) & 1;
    }

    without = w->payload->without;

    if (without == NULL) {
        return 0;
    }

    i = ngx_crm_shape_parts_field(without, 0, name, w->escaped);

    return ngx_crm_shape_parts_owns(without, i);
}


static ngx_int_t
ngx_crm_shape_write_default(ngx_crm_shape_write_t *w,
    const ngx_crm_shape_part_t *part)
{
    if (w->seen & (uint64_t) 1 << part->field) {
        return NGX_OK;
    }

    if (ngx_crm_pieces_add(w->pieces, part->text.data, part->text.len)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_shape_write_text(w->pieces, ",");
}


/* most holes stand in the order of their fillings */

static const ngx_crm_filling_t *
ngx_crm_shape_write_find(ngx_crm_shape_write_t *w, const ngx_str_t *name)
{
    ngx_uint_t                i;
    const ngx_crm_filling_t  *filling;

    static const ngx_crm_filling_t  nothing = { ngx_string(""),
                                                ngx_string("\"\""), 1 };

    for (i = 0; i < w->n; i++) {

        if (w->at == w->n) {
            w->at = 0;
        }

        filling = &w->fillings[w->at++];

        if (filling->name.len == name->len
            && ngx_memcmp(filling->name.data, name->data, name->len) == 0)
        {
            return filling;
        }
    }

    return &nothing;
}


static ngx_int_t
ngx_crm_shape_write_filling(ngx_crm_shape_write_t *w,
    const ngx_crm_shape_part_t *part)
{
    u_char                   *p;
    size_t                    len;
    ngx_uint_t                quoted;
    const ngx_crm_filling_t  *filling;

    filling = ngx_crm_shape_write_find(w, &part->text);
    quoted = (part->kind == NGX_CRM_SHAPE_QUOTED || !filling->raw);

    if (!filling->raw && filling->value.len) {
        len = ngx_crm_json_quote(NULL, &filling->value);

        if (len > filling->value.len + 2) {
            p = ngx_pnalloc(w->pieces->pool, len);
            if (p == NULL) {
                return NGX_ERROR;
            }

            ngx_crm_json_quote(p, &filling->value);

            return ngx_crm_pieces_add(w->pieces, p, len);
        }

        /* nothing to escape: its own bytes will do */
    }

    if (quoted && ngx_crm_shape_write_text(w->pieces, "\"") != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_crm_pieces_add(w->pieces, filling->value.data,
                           filling->value.len)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return quoted ? ngx_crm_shape_write_text(w->pieces, "\"") : NGX_OK;
}


ngx_int_t
ngx_crm_shape_write_around(const ngx_crm_shape_t *shape, ngx_str_t *before,
    ngx_str_t *after)
{
    if (shape->nparts != 3 || shape->parts[1].kind != NGX_CRM_SHAPE_PAYLOAD) {
        return NGX_DECLINED;
    }

    *before = shape->parts[0].text;
    *after = shape->parts[2].text;

    return NGX_OK;
}
