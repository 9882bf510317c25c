/* Customer Engagement Services: routes, headers, rules, words and shapes. */

#include "apis/ngx_crm_api_engagement.h"
#include "flows/ngx_crm_authenticate.h"
#include "flows/ngx_crm_change_password.h"
#include "flows/ngx_crm_forgot_password.h"
#include "flows/ngx_crm_login.h"
#include "flows/ngx_crm_otp_request.h"
#include "flows/ngx_crm_otp_validate.h"
#include "flows/ngx_crm_refresh.h"
#include "flows/ngx_crm_register.h"
#include "flows/ngx_crm_sign_out.h"
#include "flows/ngx_crm_verify_email.h"
#include "ngx_crm_demands.h"
#include "ngx_crm_flows.h"


#define NONE   ngx_null_string

#define LOGIN   NGX_CRM_DEMANDS(1)
#define SIGNUP  NGX_CRM_DEMANDS(2)
#define KYC     NGX_CRM_DEMANDS(3)
#define CODE    NGX_CRM_DEMANDS(4)


static const ngx_crm_route_t  ngx_crm_api_engagement_routes[] = {

    { NGX_HTTP_POST, ngx_string("/login"), LOGIN,
      ngx_crm_login, ngx_string("login") },
    { NGX_HTTP_POST, ngx_string("/signup"), SIGNUP, NULL, NONE },
    { NGX_HTTP_POST, ngx_string("/signup/kyc"), KYC, NULL, NONE },

    { 0, NONE, 0, NULL, NONE }
};

static const ngx_crm_route_t  ngx_crm_api_engagement_unlisted = {
    0, ngx_string("*"), NGX_CRM_NEEDS_TOKEN, NULL, NONE
};

static const ngx_crm_route_t  ngx_crm_api_engagement_answers[] = {
    NGX_CRM_API_FLOWS(0, CODE)
};


static const ngx_str_t  ngx_crm_api_engagement_day =
    ngx_string("DD-MM-YYYY");

/* letters that are not taken for digits */

static const ngx_str_t  ngx_crm_api_engagement_alphabets[] = {
    ngx_string("numbers"), ngx_string("0123456789"),
    ngx_string("alphabets"), ngx_string("ABCDEFGHJKLMNPQRSTUVWXYZ"),
    ngx_string("alphanumeric"),
    ngx_string("23456789ABCDEFGHJKLMNPQRSTUVWXYZ"),
    NONE
};

static const ngx_crm_header_t  ngx_crm_api_engagement_headers[] = {
    { ngx_string("correlationId"), NGX_CRM_HEADER_CORRELATION, NULL },
    { ngx_string("srDate"), NGX_CRM_HEADER_DATE,
      &ngx_crm_api_engagement_day },
    { ngx_string("source"), NGX_CRM_HEADER_TEXT, NULL },
    { ngx_string("destination"), NGX_CRM_HEADER_TEXT, NULL },
    { ngx_string("operation"), NGX_CRM_HEADER_TEXT, NULL },
    { NONE, NGX_CRM_HEADER_TEXT, NULL }
};

static const ngx_crm_header_t  ngx_crm_api_engagement_login_headers[] = {
    { ngx_string("type"), NGX_CRM_HEADER_TEXT, NULL },
    { NONE, NGX_CRM_HEADER_TEXT, NULL }
};

static const ngx_crm_header_t  ngx_crm_api_engagement_kyc_headers[] = {
    { ngx_string("type"), NGX_CRM_HEADER_TEXT, NULL },
    { ngx_string("Data"), NGX_CRM_HEADER_TEXT, NULL },
    { NONE, NGX_CRM_HEADER_TEXT, NULL }
};

static const ngx_crm_header_t  ngx_crm_api_engagement_code_headers[] = {
    { ngx_string("type"), NGX_CRM_HEADER_ALPHABET,
      ngx_crm_api_engagement_alphabets },
    { NONE, NGX_CRM_HEADER_TEXT, NULL }
};


#define TEXT(member, said)                                                    \
    { .path = ngx_string(member), .name = ngx_string(said) }
#define OPTIONAL(member, said, most)                                          \
    { .path = ngx_string(member), .name = ngx_string(said), .n = most,        \
      .optional = 1 }

static const ngx_crm_rule_t  ngx_crm_api_engagement_login_rules[] = {
    TEXT("email", "Email"),
    TEXT("password", "Password"),
    TEXT("source", "Source"),
    OPTIONAL("deviceId", "DeviceId", 256),
    OPTIONAL("fireBaseMessagingToken", "FireBaseMessagingToken", 4096),
    { .path = NONE }
};

static const ngx_crm_rule_t  ngx_crm_api_engagement_signup_rules[] = {
    TEXT("acctInfo.platform", "Platform"),
    TEXT("acctInfo.firstName", "FirstName"),
    TEXT("acctInfo.lastName", "LastName"),
    TEXT("acctInfo.emailAddress", "EmailAddress"),
    TEXT("password", "Password"),
    { .path = ngx_string("lineItems"), .kind = NGX_CRM_RULE_ARRAY,
      .optional = 1, .name = ngx_string("LineItems") },
    { .path = NONE }
};

#undef TEXT
#undef OPTIONAL

static const ngx_crm_demands_t  ngx_crm_api_engagement_demands[] = {
    [LOGIN / NGX_CRM_DEMANDS(1)] = {
        .headers = ngx_crm_api_engagement_login_headers,
        .rules = ngx_crm_api_engagement_login_rules
    },
    [SIGNUP / NGX_CRM_DEMANDS(1)] = {
        .rules = ngx_crm_api_engagement_signup_rules
    },
    [KYC / NGX_CRM_DEMANDS(1)] = {
        .headers = ngx_crm_api_engagement_kyc_headers
    },
    [CODE / NGX_CRM_DEMANDS(1)] = {
        .headers = ngx_crm_api_engagement_code_headers
    }
};

static const ngx_crm_terms_t  ngx_crm_api_engagement_terms = {
    .headers = ngx_crm_api_engagement_headers,
    .demands = ngx_crm_api_engagement_demands,
    .answers = ngx_crm_api_engagement_answers
};


static const ngx_str_t  ngx_crm_api_engagement_key_headers[] = {
    ngx_string("api_key"), NONE
};

static const ngx_str_t  ngx_crm_api_engagement_token_headers[] = {
    ngx_string("auth_token"), NONE
};


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


const ngx_crm_api_t  ngx_crm_api_engagement = {
    .name = ngx_string("engagement"),
    .bit = 0x02,
    .routes = ngx_crm_api_engagement_routes,
    .unlisted = &ngx_crm_api_engagement_unlisted,
    .owned = ngx_string("contacts"),
    .key_headers = ngx_crm_api_engagement_key_headers,
    .token_headers = ngx_crm_api_engagement_token_headers,
    .terms = &ngx_crm_api_engagement_terms,
    .words = ngx_crm_api_engagement_words,
    .statuses = ngx_crm_api_engagement_statuses,
    .underscores = 1,

    .success = ngx_string(
        "{\"response\":{\"success\":\"true\",\"result\":$payload}}"),
    .failure = ngx_string(
        "{\"response\":{\"result\":{\"arguments\":{"
        "\"statusCode\":\"$status\"?,\"errorCode\":$code?,"
        "\"errorMessage\":$message?}},\"success\":\"false\"}}"),
    .handle = ngx_string(NGX_CRM_API_HANDLE),
    .tokens = ngx_string(
        "{\"success\":\"true\",\"accessToken\":$access_token,"
        "\"response\":\"User logged in correctly\","
        "\"firstName\":$first_name,\"lastName\":$last_name,"
        "\"segment\":$segment,\"platform\":$platform,"
        "\"accountNumber\":$account_number,\"email\":$email,"
        "\"mobile\":$mobile,\"contactId\":$id,"
        "\"pushNotifications\":$push_notifications,"
        "\"doNotDisturb\":$do_not_disturb,\"roaming\":$roaming,"
        "\"accountId\":$account_id,\"profileImage\":$profile_image}")
};
