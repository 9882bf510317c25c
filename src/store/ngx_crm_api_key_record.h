/* What the store says of one API key. */

#ifndef _NGX_CRM_API_KEY_RECORD_H_INCLUDED_
#define _NGX_CRM_API_KEY_RECORD_H_INCLUDED_


#include "ngx_crm.h"


#define NGX_CRM_API_KEY_APP  128     /* as ngx_crm_text_is_id has it */


/* copied as it is into the zone and out of it: no pointers */
typedef struct {
    ngx_uint_t        apis;          /* bits of ngx_crm_api_t; ~0: all */
    ngx_crm_mode_e    mode;
    u_char            known;         /* 0: the rest means nothing */
    u_char            len;           /* of app */
    u_char            app[NGX_CRM_API_KEY_APP];
} ngx_crm_api_key_record_t;


/*
 * Reads the reply to HMGET name app mode apis state.  A key that is not
 * there, is disabled, or whose record is broken, which is logged by its name,
 * is not known.  Returns NGX_OK, or NGX_ERROR: a reply of the wrong form.
 */
ngx_int_t ngx_crm_api_key_record_read(const ngx_crm_reply_t *reply,
    const ngx_str_t *name, ngx_crm_api_key_record_t *record);


#endif /* _NGX_CRM_API_KEY_RECORD_H_INCLUDED_ */
