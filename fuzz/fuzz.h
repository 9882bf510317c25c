/*
 * What the targets share: a request as NGINX would have made it, in an edge
 * with one secret, a zone, and a Redis that is down.
 */

#ifndef _NGX_CRM_FUZZ_H_INCLUDED_
#define _NGX_CRM_FUZZ_H_INCLUDED_


#include "ngx_crm.h"


#define FUZZ_NOW  1700000000         /* Unix seconds, always */


/* Aborts, and says where, unless it is so. */
#define fuzz_check(so)                                                        \
    fuzz_checked((so) ? 1 : 0, #so, __FILE__, __LINE__)

void fuzz_checked(int so, const char *what, const char *file, int line);


/* of the request under way */
typedef struct {
    ngx_pool_t            *pool;
    ngx_http_request_t    *r;
    ngx_crm_ctx_t         *ctx;
} fuzz_t;

extern fuzz_t               fuzz;

/* for targets to change, before they make requests */
extern ngx_crm_main_conf_t  fuzz_main;
extern ngx_crm_srv_conf_t   fuzz_srv;
extern ngx_crm_loc_conf_t   fuzz_loc;


/*
 * Begin and end a request to an API; every allocation of its pool is malloc's
 * own.  What is logged meanwhile must be printable, and no ALERT.
 */
void fuzz_begin(const ngx_crm_api_t *api);
void fuzz_end(void);

/* Makes the zone anew, empty; there is one from the start. */
void fuzz_make_zone(void);

/* A copy of its exact size, so that a sanitizer sees each byte too far. */
ngx_str_t fuzz_copy(const void *data, size_t len);

/* Takes the first line, without its end, off a text. */
ngx_str_t fuzz_line(ngx_str_t *text);

/* Takes a byte off a text; 0 where there is none. */
ngx_uint_t fuzz_byte(ngx_str_t *text);

/* Whether two texts are the same. */
ngx_uint_t fuzz_same(const ngx_str_t *a, const ngx_str_t *b);

/* Reads each byte, so that a sanitizer sees what has been freed. */
void fuzz_read(const ngx_str_t *text);


#endif /* _NGX_CRM_FUZZ_H_INCLUDED_ */
