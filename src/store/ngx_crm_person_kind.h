/* The kinds of credentials that the store knows people by. */

#ifndef _NGX_CRM_PERSON_KIND_H_INCLUDED_
#define _NGX_CRM_PERSON_KIND_H_INCLUDED_


#include "ngx_crm.h"


typedef struct {
    ngx_str_t     name;              /* as clients and the store spell it */
    ngx_int_t   (*normal)(ngx_str_t *dst, const ngx_str_t *text);
    ngx_uint_t    narrows;           /* and names nobody */
} ngx_crm_person_kind_t;


/* The kind of that name, or NULL. */
const ngx_crm_person_kind_t *ngx_crm_person_kind_find(const ngx_str_t *name);

/*
 * Writes the normal form of a value into dst, which has room for
 * NGX_CRM_NORMAL_MAX bytes.  country is for PHONE, or NULL.  Returns NGX_OK,
 * or NGX_DECLINED: there is no such value.
 */
ngx_int_t ngx_crm_person_kind_normal(const ngx_crm_person_kind_t *kind,
    ngx_str_t *dst, const ngx_str_t *value, const ngx_str_t *country);


#endif /* _NGX_CRM_PERSON_KIND_H_INCLUDED_ */
