/* API keys in the shared zone, found by their SHA-256. */

#ifndef _NGX_CRM_API_KEY_CACHE_H_INCLUDED_
#define _NGX_CRM_API_KEY_CACHE_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_api_key_record.h"
#include "base/ngx_crm_digest.h"


/*
 * Copies out what is known of a key.  Returns NGX_OK; NGX_AGAIN: it may be
 * used and wants to be asked anew; NGX_DECLINED: nothing, or nothing that may
 * still be used.
 */
ngx_int_t ngx_crm_api_key_cache_get(ngx_crm_main_conf_t *conf,
    const u_char digest[NGX_CRM_SHA256_LEN],
    ngx_crm_api_key_record_t *record);

/*
 * Keeps what Redis has just said in place of what was known.  Where the zone
 * is full, known keys that are past all use go first, then unknown ones,
 * oldest first, then known ones, least recently used first; an unknown key
 * never drives out a known one that may still be used.
 */
void ngx_crm_api_key_cache_put(ngx_crm_main_conf_t *conf,
    const u_char digest[NGX_CRM_SHA256_LEN],
    const ngx_crm_api_key_record_t *record);


#endif /* _NGX_CRM_API_KEY_CACHE_H_INCLUDED_ */
