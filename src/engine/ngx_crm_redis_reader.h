/*
 * hiredis' parser of replies, with bounds that it lacks: on a reply's bytes,
 * and on an array's elements and depth, all of which it takes from the server.
 */

#ifndef _NGX_CRM_REDIS_READER_H_INCLUDED_
#define _NGX_CRM_REDIS_READER_H_INCLUDED_


#include "ngx_crm.h"

#include <hiredis/hiredis.h>


#define NGX_CRM_REDIS_REPLY_MAX     (1024 * 1024)  /* bytes */
#define NGX_CRM_REDIS_ELEMENTS_MAX  65536          /* of one array */
#define NGX_CRM_REDIS_DEPTH_MAX     7              /* arrays in arrays */


typedef struct {
    redisReader     *parser;     /* NULL: not made */
    ngx_pool_t      *pool;       /* of the next reply, begun or not; or NULL */
    size_t           partial;    /* bytes of it */
    const char      *error;      /* why NGX_ERROR was returned */
} ngx_crm_redis_reader_t;


/* Returns NGX_OK, or NGX_ERROR where memory is out. */
ngx_int_t ngx_crm_redis_reader_create(ngx_crm_redis_reader_t *reader);

/* Frees the parser, if there is one, and what it holds; not a whole reply. */
void ngx_crm_redis_reader_free(ngx_crm_redis_reader_t *reader);

/* Takes n bytes as they came.  Returns NGX_OK or NGX_ERROR. */
ngx_int_t ngx_crm_redis_reader_feed(ngx_crm_redis_reader_t *reader,
    const u_char *data, size_t n);

/*
 * Finds the next whole reply, which the caller ends with drop.  Returns
 * NGX_OK, NGX_AGAIN (more bytes are needed) or NGX_ERROR: what the server
 * says is no reply, or too much; the connection is of no more use.
 */
ngx_int_t ngx_crm_redis_reader_next(ngx_crm_redis_reader_t *reader,
    ngx_crm_reply_t **reply);
void ngx_crm_redis_reader_drop(ngx_crm_redis_reader_t *reader,
    ngx_crm_reply_t *reply);


#endif /* _NGX_CRM_REDIS_READER_H_INCLUDED_ */
