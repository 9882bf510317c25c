/*
 * Reading replies without trusting them: a wrong type is a wrong reply,
 * logged as one, and never a crash.
 */

#ifndef _NGX_CRM_REPLY_H_INCLUDED_
#define _NGX_CRM_REPLY_H_INCLUDED_


#include "ngx_crm.h"


#define NGX_CRM_REPLY_BRIEF     128      /* bytes of an error, if logged */
#define NGX_CRM_REPLY_TEXT_MAX  65536    /* bytes */


/*
 * A bulk or simple string.  Returns NGX_OK and the text, which belongs to the
 * reply; NGX_DECLINED: nil; NGX_ERROR: of another type, or longer than 64 KB.
 */
ngx_int_t ngx_crm_reply_text(const ngx_crm_reply_t *reply, ngx_str_t *text);

/* An integer.  Returns NGX_OK or NGX_ERROR. */
ngx_int_t ngx_crm_reply_integer(const ngx_crm_reply_t *reply, int64_t *n);

/* An array of exactly n elements.  Returns NGX_OK or NGX_ERROR. */
ngx_int_t ngx_crm_reply_array(const ngx_crm_reply_t *reply, ngx_uint_t n);

/*
 * An array, by a letter for each of its elements: i is an integer, and wants
 * an int64_t *; t is a text, and wants an ngx_str_t *.  Returns NGX_OK, or, at
 * the first element that is none, NGX_DECLINED (nil) or NGX_ERROR.
 */
ngx_int_t ngx_crm_reply_read(const ngx_crm_reply_t *reply, const char *types,
    ...);

/*
 * An array of exactly n texts, of which nil ones are made empty.  Returns how
 * many are not nil, or NGX_ERROR.
 */
ngx_int_t ngx_crm_reply_texts(const ngx_crm_reply_t *reply, ngx_str_t *texts,
    ngx_uint_t n);

/* The i-th element of an array, or NULL. */
const ngx_crm_reply_t *ngx_crm_reply_element(const ngx_crm_reply_t *reply,
    ngx_uint_t i);

/* The text of an error reply; empty for any other. */
ngx_str_t ngx_crm_reply_error(const ngx_crm_reply_t *reply);

/* Says whether a reply is an error whose first word is code. */
ngx_uint_t ngx_crm_reply_is(const ngx_crm_reply_t *reply, const char *code);

/*
 * Writes what may be logged of an error reply, NUL-terminated, into dst of
 * NGX_CRM_REPLY_BRIEF bytes: printable characters, up to the first quotation
 * mark that is no apostrophe, behind which Redis repeats our arguments; of
 * NOPERM it names a command.  Empty for any other reply.
 */
void ngx_crm_reply_brief(u_char *dst, const ngx_crm_reply_t *reply);

/*
 * What a step returns after finding its reply wrong: logs at ERR what was
 * asked for and that the reply is of the wrong form, returns 502.
 */
ngx_int_t ngx_crm_reply_wrong(ngx_http_request_t *r, const char *what);


#endif /* _NGX_CRM_REPLY_H_INCLUDED_ */
