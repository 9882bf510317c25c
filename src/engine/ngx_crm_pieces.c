/* A text in pieces, none of which is copied. */

#include "engine/ngx_crm_pieces.h"


void
ngx_crm_pieces_init(ngx_crm_pieces_t *pieces, ngx_pool_t *pool)
{
    pieces->pool = pool;
    pieces->elts = pieces->first;
    pieces->n = 0;
    pieces->room = NGX_CRM_PIECES_FIRST;
    pieces->len = 0;
}


ngx_int_t
ngx_crm_pieces_add(ngx_crm_pieces_t *pieces, const u_char *data, size_t len)
{
    ngx_str_t   *elts;
    ngx_uint_t   room;

    if (len == 0) {
        return NGX_OK;
    }

    if (pieces->n == pieces->room) {
        room = 2 * pieces->room;

        elts = ngx_palloc(pieces->pool, room * sizeof(ngx_str_t));
        if (elts == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(elts, pieces->elts, pieces->n * sizeof(ngx_str_t));

        pieces->elts = elts;
        pieces->room = room;
    }

    pieces->elts[pieces->n].data = (u_char *) data;
    pieces->elts[pieces->n].len = len;

    pieces->n++;
    pieces->len += len;

    return NGX_OK;
}


ngx_int_t
ngx_crm_pieces_join(const ngx_crm_pieces_t *pieces, ngx_str_t *text)
{
    u_char      *p;
    ngx_uint_t   i;

    /* a text that failed is not taken for one of that length later */

    p = ngx_pnalloc(pieces->pool, pieces->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;
    text->len = pieces->len;

    for (i = 0; i < pieces->n; i++) {
        p = ngx_cpymem(p, pieces->elts[i].data, pieces->elts[i].len);
    }

    return NGX_OK;
}
