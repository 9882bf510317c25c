/* What the store says of one API key, or of one opaque token. */

#ifndef _NGX_CRM_RECORD_H_INCLUDED_
#define _NGX_CRM_RECORD_H_INCLUDED_


#include "ngx_crm.h"


/* an app and a contact, as ngx_crm_text_is_id has them, and a session */
#define NGX_CRM_RECORD_TEXTS  (128 + 128 + 32)


/* copied as it is into the zone and out of it: no pointers */
typedef struct {
    ngx_uint_t        apis;          /* of a key: bits of ngx_crm_api_t */
    time_t            issued;        /* of a token, Unix s */
    time_t            expires;
    ngx_crm_mode_e    mode;
    u_char            known;         /* 0: the rest means nothing */
    u_char            app;           /* lengths; the texts are in this order */
    u_char            contact;       /* of a client: its secret's digest */
    u_char            session;
    u_char            texts[NGX_CRM_RECORD_TEXTS];
} ngx_crm_record_t;


/*
 * Sets the texts, of which a key has the first alone (NULL: none).  Returns
 * NGX_OK, or NGX_DECLINED: they are no ids, or too long.
 */
ngx_int_t ngx_crm_record_pack(ngx_crm_record_t *record, const ngx_str_t *app,
    const ngx_str_t *contact, const ngx_str_t *session);

/*
 * Copies the texts into memory of the pool, one behind the other, and sets
 * those that are not NULL.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_record_unpack(const ngx_crm_record_t *record,
    ngx_pool_t *pool, ngx_str_t *app, ngx_str_t *contact,
    ngx_str_t *session);


#endif /* _NGX_CRM_RECORD_H_INCLUDED_ */
