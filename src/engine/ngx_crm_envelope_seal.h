/* Messages in an API's words and envelope. */

#ifndef _NGX_CRM_ENVELOPE_SEAL_H_INCLUDED_
#define _NGX_CRM_ENVELOPE_SEAL_H_INCLUDED_


#include "ngx_crm.h"
#include "engine/ngx_crm_envelope.h"


/*
 * Adds the answer to the pieces, which have begun and take what they need
 * from their pool; the payload is not copied.  *status is the HTTP status
 * that goes with it.  Returns NGX_OK or NGX_ERROR: memory is out.
 */
ngx_int_t ngx_crm_envelope_seal(const ngx_crm_dialect_t *to,
    const ngx_crm_message_t *message, ngx_crm_pieces_t *pieces,
    ngx_uint_t *status);


#endif /* _NGX_CRM_ENVELOPE_SEAL_H_INCLUDED_ */
