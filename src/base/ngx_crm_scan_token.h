/* Strings, numbers and words of JSON that may be in several buffers. */

#ifndef _NGX_CRM_SCAN_TOKEN_H_INCLUDED_
#define _NGX_CRM_SCAN_TOKEN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef enum {
    NGX_CRM_SCAN_NONE = 0,     /* there is no token */

    NGX_CRM_SCAN_STRING,
    NGX_CRM_SCAN_WIDE,         /* within a character of several bytes */
    NGX_CRM_SCAN_ESCAPE,       /* behind a backslash */
    NGX_CRM_SCAN_HEX,
    NGX_CRM_SCAN_PAIR,         /* behind a high surrogate */
    NGX_CRM_SCAN_PAIR_U,       /* and a backslash */

    NGX_CRM_SCAN_WORD,

    NGX_CRM_SCAN_MINUS,        /* behind it, and so on */
    NGX_CRM_SCAN_ZERO,
    NGX_CRM_SCAN_WHOLE,
    NGX_CRM_SCAN_POINT,
    NGX_CRM_SCAN_FRACTION,
    NGX_CRM_SCAN_E,
    NGX_CRM_SCAN_SIGN,
    NGX_CRM_SCAN_POWER
} ngx_crm_scan_token_e;


/* where a token is; all zero: there is none */
typedef struct {
    ngx_crm_scan_token_e   state;
    ngx_uint_t             left;     /* bytes, digits that must follow */
    u_char                 low;      /* the bounds of the next of them */
    u_char                 high;
    uint32_t               unit;     /* of UTF-16, its digits so far */
    ngx_uint_t             paired;   /* it must be a low surrogate */
    const char            *word;     /* the rest of it */
} ngx_crm_scan_token_t;


/*
 * Begins the token whose first byte is c.  Returns NGX_OK, or NGX_ERROR: no
 * token begins so.
 */
ngx_int_t ngx_crm_scan_token_begin(ngx_crm_scan_token_t *token, u_char c);

/*
 * Goes on with what lies from *at to end.  Returns NGX_OK: the token has
 * ended, *at is behind it; NGX_AGAIN: it has not; NGX_ERROR: it is invalid.
 */
ngx_int_t ngx_crm_scan_token_feed(ngx_crm_scan_token_t *token, u_char **at,
    u_char *end);

/* Says whether the text may end where the token is: in some numbers. */
ngx_uint_t ngx_crm_scan_token_may_end(const ngx_crm_scan_token_t *token);


#endif /* _NGX_CRM_SCAN_TOKEN_H_INCLUDED_ */
