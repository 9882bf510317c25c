/* Request bodies as trees, through jansson; answers' strings, escaped. */

#ifndef _NGX_CRM_JSON_H_INCLUDED_
#define _NGX_CRM_JSON_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* a tree of jansson's; callers hold it as void * */

/* Seeds jansson's hash; once in each worker, after the fork. */
void ngx_crm_json_init(void);

/*
 * Parses a request body (RFC 8259; duplicate members, be it in another case,
 * NUL, broken UTF-8 and more than NGX_CRM_SCAN_DEPTH levels refused).  Numbers
 * lose their spelling and, beyond a double, their value.  The tree lives in
 * the pool; it is NULL unless NGX_OK.  Returns NGX_OK, NGX_DECLINED (no such
 * text) or NGX_ERROR (memory is out).  Not for threads.
 */
ngx_int_t ngx_crm_json_parse(ngx_pool_t *pool, const ngx_str_t *text,
    void **tree);

/* Says whether the tree is an object. */
ngx_uint_t ngx_crm_json_is_object(void *tree);

/*
 * Finds a string member of an object.  The text belongs to the tree.
 * Returns NGX_OK, NGX_DECLINED (absent or null) or NGX_ERROR (of another
 * type).
 */
ngx_int_t ngx_crm_json_string(void *tree, const char *name, ngx_str_t *text);

/* Finds a boolean member of an object.  Returns as above. */
ngx_int_t ngx_crm_json_flag(void *tree, const char *name, ngx_uint_t *flag);

/* Finds a member that is an object itself.  Returns as above. */
ngx_int_t ngx_crm_json_object(void *tree, const char *name, void **object);

/*
 * Finds an array member of an object.  Returns as above, with its length.
 */
ngx_int_t ngx_crm_json_array(void *tree, const char *name, void **array,
    size_t *n);

/* The i-th element of an array, or NULL. */
void *ngx_crm_json_element(void *array, size_t i);

/*
 * Writes a text as a JSON string with its quotes (RFC 8259 section 7); bytes
 * that are not UTF-8 become U+FFFD.  dst NULL: only measures.  Returns the
 * length in bytes.
 */
size_t ngx_crm_json_quote(u_char *dst, const ngx_str_t *text);


#endif /* _NGX_CRM_JSON_H_INCLUDED_ */
