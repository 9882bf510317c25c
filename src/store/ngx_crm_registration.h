/*
 * Registering a contact in the store.  The order, of which each step may be
 * repeated: P register:{NAME:value} is reserved, the CRM makes the contact,
 * P contact:{cid} is stored, and last P identity:{NAME:value}, by which it is
 * found; the reservation goes with that.  A registration that was cut off
 * finds the reservation, and asks the CRM with the key that it holds.
 */

#ifndef _NGX_CRM_REGISTRATION_H_INCLUDED_
#define _NGX_CRM_REGISTRATION_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_created.h"


#define NGX_CRM_REGISTRATION_KEY  32     /* characters */


/* Each asks for ctx->person's first credential; NGX_AGAIN, NGX_ERROR, 503. */

/*
 * Reserves for a day.  Reserved, in the next step, sets key, in memory of the
 * request: a new one, or that of the registration that was cut off.  Returns
 * NGX_OK; NGX_DECLINED: the credential leads to a contact meanwhile; or 502.
 */
ngx_int_t ngx_crm_registration_reserve(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_str_t *key);
ngx_int_t ngx_crm_registration_reserved(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_str_t *key);

/* Gives the reservation back: the CRM has made no contact. */
ngx_int_t ngx_crm_registration_release(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);

/*
 * Stores the contact, unverified, and, where hash is not NULL, the hash of its
 * password: nobody finds it who was cut off before the credential leads there.
 * One of that id that is there stays as it is; the next step says whether
 * this credential has registered it: own.  It makes the
 * credential lead to that contact, if it leads nowhere yet; but of another's
 * only to one who has that very address: whoever reads what is sent to a
 * credential can sign in.  In the step behind: whether it did so (first), and
 * the id that the credential leads to now, or else that contact's.
 */
ngx_int_t ngx_crm_registration_contact(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_created_t *created,
    const ngx_str_t *hash);
ngx_int_t ngx_crm_registration_stored(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_str_t *id, ngx_uint_t *own);
ngx_int_t ngx_crm_registration_found(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_str_t *id, ngx_uint_t *first);

/*
 * Stores a password's hash: at once, and sets the person's hash, or, where
 * handle is not NULL, to be the contact's once that handle's code is typed in.
 */
ngx_int_t ngx_crm_registration_password(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_str_t *hash, const ngx_str_t *handle);


#endif /* _NGX_CRM_REGISTRATION_H_INCLUDED_ */
