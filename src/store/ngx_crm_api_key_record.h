/* What the store says of one API key, or of one client. */

#ifndef _NGX_CRM_API_KEY_RECORD_H_INCLUDED_
#define _NGX_CRM_API_KEY_RECORD_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_record.h"


/*
 * Reads the reply to HMGET name app mode apis state.  A key that is not
 * there, is disabled, or whose record is broken, which is logged by its name,
 * is not known.  Returns NGX_OK, or NGX_ERROR: a reply of the wrong form.
 */
ngx_int_t ngx_crm_api_key_record_read(const ngx_crm_reply_t *reply,
    const ngx_str_t *name, ngx_crm_record_t *record);

/*
 * The same of a client: app mode apis state secret cipher header_key
 * payload_key mac_key; without apis it may use all that have clients.
 */
ngx_int_t ngx_crm_api_key_record_client(const ngx_crm_reply_t *reply,
    const ngx_str_t *name, ngx_crm_record_t *record);


#endif /* _NGX_CRM_API_KEY_RECORD_H_INCLUDED_ */
