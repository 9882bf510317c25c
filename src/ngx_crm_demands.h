/*
 * What routes demand beside credentials, as data: headers, and members of the
 * body.  The lists end with an empty name.
 */

#ifndef _NGX_CRM_DEMANDS_H_INCLUDED_
#define _NGX_CRM_DEMANDS_H_INCLUDED_


#include "ngx_crm_api.h"
#define NGX_CRM_DEMANDS(n)  ((n) << 8)   /* a route's: the nth, from 1 */


typedef enum {
    NGX_CRM_HEADER_TEXT = 0,       /* not blank */
    NGX_CRM_HEADER_CORRELATION,    /* printable; goes back as it came */
    NGX_CRM_HEADER_DATE,           /* values: DD-MM-YYYY */
    NGX_CRM_HEADER_TYPE,           /* values: the media type; 415 */
    NGX_CRM_HEADER_ALPHABET        /* values: name, letters, …; optional */
} ngx_crm_header_e;

typedef struct {
    ngx_str_t                       name;      /* as the API spells it */
    ngx_crm_header_e                kind;
    const ngx_str_t                *values;
} ngx_crm_header_t;


typedef enum {
    NGX_CRM_RULE_TEXT = 0,         /* a string of n bytes at most; 0: any */
    NGX_CRM_RULE_DIGITS,           /* a string of n digits */
    NGX_CRM_RULE_ADDRESS,          /* IPv4 or IPv6 */
    NGX_CRM_RULE_DATE,             /* YYYY-MM-DD */
    NGX_CRM_RULE_ARRAY,
    NGX_CRM_RULE_FILES             /* fileName, fileContents: n bytes */
} ngx_crm_rule_e;

/* what is optional may be absent, null or blank */
typedef struct {
    ngx_str_t                       path;      /* "acctInfo.firstName" */
    ngx_crm_rule_e                  kind;
    ngx_uint_t                      n;
    ngx_flag_t                      optional;
    ngx_str_t                       name;      /* in refusals */
    ngx_str_t                       missing;   /* said instead of the words */
    ngx_str_t                       invalid;   /* alike */
} ngx_crm_rule_t;


/* a member that refusals repeat */
typedef struct {
    ngx_str_t                       name;
    ngx_flag_t                      always;    /* "" where it is not known */
} ngx_crm_echo_t;


struct ngx_crm_demands_s {                     /* of a route */
    const ngx_crm_header_t         *headers;   /* beside the API's; or NULL */
    const ngx_crm_rule_t           *rules;     /* or NULL: any body */
    ngx_str_t                       form;      /* its member has the JSON */
    const ngx_crm_echo_t           *echo;      /* or NULL */
    ngx_str_t                       broken;    /* said of any 5xx */
    ngx_str_t                       number;    /* crm_otp_verify: members */
    ngx_str_t                       code;
    ngx_str_t                       address;   /* member: a contact's new */
};


struct ngx_crm_terms_s {                       /* of an API */
    const ngx_crm_header_t         *headers;   /* on every route; or NULL */
    const ngx_crm_demands_t        *demands;   /* of routes; 0: not used */
    const ngx_crm_route_t          *answers;   /* for crm_answer alone */
    ngx_str_t                       secret;    /* header beside the key's */
    const struct ngx_crm_sealing_s *sealing;   /* or NULL: never encrypted */
    ngx_str_t                       country;   /* of bare phone numbers */
    off_t                           body;      /* a legal one may have */
};


#endif /* _NGX_CRM_DEMANDS_H_INCLUDED_ */
