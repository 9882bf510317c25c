/* Customer Engagement Services: headers, words and shapes. */

#include "apis/ngx_crm_api_engagement.h"


#define NONE  ngx_null_string


/* indexed by ngx_crm_reason_e */

static const ngx_crm_words_t  ngx_crm_api_engagement_words[] = {
    { NONE, NONE },
    { ngx_string("BAD_REQUEST"), ngx_string("Bad request.") },
    { ngx_string("BAD_REQUEST"), ngx_string("Attribute '$parameter' not "
      "found in request.") },
    { ngx_string("BAD_REQUEST"), ngx_string("Attribute '$parameter' has an "
      "invalid value.") },
    { ngx_string("BAD_REQUEST"), ngx_string("Request is not valid JSON.") },
    { ngx_string("BAD_REQUEST"), ngx_string("Invalid username/password") },
    { ngx_string("BAD_REQUEST"), ngx_string("Invalid OTP") },
    { ngx_string("FORBIDDEN"), ngx_string("HTTPS is required.") },
    { ngx_string("UNAUTHORIZED"), ngx_string("Invalid API key.") },
    { ngx_string("FORBIDDEN"), ngx_string("The API key has no permission for "
      "this request.") },
    { ngx_string("UNAUTHORIZED"), ngx_string("A token is required.") },
    { ngx_string("UNAUTHORIZED"), ngx_string("Invalid token.") },
    { ngx_string("FORBIDDEN"), ngx_string("The request is not permitted.") },
    { ngx_string("NOT_FOUND"), ngx_string("Record not found.") },
    { ngx_string("METHOD_NOT_ALLOWED"), ngx_string("Method not allowed.") },
    { ngx_string("CONFLICT"), ngx_string("Record already exists.") },
    { ngx_string("PAYLOAD_TOO_LARGE"), ngx_string("The request is too "
      "large.") },
    { ngx_string("TOO_MANY_REQUESTS"), ngx_string("Too many requests.") },
    { ngx_string("INTERNAL_SERVER_ERROR"), ngx_string("Internal server "
      "error.") },
    { ngx_string("Downstream error"), ngx_string("- Not Able to connect with "
      "CRM.") },
    { ngx_string("SERVICE_UNAVAILABLE"), ngx_string("Service "
      "unavailable.") },
    { ngx_string("Downstream error"), ngx_string("- Not Able to connect with "
      "CRM.") }
};


static const ngx_crm_status_t  ngx_crm_api_engagement_statuses[] = {
    { NGX_HTTP_BAD_GATEWAY, NGX_HTTP_INTERNAL_SERVER_ERROR },
    { NGX_HTTP_GATEWAY_TIME_OUT, NGX_HTTP_INTERNAL_SERVER_ERROR },
    { 0, 0 }
};


static const ngx_crm_route_t  ngx_crm_api_engagement_routes[] = {
    { 0, NONE, 0, NULL, NONE }
};


static const ngx_crm_route_t  ngx_crm_api_engagement_unlisted = {
    0, ngx_string("*"), NGX_CRM_NEEDS_TOKEN, NULL, NONE
};


static const ngx_str_t  ngx_crm_api_engagement_key_headers[] = {
    ngx_string("api_key"),
    NONE
};

static const ngx_str_t  ngx_crm_api_engagement_token_headers[] = {
    ngx_string("auth_token"),
    NONE
};

static const ngx_str_t  ngx_crm_api_engagement_credentials[] = {
    ngx_string("authorization"),
    ngx_string("api_key"),
    ngx_string("auth_token"),
    NONE
};


const ngx_crm_api_t  ngx_crm_api_engagement = {
    .name = ngx_string("engagement"),
    .bit = 0x02,
    .routes = ngx_crm_api_engagement_routes,
    .unlisted = &ngx_crm_api_engagement_unlisted,
    .owned = ngx_string("contacts"),
    .key_headers = ngx_crm_api_engagement_key_headers,
    .token_headers = ngx_crm_api_engagement_token_headers,
    .credentials = ngx_crm_api_engagement_credentials,
    .words = ngx_crm_api_engagement_words,
    .statuses = ngx_crm_api_engagement_statuses,
    .underscores = 1,

    .success = ngx_string(
        "{\"response\":{\"success\":\"true\",\"result\":$payload}}"),
    .failure = ngx_string(
        "{\"response\":{\"result\":{\"arguments\":{"
        "\"statusCode\":\"$status\"?,\"errorCode\":$code?,"
        "\"errorMessage\":$message?}},\"success\":\"false\"}}")
};
