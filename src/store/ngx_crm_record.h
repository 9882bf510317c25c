/* What the store says of one API key, client, pass key or opaque token. */

#ifndef _NGX_CRM_RECORD_H_INCLUDED_
#define _NGX_CRM_RECORD_H_INCLUDED_


#include "ngx_crm.h"
#include "base/ngx_crm_cipher.h"


/* wrapped keys of a client, one by one, zeros where it has none */
#define NGX_CRM_RECORD_KEYS     (3 * NGX_CRM_CIPHER_WRAPPED)

/*
 * A client has an app, as ngx_crm_text_is_id has it, the digest of its secret,
 * and keys; a token an app, a contact and a session, which are shorter.
 */
#define NGX_CRM_RECORD_TEXTS    (128 + 64 + NGX_CRM_RECORD_KEYS)
#define NGX_CRM_RECORD_SESSION  32


/* copied as it is into the zone and out of it: no pointers */
typedef struct {
    ngx_uint_t        apis;          /* of a key: bits of ngx_crm_api_t */
    time_t            issued;        /* of a token, Unix s */
    time_t            expires;
    ngx_crm_mode_e    mode;
    u_char            known:1;       /* 0: the rest means nothing */
    u_char            cipher:2;      /* of a client: ngx_crm_cipher_e */
    u_char            app;           /* lengths; the texts are in this order */
    u_char            contact;       /* of a client: its secret's digest */
    u_char            session;       /* of a client: its keys */
    u_char            texts[NGX_CRM_RECORD_TEXTS];
} ngx_crm_record_t;


/*
 * Sets the texts, of which a key has the first alone (NULL: none).  Returns
 * NGX_OK, or NGX_DECLINED: they are no ids, or too long.
 */
ngx_int_t ngx_crm_record_pack(ngx_crm_record_t *record, const ngx_str_t *app,
    const ngx_str_t *contact, const ngx_str_t *session);

/* Sets the keys of a client, behind the texts. */
void ngx_crm_record_keep(ngx_crm_record_t *record,
    const u_char keys[NGX_CRM_RECORD_KEYS]);

/*
 * Copies the texts into memory of the pool, one behind the other, and sets
 * those that are not NULL.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_record_unpack(const ngx_crm_record_t *record,
    ngx_pool_t *pool, ngx_str_t *app, ngx_str_t *contact,
    ngx_str_t *session);


#endif /* _NGX_CRM_RECORD_H_INCLUDED_ */
