/* Files that the configuration names, and that hold secrets. */

#ifndef _NGX_CRM_FILE_H_INCLUDED_
#define _NGX_CRM_FILE_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Reads a whole file, of 1 to max bytes, into memory of cf->pool, which wipes
 * it when it is destroyed.  A relative name is one below the configuration's
 * directory.  The newline that ends a single line of text is not part of it.
 * A file that others may read is warned of, or, where it is the PEM of a
 * public key alone, one that they may write.  Returns NGX_OK, or NGX_ERROR
 * after a sentence in the log.
 */
ngx_int_t ngx_crm_file_secret(ngx_conf_t *cf, const ngx_str_t *name,
    size_t max, ngx_str_t *secret);

/* Has the pool wipe a text that lives as long as it does. */
ngx_int_t ngx_crm_file_wipe_with(ngx_pool_t *pool, ngx_str_t *secret);


#endif /* _NGX_CRM_FILE_H_INCLUDED_ */
