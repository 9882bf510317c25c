/* DMT-lite unified customer: words and shapes. */

#include "apis/ngx_crm_api_dmt.h"


#define NONE      ngx_null_string
#define REFUSED   ngx_string("-1")
#define BROKEN    { ngx_string("4"), ngx_string("Internal Server Issue") }


/* indexed by ngx_crm_reason_e */

static const ngx_crm_words_t  ngx_crm_api_dmt_words[] = {
    { NONE, NONE },
    { REFUSED, ngx_string("Invalid request") },
    { REFUSED, ngx_string("Invalid $parameter") },
    { REFUSED, ngx_string("Invalid $parameter") },
    { REFUSED, ngx_string("Invalid JSON") },
    { REFUSED, ngx_string("Invalid username or password") },
    { REFUSED, ngx_string("Invalid OTP") },
    { REFUSED, ngx_string("HTTPS is required") },
    { REFUSED, ngx_string("Invalid client") },
    { REFUSED, ngx_string("Client not permitted") },
    { REFUSED, ngx_string("Token is required") },
    { REFUSED, ngx_string("Invalid token") },
    { REFUSED, ngx_string("Request not permitted") },
    { REFUSED, ngx_string("Record not found") },
    { REFUSED, ngx_string("Method not allowed") },
    { REFUSED, ngx_string("Request too large") },
    { REFUSED, ngx_string("Too many requests") },
    BROKEN,
    BROKEN,
    BROKEN,
    BROKEN
};


static const ngx_crm_status_t  ngx_crm_api_dmt_statuses[] = {
    { NGX_HTTP_UNAUTHORIZED, 0 },
    { NGX_HTTP_FORBIDDEN, 0 },
    { NGX_HTTP_NOT_FOUND, 0 },
    { NGX_HTTP_NOT_ALLOWED, 0 },
    { NGX_HTTP_TOO_MANY_REQUESTS, 0 },
    { 0, NGX_HTTP_OK }
};


const ngx_crm_api_t  ngx_crm_api_dmt = {
    .name = ngx_string("dmt"),
    .bit = 0x04,
    .words = ngx_crm_api_dmt_words,
    .statuses = ngx_crm_api_dmt_statuses,

    .success = ngx_string(
        "{$payload,\"statusCode\":\"0\"?,\"statusDesc\":\"Success\"?,"
        "\"status\":\"SUCCESS\"}"),
    .failure = ngx_string(
        "{$payload,\"statusCode\":$code?,\"statusDesc\":$message?,"
        "\"KYCTypeFlag\":false?,\"status\":\"FAILED\"}")
};
