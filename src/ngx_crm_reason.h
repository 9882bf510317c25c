/* Why a request is refused, free of any dialect. */

#ifndef _NGX_CRM_REASON_H_INCLUDED_
#define _NGX_CRM_REASON_H_INCLUDED_


/* one name for every way to be refused; $crm_result spells it */
typedef enum {
    NGX_CRM_PASSED = 0,
    NGX_CRM_BAD_REQUEST,       /* parameter: what is wrong with it */
    NGX_CRM_MISSING,           /* parameter: the member or header */
    NGX_CRM_INVALID,           /* parameter: the member or header */
    NGX_CRM_INVALID_JSON,
    NGX_CRM_WRONG_CREDENTIALS,
    NGX_CRM_WRONG_OTP,
    NGX_CRM_TLS_REQUIRED,
    NGX_CRM_WRONG_API_KEY,
    NGX_CRM_FORBIDDEN_API_KEY,
    NGX_CRM_NO_TOKEN,
    NGX_CRM_WRONG_TOKEN,
    NGX_CRM_FORBIDDEN,
    NGX_CRM_NOT_FOUND,
    NGX_CRM_METHOD_NOT_ALLOWED,
    NGX_CRM_CONFLICT,          /* what is to be made exists */
    NGX_CRM_TOO_LARGE,
    NGX_CRM_TOO_MANY_REQUESTS,
    NGX_CRM_INTERNAL,
    NGX_CRM_BAD_GATEWAY,
    NGX_CRM_UNAVAILABLE,
    NGX_CRM_GATEWAY_TIMEOUT,
    NGX_CRM_NREASONS
} ngx_crm_reason_e;


#endif /* _NGX_CRM_REASON_H_INCLUDED_ */
