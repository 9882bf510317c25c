/* Customer Actions Management: headers, words and shapes. */

#include "apis/ngx_crm_api_actions.h"


#define NONE  ngx_null_string


/* indexed by ngx_crm_reason_e */

static const ngx_crm_words_t  ngx_crm_api_actions_words[] = {
    { NONE, NONE },
    { ngx_string("BAD_REQUEST"), ngx_string("Bad request.") },
    { ngx_string("MANDATORY_FIELD"), ngx_string("Mandatory field $parameter "
      "is missing.") },
    { ngx_string("INVALID_VALUE"), ngx_string("Field $parameter has an "
      "invalid value.") },
    { ngx_string("INVALID_JSON"), ngx_string("The body is not valid "
      "JSON.") },
    { ngx_string("INVALID_CREDENTIALS"), ngx_string("Invalid username or "
      "password.") },
    { ngx_string("INVALID_OTP"), ngx_string("Invalid one-time password.") },
    { ngx_string("HTTPS_REQUIRED"), ngx_string("HTTPS is required.") },
    { ngx_string("INVALID_API_KEY"), ngx_string("Invalid app key.") },
    { ngx_string("FORBIDDEN_API_KEY"), ngx_string("The app key has no "
      "permission for this request.") },
    { ngx_string("TOKEN_REQUIRED"), ngx_string("A token is required.") },
    { ngx_string("INVALID_TOKEN"), ngx_string("Invalid token.") },
    { ngx_string("FORBIDDEN"), ngx_string("The request is not permitted.") },
    { ngx_string("NOT_FOUND"), ngx_string("Record not found.") },
    { ngx_string("METHOD_NOT_ALLOWED"), ngx_string("Method not allowed.") },
    { ngx_string("CONFLICT"), ngx_string("Record already exists.") },
    { ngx_string("TOO_LARGE"), ngx_string("The request is too large.") },
    { ngx_string("TOO_MANY_REQUESTS"), ngx_string("Too many requests.") },
    { ngx_string("INTERNAL_ERROR"), ngx_string("Internal server error.") },
    { ngx_string("BAD_GATEWAY"), ngx_string("Bad gateway.") },
    { ngx_string("UNAVAILABLE"), ngx_string("Service unavailable.") },
    { ngx_string("GATEWAY_TIMEOUT"), ngx_string("Gateway timeout.") }
};


static const ngx_crm_route_t  ngx_crm_api_actions_routes[] = {
    { 0, NONE, 0, NULL, NONE }
};


static const ngx_crm_route_t  ngx_crm_api_actions_unlisted = {
    0, ngx_string("*"), NGX_CRM_NEEDS_TOKEN, NULL, NONE
};


static const ngx_str_t  ngx_crm_api_actions_key_headers[] = {
    ngx_string("x-kony-app-key"),
    ngx_string("api_key"),
    NONE
};

static const ngx_str_t  ngx_crm_api_actions_token_headers[] = {
    ngx_string("x-kony-authorization"),
    ngx_string("auth_token"),
    NONE
};

static const ngx_str_t  ngx_crm_api_actions_credentials[] = {
    ngx_string("authorization"),
    ngx_string("api_key"),
    ngx_string("auth_token"),
    ngx_string("x-kony-app-key"),
    ngx_string("x-kony-authorization"),
    NONE
};


const ngx_crm_api_t  ngx_crm_api_actions = {
    .name = ngx_string("actions"),
    .bit = 0x08,
    .routes = ngx_crm_api_actions_routes,
    .unlisted = &ngx_crm_api_actions_unlisted,
    .key_headers = ngx_crm_api_actions_key_headers,
    .token_headers = ngx_crm_api_actions_token_headers,
    .credentials = ngx_crm_api_actions_credentials,
    .words = ngx_crm_api_actions_words,
    .underscores = 1,

    .success = ngx_string(
        "{$payload,\"opstatus\":0,\"httpStatusCode\":$status?}"),
    .failure = ngx_string(
        "{\"opstatus\":$number,\"errcode\":$code?,\"errmsg\":$message?,"
        "\"httpStatusCode\":$status?}")
};
