/* What one API is, as data: apis/ fills it in, the code below reads it. */

#ifndef _NGX_CRM_API_H_INCLUDED_
#define _NGX_CRM_API_H_INCLUDED_


#include "ngx_crm_reason.h"


#define NGX_CRM_NEEDS_KEY    0x01    /* an API key */
#define NGX_CRM_NEEDS_TOKEN  0x02    /* a bearer token */
#define NGX_CRM_OWN_DATA     0x04    /* {id} must be the token's contact */
#define NGX_CRM_TAKES_TOKEN  0x08    /* one that is sent is checked */
#define NGX_CRM_NO_BODY      0x10    /* an empty body is as good as {} */
#define NGX_CRM_KEY_OR_TOKEN 0x20    /* a key where no token was sent */
#define NGX_CRM_BODY_TOKEN   0x40    /* a `token` in the body is one, too */
#define NGX_CRM_ENDS_CONTACT 0x80    /* a 2xx: the contact is no more */


typedef struct ngx_crm_ctx_s    ngx_crm_ctx_t;
typedef struct ngx_crm_shape_s  ngx_crm_shape_t;
typedef struct ngx_crm_terms_s  ngx_crm_terms_t;

/* NGX_OK: next; NGX_AGAIN: parked; NGX_DONE: answered; NGX_ERROR, ≥ 400 */
typedef ngx_int_t (*ngx_crm_step_pt)(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


typedef enum { NGX_CRM_LIVE = 0, NGX_CRM_TEST } ngx_crm_mode_e;


/* a reason's words, by ngx_crm_reason_e; $parameter in a message is filled */
typedef struct {
    ngx_str_t                       code;
    ngx_str_t                       message;
} ngx_crm_words_t;


/* a status that an API says with another one */
typedef struct {
    ngx_uint_t                      status;    /* 0: all others, the end */
    ngx_uint_t                      spoken;    /* 0: the status itself */
} ngx_crm_status_t;


typedef struct ngx_crm_route_s {
    ngx_uint_t                      methods;   /* NGX_HTTP_POST|… */
    ngx_str_t                       path;      /* "/contacts/{id}/consents" */
    ngx_uint_t                      needs;     /* NGX_CRM_NEEDS_… */
    const ngx_crm_step_pt          *steps;     /* NULL: proxied */
    ngx_str_t                       answer;    /* its name in crm_answer */
} ngx_crm_route_t;


typedef struct ngx_crm_api_s {
    ngx_str_t                       name;
    ngx_uint_t                      bit;       /* in an API key's `apis` */
    const ngx_crm_route_t          *routes;    /* ends with an empty path */
    const ngx_crm_route_t          *unlisted;  /* the default route */
    ngx_str_t                       owned;     /* "contacts": /contacts/X/… */
    const ngx_str_t                *key_headers;   /* end with an empty one */
    const ngx_str_t                *token_headers; /* beside Authorization */
    ngx_str_t                       refresh_header;    /* empty: none */
    const ngx_crm_terms_t          *terms;     /* or NULL */
    const ngx_crm_words_t          *words;     /* NGX_CRM_NREASONS of them */
    const ngx_crm_status_t         *statuses;  /* of failures; NULL: as is */
    ngx_flag_t                      by_status; /* it alone tells success */
    ngx_str_t                       failure;   /* shapes, as JSON text */
    ngx_str_t                       success;
    ngx_str_t                       tokens;    /* the token reply's payload */
    ngx_str_t                       handle;    /* the OTP reply's payload */
    ngx_flag_t                      underscores;   /* in its header names */
} ngx_crm_api_t;


extern const ngx_crm_api_t  *const ngx_crm_apis[];     /* ends with NULL */


#endif /* _NGX_CRM_API_H_INCLUDED_ */
