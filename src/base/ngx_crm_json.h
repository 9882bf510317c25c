/* Request bodies as trees. */

#ifndef _NGX_CRM_JSON_H_INCLUDED_
#define _NGX_CRM_JSON_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct ngx_crm_json_s  ngx_crm_json_t;    /* a value */


/*
 * Parses a request body (RFC 8259; duplicate members, be it in another case,
 * NUL, numbers that no double holds, broken UTF-8 and more than
 * NGX_CRM_SCAN_DEPTH levels refused).  The tree, and what it is asked for,
 * live in the pool; it is NULL unless NGX_OK.  Returns NGX_OK, NGX_DECLINED
 * (no such text) or NGX_ERROR (memory is out).
 */
ngx_int_t ngx_crm_json_parse(ngx_pool_t *pool, const ngx_str_t *text,
    ngx_crm_json_t **tree);

/* Says whether there is a value, and it is an object. */
ngx_uint_t ngx_crm_json_is_object(const ngx_crm_json_t *tree);

/*
 * Finds a string member of an object; a NUL stands behind it, which does not
 * count.  Returns NGX_OK, NGX_DECLINED (absent or null, or no object to have
 * any) or NGX_ERROR (of another type).
 */
ngx_int_t ngx_crm_json_string(const ngx_crm_json_t *tree,
    const ngx_str_t *name, ngx_str_t *text);

/* Finds a boolean member of an object.  Returns as above. */
ngx_int_t ngx_crm_json_flag(const ngx_crm_json_t *tree,
    const ngx_str_t *name, ngx_uint_t *flag);

/* Finds a member that is an object itself.  Returns as above. */
ngx_int_t ngx_crm_json_object(const ngx_crm_json_t *tree,
    const ngx_str_t *name, const ngx_crm_json_t **object);

/*
 * Finds an array member of an object.  Returns as above, with its first
 * element, NULL where it is empty.
 */
ngx_int_t ngx_crm_json_array(const ngx_crm_json_t *tree,
    const ngx_str_t *name, const ngx_crm_json_t **first);

/* The element behind one of an array, or NULL. */
const ngx_crm_json_t *ngx_crm_json_next(const ngx_crm_json_t *element);



#endif /* _NGX_CRM_JSON_H_INCLUDED_ */
