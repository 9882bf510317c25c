/* Records in the shared zone, found by a SHA-256: API keys, and tokens. */

#ifndef _NGX_CRM_RECORD_CACHE_H_INCLUDED_
#define _NGX_CRM_RECORD_CACHE_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_record.h"
#include "store/ngx_crm_zone.h"
#include "base/ngx_crm_digest.h"


/*
 * Copies out what is known of a key.  Returns NGX_OK; NGX_AGAIN: it may be
 * used and wants to be asked anew; NGX_DECLINED: nothing, or nothing that may
 * still be used.
 */
ngx_int_t ngx_crm_record_cache_get(ngx_crm_main_conf_t *conf,
    const u_char digest[NGX_CRM_SHA256_LEN],
    ngx_crm_record_t *record);

/*
 * How often keys have been dropped: what was asked before the last time may
 * be older than what it was dropped for.
 */
ngx_uint_t ngx_crm_record_cache_dropped(void);

/*
 * Keeps what Redis has said, unless keys have been dropped since it was asked,
 * when ngx_crm_record_cache_dropped gave `dropped`, in place of what was
 * known.  Where the zone is full, known keys that are past all use go first,
 * then unknown ones, oldest first, then known ones, least recently used first;
 * an unknown key never drives out a known one that may still be used.
 */
void ngx_crm_record_cache_put(ngx_crm_main_conf_t *conf,
    const u_char digest[NGX_CRM_SHA256_LEN],
    const ngx_crm_record_t *record, ngx_uint_t dropped);

/* Forgets a key, which was changed or removed: it is asked anew. */
void ngx_crm_record_cache_drop(const u_char digest[NGX_CRM_SHA256_LEN]);

/*
 * The digest by which a client is kept among the keys: no API key has it for
 * its SHA-256.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_record_cache_client(u_char digest[NGX_CRM_SHA256_LEN],
    const ngx_str_t *id);

/*
 * For what must not be forgotten, under the zone's lock: gives up one entry,
 * in the order above.  Returns NGX_OK, or NGX_DECLINED: there is none.
 */
ngx_int_t ngx_crm_record_cache_yield(ngx_crm_main_conf_t *conf,
    ngx_crm_zone_t *zone, ngx_slab_pool_t *shpool);


#endif /* _NGX_CRM_RECORD_CACHE_H_INCLUDED_ */
