/*
 * Envelopes: an answer in one API's dialect becomes a message of no dialect,
 * and a message becomes an answer in another's.
 */

#ifndef _NGX_CRM_ENVELOPE_H_INCLUDED_
#define _NGX_CRM_ENVELOPE_H_INCLUDED_


#include "ngx_crm.h"
#include "engine/ngx_crm_pieces.h"
#include "engine/ngx_crm_shape.h"
#include "engine/ngx_crm_shape_write.h"


struct ngx_crm_dialect_s {
    const ngx_crm_api_t   *api;
    ngx_crm_shape_t       *success;
    ngx_crm_shape_t       *failure;
};


/* points into the body that it was opened from, and so do its pieces */
typedef struct {
    ngx_uint_t             ok;
    ngx_uint_t             status;      /* HTTP */
    ngx_crm_payload_t      payload;     /* of a failure: what is echoed */

    ngx_crm_reason_e       reason;      /* of a failure, and so the rest */
    ngx_uint_t             own;         /* the text says more than a reason */
    ngx_str_t              code;        /* that no table knows */
    ngx_str_t              text;        /* escaped, as within quotes */
    ngx_str_t              parameter;   /* the first; escaped */
    ngx_str_t              parameters;  /* an array of JSON; empty: none */
} ngx_crm_message_t;


/* Compiles an API's envelope.  Returns NULL where memory is out. */
ngx_crm_dialect_t *ngx_crm_envelope_dialect(ngx_pool_t *pool,
    const ngx_crm_api_t *api);

/*
 * Opens a whole answer.  Returns NGX_OK, or NGX_DECLINED: not JSON, or not
 * the dialect's; to the client a downstream failure.
 */
ngx_int_t ngx_crm_envelope_open(const ngx_crm_dialect_t *from,
    ngx_uint_t status, const ngx_str_t *body, ngx_crm_message_t *message);

/*
 * Makes a failure of a refusal, in memory of the pool.  Returns NGX_OK or
 * NGX_ERROR.
 */
ngx_int_t ngx_crm_envelope_refuse(ngx_pool_t *pool,
    const ngx_crm_refusal_t *refusal, ngx_crm_message_t *message);

/*
 * Where an answer of one dialect becomes one of another by text before and
 * after it alone, so that it need not be held.  Returns NGX_OK or
 * NGX_DECLINED.
 */
ngx_int_t ngx_crm_envelope_wrap(const ngx_crm_dialect_t *from,
    const ngx_crm_dialect_t *to, ngx_str_t *before, ngx_str_t *after);


#endif /* _NGX_CRM_ENVELOPE_H_INCLUDED_ */
