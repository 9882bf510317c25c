/* One revocation, as crm:revoked and crm:events spell it. */

#ifndef _NGX_CRM_REVOCATION_H_INCLUDED_
#define _NGX_CRM_REVOCATION_H_INCLUDED_


#include "ngx_crm.h"
#include "base/ngx_crm_table.h"


#define NGX_CRM_REVOCATION_SIZE  192     /* bytes, at most */


typedef struct {
    ngx_uint_t        contact;           /* a contact's; else a session's */
    ngx_crm_mode_e    mode;
    ngx_str_t         whose;             /* cid or sid */
    time_t            issued;            /* tokens until then; of a contact */
    time_t            expires;           /* Unix seconds, both */
    ngx_uint_t        event;             /* the CRM's: see zone_add */
} ngx_crm_revocation_t;


/*
 * Reads a member of crm:revoked, or what an event names, where a session has
 * no "s:"; the text is kept.  Sets all but expires.  Returns NGX_OK or
 * NGX_ERROR: it is none.
 */
ngx_int_t ngx_crm_revocation_read(ngx_crm_revocation_t *revocation,
    const ngx_str_t *text);

/*
 * Reads a score, or an event's last word; a fraction counts as a whole, and
 * what is no number as the end of time.
 */
time_t ngx_crm_revocation_expires(const ngx_str_t *text);

/*
 * Writes what ngx_crm_revocation_read reads, into NGX_CRM_REVOCATION_SIZE
 * bytes; whose has 128 at most.  Returns the end of what was written.
 */
u_char *ngx_crm_revocation_write(u_char *dst,
    const ngx_crm_revocation_t *revocation);

/*
 * Writes the key that holds the newest time of a contact's, alike: it lies in
 * the slot of crm:revoked.
 */
u_char *ngx_crm_revocation_key(u_char *dst,
    const ngx_crm_revocation_t *revocation);

/*
 * The bytes that name whose it is, of this kind and mode: the beginning of a
 * SHA-256.  Two names can be made that have the same, by 2^32 tries; but not
 * two whose hash in a table is the same too.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_revocation_id(u_char id[NGX_CRM_TABLE_ID],
    const ngx_crm_revocation_t *revocation);


#endif /* _NGX_CRM_REVOCATION_H_INCLUDED_ */
