/* Customer Actions Management: routes, headers, rules, words and shapes. */

#include "apis/ngx_crm_api_actions.h"
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


#define NONE  ngx_null_string

#define KEY       NGX_CRM_NEEDS_KEY
#define TOKEN     NGX_CRM_NEEDS_TOKEN

#define CREATE    NGX_CRM_DEMANDS(1)
#define UPDATE    NGX_CRM_DEMANDS(2)
#define UPLOAD    NGX_CRM_DEMANDS(3)
#define ACTION    NGX_CRM_DEMANDS(4)
#define QUESTION  NGX_CRM_DEMANDS(5)


static const ngx_crm_route_t  ngx_crm_api_actions_routes[] = {

    { NGX_HTTP_POST, ngx_string("/PersonalInfo/createProspectProfile"),
      TOKEN|CREATE, NULL, NONE },
    { NGX_HTTP_POST, ngx_string("/PersonalInfo/updateProspectProfile"),
      KEY|UPDATE, NULL, NONE },
    { NGX_HTTP_POST, ngx_string("/UserAction/uploadDocument"),
      KEY|UPLOAD, NULL, NONE },
    { NGX_HTTP_POST, ngx_string("/UserAction/getUserActions"),
      KEY, NULL, NONE },
    { NGX_HTTP_POST, ngx_string("/UserAction/updateUserAction"),
      KEY|ACTION, NULL, NONE },
    { NGX_HTTP_POST, ngx_string("/UserAction/updateUserActionBulk"),
      KEY, NULL, NONE },
    { NGX_HTTP_POST, ngx_string("/UserAction/createPreRequirements"),
      KEY|QUESTION, NULL, NONE },

    { 0, NONE, 0, NULL, NONE }
};

static const ngx_crm_route_t  ngx_crm_api_actions_unlisted = {
    0, ngx_string("*"), TOKEN, NULL, NONE
};

static const ngx_crm_route_t  ngx_crm_api_actions_answers[] = {
    NGX_CRM_API_FLOWS(KEY, 0)
};


#define TEXT(member)  { .path = ngx_string(member) }

static const ngx_crm_rule_t  ngx_crm_api_actions_create_rules[] = {
    TEXT("FirstName"),
    TEXT("LastName"),
    { .path = ngx_string("DateOfBirth"), .kind = NGX_CRM_RULE_DATE },
    TEXT("Email"),
    TEXT("MobileCountryCode"),
    TEXT("MobileNumber"),
    { .path = NONE }
};

static const ngx_crm_rule_t  ngx_crm_api_actions_update_rules[] = {
    TEXT("EntityId"),
    { .path = NONE }
};

static const ngx_crm_rule_t  ngx_crm_api_actions_upload_rules[] = {
    TEXT("UserActionIdentifier"),
    { .path = ngx_string("Response"), .kind = NGX_CRM_RULE_FILES,
      .n = 2 * 1024 * 1024 },
    { .path = NONE }
};

static const ngx_crm_rule_t  ngx_crm_api_actions_action_rules[] = {
    TEXT("UserActionIdentifier"),
    TEXT("Status"),
    { .path = NONE }
};

static const ngx_crm_rule_t  ngx_crm_api_actions_question_rules[] = {
    { .path = NONE }
};

#undef TEXT

static const ngx_crm_demands_t  ngx_crm_api_actions_demands[] = {
    [CREATE / NGX_CRM_DEMANDS(1)] = {
        .rules = ngx_crm_api_actions_create_rules
    },
    [UPDATE / NGX_CRM_DEMANDS(1)] = {
        .rules = ngx_crm_api_actions_update_rules
    },
    [UPLOAD / NGX_CRM_DEMANDS(1)] = {
        .rules = ngx_crm_api_actions_upload_rules
    },
    [ACTION / NGX_CRM_DEMANDS(1)] = {
        .rules = ngx_crm_api_actions_action_rules
    },
    [QUESTION / NGX_CRM_DEMANDS(1)] = {
        .rules = ngx_crm_api_actions_question_rules,
        .form = ngx_string("jsondata")
    }
};

/* a file of 2 MiB in base64, and what stands around it */

static const ngx_crm_terms_t  ngx_crm_api_actions_terms = {
    .demands = ngx_crm_api_actions_demands,
    .answers = ngx_crm_api_actions_answers,
    .body = 4 * 1024 * 1024
};


static const ngx_str_t  ngx_crm_api_actions_key_headers[] = {
    ngx_string("api_key"), ngx_string("x-kony-app-key"), NONE
};

static const ngx_str_t  ngx_crm_api_actions_token_headers[] = {
    ngx_string("auth_token"), ngx_string("x-kony-authorization"), NONE
};


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


const ngx_crm_api_t  ngx_crm_api_actions = {
    .name = ngx_string("actions"),
    .bit = 0x08,
    .routes = ngx_crm_api_actions_routes,
    .unlisted = &ngx_crm_api_actions_unlisted,
    .owned = ngx_string("contacts"),
    .key_headers = ngx_crm_api_actions_key_headers,
    .token_headers = ngx_crm_api_actions_token_headers,
    .terms = &ngx_crm_api_actions_terms,
    .words = ngx_crm_api_actions_words,
    .underscores = 1,

    .success = ngx_string(
        "{$payload,\"opstatus\":0,\"httpStatusCode\":$status?}"),
    .failure = ngx_string(
        "{\"opstatus\":$number,\"errcode\":$code?,\"errmsg\":$message?,"
        "\"httpStatusCode\":$status?}"),
    .handle = ngx_string(NGX_CRM_API_HANDLE),
    .tokens = ngx_string(NGX_CRM_API_TOKENS)
};
