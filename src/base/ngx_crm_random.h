/*
 * What must not be guessed; all of it from RAND_bytes(3), a page at a time.
 * Not for threads: they would be given the same bytes.
 */

#ifndef _NGX_CRM_RANDOM_H_INCLUDED_
#define _NGX_CRM_RANDOM_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Fills n bytes, which no other call gives out, in no process that forks from
 * this one either.  Returns NGX_OK or NGX_ERROR: the source is not seeded.
 */
ngx_int_t ngx_crm_random_bytes(u_char *dst, size_t n);

/*
 * Writes n characters, each drawn evenly (by rejection, no modulo bias) from
 * the given alphabet of at most 256 characters.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_random_code(u_char *dst, size_t n,
    const ngx_str_t *alphabet);


#endif /* _NGX_CRM_RANDOM_H_INCLUDED_ */
