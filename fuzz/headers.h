/* What is plainly in a block of headers. */

#ifndef _NGX_CRM_FUZZ_HEADERS_H_INCLUDED_
#define _NGX_CRM_FUZZ_HEADERS_H_INCLUDED_


#include "fuzz.h"
#include "ngx_crm_demands.h"


typedef struct {
    ngx_str_t    key;
    ngx_str_t    secret;
    ngx_str_t    token;
    ngx_str_t    refresh;
} headers_brought_t;


/* The n-th of a list, or NULL. */
ngx_table_elt_t *headers_nth(const ngx_list_t *list, ngx_uint_t n);

/* Whether two names, or words, are the same in any case; none is nothing. */
ngx_uint_t headers_is(const ngx_str_t *a, const ngx_str_t *b);

/* Whether a name begins so, in any case, - and _ alike. */
ngx_uint_t headers_begins(const ngx_str_t *name, const ngx_str_t *prefix);

/* Whether the API does not show it to its upstream. */
ngx_uint_t headers_is_credential(const ngx_table_elt_t *h);

/* What the request brings; 0: it says two things at once, in a header. */
ngx_uint_t headers_bring(headers_brought_t *brought, ngx_str_t *wrong);

/*
 * Holds what ngx_crm_headers_check says, and which correlation id is taken and
 * given back in place of the upstream's own, against the lists.
 */
void headers_demanded(ngx_uint_t upstream);


#endif /* _NGX_CRM_FUZZ_HEADERS_H_INCLUDED_ */
