/* DMT-lite unified customer: routes, clients, rules, words and shapes. */

#include "apis/ngx_crm_api_dmt.h"
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
#include "ngx_crm_sealed.h"


#define NONE      ngx_null_string
#define REFUSED   ngx_string("-1")
#define BROKEN    { ngx_string("4"), ngx_string("Internal Server Issue") }

#define CLIENT    NGX_CRM_NEEDS_KEY
#define GET_ONE   NGX_CRM_DEMANDS(1)
#define REGISTER  NGX_CRM_DEMANDS(2)


static const ngx_crm_route_t  ngx_crm_api_dmt_routes[] = {

    { NGX_HTTP_POST, ngx_string("/get-customer"), CLIENT|GET_ONE,
      NULL, NONE },
    { NGX_HTTP_POST, ngx_string("/process-customer-registration"),
      CLIENT|REGISTER, NULL, NONE },

    { 0, NONE, 0, NULL, NONE }
};

static const ngx_crm_route_t  ngx_crm_api_dmt_unlisted = {
    0, ngx_string("*"), CLIENT, NULL, NONE
};

static const ngx_crm_route_t  ngx_crm_api_dmt_answers[] = {
    NGX_CRM_API_FLOWS(CLIENT, 0)
};


static const ngx_str_t  ngx_crm_api_dmt_json = ngx_string("application/json");

static const ngx_crm_header_t  ngx_crm_api_dmt_headers[] = {
    { ngx_string("Content-Type"), NGX_CRM_HEADER_TYPE,
      &ngx_crm_api_dmt_json },
    { NONE, NGX_CRM_HEADER_TEXT, NULL }
};


#define NUMBER   ngx_string("Invalid mobile number")
#define USER     ngx_string("Username Must not be Empty")
#define NAME     ngx_string("Name Must Not Be Empty or Null")
#define NOBODY   ngx_string("Mobile number must Not Be Empty or Null")

#define MOBILE(text)                                                          \
    { .path = ngx_string("mobileNumber"), .kind = NGX_CRM_RULE_DIGITS,        \
      .n = 10, .missing = text, .invalid = NUMBER }
#define TEXT(member, text)                                                    \
    { .path = ngx_string(member), .missing = text }
#define DIGITS(member, many, may)                                             \
    { .path = ngx_string(member), .kind = NGX_CRM_RULE_DIGITS, .n = many,     \
      .optional = may }
#define ADDRESS(member)                                                       \
    { .path = ngx_string(member), .kind = NGX_CRM_RULE_ADDRESS }

static const ngx_crm_rule_t  ngx_crm_api_dmt_get_rules[] = {
    MOBILE(NUMBER),
    TEXT("username", USER),
    TEXT("latlong", NONE),
    ADDRESS("publicIP"),
    { .path = NONE }
};

static const ngx_crm_rule_t  ngx_crm_api_dmt_register_rules[] = {
    MOBILE(NOBODY),
    TEXT("name", NAME),
    DIGITS("otp", 6, 0),
    TEXT("username", USER),
    TEXT("latlong", NONE),
    ADDRESS("publicIP"),
    DIGITS("pincode", 6, 1),
    DIGITS("ovdData", 12, 1),
    { .path = NONE }
};

#undef TEXT

static const ngx_crm_echo_t  ngx_crm_api_dmt_get_echo[] = {
    { ngx_string("mobileNumber"), 0 },
    { NONE, 0 }
};

static const ngx_crm_echo_t  ngx_crm_api_dmt_register_echo[] = {
    { ngx_string("name"), 1 },
    { ngx_string("mobileNumber"), 0 },
    { ngx_string("paramA"), 1 },
    { ngx_string("paramB"), 1 },
    { ngx_string("paramC"), 1 },
    { NONE, 0 }
};

static const ngx_crm_demands_t  ngx_crm_api_dmt_demands[] = {
    [GET_ONE / NGX_CRM_DEMANDS(1)] = {
        .headers = ngx_crm_api_dmt_headers,
        .rules = ngx_crm_api_dmt_get_rules,
        .echo = ngx_crm_api_dmt_get_echo
    },
    [REGISTER / NGX_CRM_DEMANDS(1)] = {
        .headers = ngx_crm_api_dmt_headers,
        .rules = ngx_crm_api_dmt_register_rules,
        .echo = ngx_crm_api_dmt_register_echo,
        .broken = ngx_string("Internal Server Issue, Kindly Try After "
                             "Sometime"),
        .number = ngx_string("mobileNumber"),
        .code = ngx_string("otp")
    }
};

static const ngx_str_t  ngx_crm_api_dmt_pass[] = {
    ngx_string("pass_key"), NONE
};

static const ngx_str_t  ngx_crm_api_dmt_plain[] = {
    ngx_string("client_id"), ngx_string("client_secret"), NONE
};

static const ngx_crm_sealing_t  ngx_crm_api_dmt_sealing = {
    .pass = ngx_crm_api_dmt_pass,
    .plain = ngx_crm_api_dmt_plain,
    .secrets = ngx_string("header_secrets"),
    .members = { ngx_string("client_id"), ngx_string("client_secret"),
                 ngx_string("epoch") },
    .request = ngx_string("RequestData"),
    .response = ngx_string("ResponseData")
};

/* its numbers have ten digits, and its documents are Indian */

static const ngx_crm_terms_t  ngx_crm_api_dmt_terms = {
    .demands = ngx_crm_api_dmt_demands,
    .answers = ngx_crm_api_dmt_answers,
    .secret = ngx_string("client_secret"),
    .sealing = &ngx_crm_api_dmt_sealing,
    .country = ngx_string("IND")
};


static const ngx_str_t  ngx_crm_api_dmt_key_headers[] = {
    ngx_string("client_id"), NONE
};

static const ngx_str_t  ngx_crm_api_dmt_token_headers[] = {
    ngx_string("auth_token"), NONE
};


/* indexed by ngx_crm_reason_e */

static const ngx_crm_words_t  ngx_crm_api_dmt_words[] = {
    { NONE, NONE },
    { REFUSED, ngx_string("Invalid request") },
    { REFUSED, ngx_string("Invalid $parameter") },
    { REFUSED, ngx_string("Invalid $parameter") },
    { REFUSED, ngx_string("Invalid JSON") },
    { REFUSED, ngx_string("Invalid username or password") },
    { REFUSED, ngx_string("Invalid otp") },
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


const ngx_crm_api_t  ngx_crm_api_dmt = {
    .name = ngx_string("dmt"),
    .bit = 0x04,
    .routes = ngx_crm_api_dmt_routes,
    .unlisted = &ngx_crm_api_dmt_unlisted,
    .owned = ngx_string("contacts"),
    .key_headers = ngx_crm_api_dmt_key_headers,
    .token_headers = ngx_crm_api_dmt_token_headers,
    .terms = &ngx_crm_api_dmt_terms,
    .words = ngx_crm_api_dmt_words,
    .statuses = ngx_crm_api_dmt_statuses,
    .underscores = 1,

    .success = ngx_string(
        "{$payload,\"statusCode\":\"0\"?,\"statusDesc\":\"Success\"?,"
        "\"status\":\"SUCCESS\"}"),
    .failure = ngx_string(
        "{$payload,\"statusCode\":$code?,\"statusDesc\":$message?,"
        "\"KYCTypeFlag\":false?,\"status\":\"FAILED\"}"),
    .handle = ngx_string(NGX_CRM_API_HANDLE),
    .tokens = ngx_string(NGX_CRM_API_TOKENS)
};
