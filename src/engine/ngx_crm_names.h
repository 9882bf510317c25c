/* Lists of header names in lower case, which end with an empty one. */

#ifndef _NGX_CRM_NAMES_H_INCLUDED_
#define _NGX_CRM_NAMES_H_INCLUDED_


#include "ngx_crm.h"


/* What lengths names have: bit n stands for n bytes, bit 63 for more, too. */
typedef uint64_t  ngx_crm_names_t;

/*
 * Says whether a header may be one of the names: most are told apart from all
 * of them by their length, before a byte is compared.
 */
#define ngx_crm_names_may(lengths, h)                                         \
    ((lengths) >> ngx_min((h)->key.len, 63) & 1)


/* The length of one name, empty or not; the lengths of a list's. */
#define ngx_crm_names_one(name)                                               \
    ((ngx_crm_names_t) 1 << ngx_min((name)->len, 63))

ngx_crm_names_t ngx_crm_names(const ngx_str_t *names);


#endif /* _NGX_CRM_NAMES_H_INCLUDED_ */
