/* From an API's words to a reason. */

#ifndef _NGX_CRM_ENVELOPE_WORDS_H_INCLUDED_
#define _NGX_CRM_ENVELOPE_WORDS_H_INCLUDED_


#include "ngx_crm.h"
#include "engine/ngx_crm_envelope.h"


#define NGX_CRM_ENVELOPE_SLOT  "$parameter"


/*
 * Finds the reason of a failure by its code and, where several share it, by
 * the text or the status; sets reason, own, and the parameter that the text
 * names.  A code that no reason has stays in the message, and the reason is
 * NGX_CRM_PASSED.
 */
void ngx_crm_envelope_words_read(const ngx_crm_api_t *api,
    ngx_crm_message_t *message);

/* The HTTP status in which an API says another one. */
ngx_uint_t ngx_crm_envelope_words_status(const ngx_crm_api_t *api,
    ngx_uint_t status);

/*
 * Splits a text at its $parameter.  Returns NGX_OK, or NGX_DECLINED where it
 * has none: before is then all of it.
 */
ngx_int_t ngx_crm_envelope_words_split(const ngx_str_t *text,
    ngx_str_t *before, ngx_str_t *after);


#endif /* _NGX_CRM_ENVELOPE_WORDS_H_INCLUDED_ */
