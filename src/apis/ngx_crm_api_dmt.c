/* DMT-lite unified customer: headers, words and shapes. */

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
    { REFUSED, ngx_string("Record already exists") },
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


static const ngx_crm_route_t  ngx_crm_api_dmt_routes[] = {
    { 0, NONE, 0, NULL, NONE }
};


static const ngx_crm_route_t  ngx_crm_api_dmt_unlisted = {
    0, ngx_string("*"), NGX_CRM_NEEDS_KEY, NULL, NONE
};


static const ngx_str_t  ngx_crm_api_dmt_key_headers[] = {
    ngx_string("client_id"),
    NONE
};

static const ngx_str_t  ngx_crm_api_dmt_token_headers[] = {
    ngx_string("auth_token"),
    NONE
};

static const ngx_str_t  ngx_crm_api_dmt_credentials[] = {
    ngx_string("authorization"),
    ngx_string("auth_token"),
    ngx_string("client_secret"),
    ngx_string("pass_key"),
    NONE
};


const ngx_crm_api_t  ngx_crm_api_dmt = {
    .name = ngx_string("dmt"),
    .bit = 0x04,
    .routes = ngx_crm_api_dmt_routes,
    .unlisted = &ngx_crm_api_dmt_unlisted,
    .key_headers = ngx_crm_api_dmt_key_headers,
    .token_headers = ngx_crm_api_dmt_token_headers,
    .credentials = ngx_crm_api_dmt_credentials,
    .words = ngx_crm_api_dmt_words,
    .statuses = ngx_crm_api_dmt_statuses,
    .underscores = 1,

    .success = ngx_string(
        "{$payload,\"statusCode\":\"0\"?,\"statusDesc\":\"Success\"?,"
        "\"status\":\"SUCCESS\"}"),
    .failure = ngx_string(
        "{$payload,\"statusCode\":$code?,\"statusDesc\":$message?,"
        "\"KYCTypeFlag\":false?,\"status\":\"FAILED\"}")
};
