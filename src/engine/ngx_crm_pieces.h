/* A text in pieces, none of which is copied. */

#ifndef _NGX_CRM_PIECES_H_INCLUDED_
#define _NGX_CRM_PIECES_H_INCLUDED_


#include "ngx_crm.h"


#define NGX_CRM_PIECES_FIRST  48


typedef struct {               /* not to be copied */
    ngx_pool_t     *pool;
    ngx_str_t      *elts;      /* in turn, none of them empty */
    ngx_uint_t      n;
    ngx_uint_t      room;
    size_t          len;       /* of all, bytes */
    ngx_str_t       first[NGX_CRM_PIECES_FIRST];
} ngx_crm_pieces_t;


/* Begins an empty text; what more the list needs it takes from the pool. */
void ngx_crm_pieces_init(ngx_crm_pieces_t *pieces, ngx_pool_t *pool);

/* Adds bytes, which must outlive the text.  Returns NGX_OK or NGX_ERROR. */
ngx_int_t ngx_crm_pieces_add(ngx_crm_pieces_t *pieces, const u_char *data,
    size_t len);

/* Copies all into memory of the pool.  Returns NGX_OK or NGX_ERROR. */
ngx_int_t ngx_crm_pieces_join(const ngx_crm_pieces_t *pieces,
    ngx_str_t *text);


#endif /* _NGX_CRM_PIECES_H_INCLUDED_ */
