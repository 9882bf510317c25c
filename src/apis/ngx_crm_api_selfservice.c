/* CRM.COM Self-Service v1: routes, headers, words and shapes. */

#include "apis/ngx_crm_api_selfservice.h"
#include "flows/ngx_crm_authenticate.h"
#include "flows/ngx_crm_change_password.h"
#include "flows/ngx_crm_forgot_password.h"
#include "flows/ngx_crm_otp_request.h"
#include "flows/ngx_crm_otp_validate.h"
#include "flows/ngx_crm_refresh.h"
#include "flows/ngx_crm_register.h"
#include "flows/ngx_crm_sign_out.h"
#include "flows/ngx_crm_verify_email.h"
#include "ngx_crm_demands.h"
#include "ngx_crm_flows.h"


#define KEY    NGX_CRM_NEEDS_KEY
#define TOKEN  NGX_CRM_NEEDS_TOKEN
#define OWN    (NGX_CRM_NEEDS_TOKEN|NGX_CRM_OWN_DATA)

#define GET    NGX_HTTP_GET
#define POST   NGX_HTTP_POST
#define PUT    NGX_HTTP_PUT
#define DELETE NGX_HTTP_DELETE

#define NONE   ngx_null_string

/* rows of the table of demands, beside what a route needs */
#define CHANGE NGX_CRM_DEMANDS(1)


static const ngx_crm_route_t  ngx_crm_api_selfservice_routes[] = {

    { POST, ngx_string("/contacts/authenticate"), KEY,
      ngx_crm_authenticate, ngx_string("authenticate") },
    { POST, ngx_string("/contacts/otp"), KEY,
      ngx_crm_otp_request, ngx_string("otp-request") },
    { POST, ngx_string("/contacts/validate-otp"), KEY,
      ngx_crm_otp_validate, ngx_string("otp-validate") },

    { POST, ngx_string("/contacts/refresh"), KEY|NGX_CRM_NO_BODY,
      ngx_crm_refresh, ngx_string("refresh") },
    { POST, ngx_string("/contacts/forgot_password"), KEY,
      ngx_crm_forgot_password, ngx_string("forgot-password") },
    { POST, ngx_string("/contacts/change_password"), 0,
      ngx_crm_change_password, ngx_string("change-password") },
    { GET, ngx_string("/contacts/verify_email/{token}"), 0,
      ngx_crm_verify_email, ngx_string("verify-email") },
    { POST, ngx_string("/contacts/register"), KEY,
      ngx_crm_register, ngx_string("register") },
    { POST, ngx_string("/contacts/{id}/sign_out"), OWN|NGX_CRM_NO_BODY,
      ngx_crm_sign_out, ngx_string("sign-out") },

    { POST, ngx_string("/contacts/{id}/wifi/authorization"), KEY,
      NULL, NONE },
    { GET, ngx_string("/contacts/{id}/approval_requests"), OWN, NULL, NONE },
    { POST, ngx_string("/approval_requests/{id}/actions"),
      TOKEN|NGX_CRM_BODY_TOKEN, NULL, NONE },
    { POST, ngx_string("/upload/files"), TOKEN, NULL, NONE },
    { GET|DELETE, ngx_string("/files/{id}"), TOKEN, NULL, NONE },
    { DELETE, ngx_string("/service_requests/{id}/files/{id}"), TOKEN,
      NULL, NONE },
    { GET, ngx_string("/contacts/{id}/communications"), OWN, NULL, NONE },
    { GET, ngx_string("/communications/{id}"), TOKEN, NULL, NONE },
    { PUT, ngx_string("/communications/{id}/actions"), TOKEN, NULL, NONE },
    { POST, ngx_string("/printout"), TOKEN, NULL, NONE },
    { GET, ngx_string("/contacts/{id}"), OWN, NULL, NONE },
    { PUT, ngx_string("/contacts/{id}"), OWN|CHANGE, NULL, NONE },
    { DELETE, ngx_string("/contacts/{id}"), OWN|NGX_CRM_ENDS_CONTACT,
      NULL, NONE },
    { PUT, ngx_string("/contacts/{id}/consents"), OWN, NULL, NONE },
    { GET|PUT, ngx_string("/contacts/{id}/demographics"), OWN, NULL, NONE },
    { GET|PUT, ngx_string("/contacts/{id}/preferences"), OWN, NULL, NONE },

    { 0, NONE, 0, NULL, NONE }
};


static const ngx_crm_route_t  ngx_crm_api_selfservice_unlisted = {
    0, ngx_string("*"), TOKEN, NULL, NONE
};


static const ngx_str_t  ngx_crm_api_selfservice_key_headers[] = {
    ngx_string("api_key"), NONE
};

static const ngx_str_t  ngx_crm_api_selfservice_token_headers[] = {
    ngx_string("auth_token"), NONE
};

static const ngx_crm_rule_t  ngx_crm_api_selfservice_change_rules[] = {
    { .path = ngx_string("email_address"), .optional = 1 },
    { .path = NONE }
};

static const ngx_crm_demands_t  ngx_crm_api_selfservice_demands[] = {
    [CHANGE / NGX_CRM_DEMANDS(1)] = {
        .rules = ngx_crm_api_selfservice_change_rules,
        .address = ngx_string("email_address")
    }
};

static const ngx_crm_terms_t  ngx_crm_api_selfservice_terms = {
    .demands = ngx_crm_api_selfservice_demands
};


#define EXCEPTION(name)  ngx_string("CRM.EXCEPTIONS." name "EXCEPTION")

/* indexed by ngx_crm_reason_e */

static const ngx_crm_words_t  ngx_crm_api_selfservice_words[] = {
    { NONE, NONE },
    { EXCEPTION("INVALIDVALUE"), ngx_string("Bad request.") },
    { EXCEPTION("MANDATORYFIELD"), ngx_string("A mandatory field is "
      "missing.") },
    { EXCEPTION("INVALIDVALUE"), ngx_string("A field has an invalid "
      "value.") },
    { EXCEPTION("INVALIDJSON"), ngx_string("The body is not valid JSON.") },
    { EXCEPTION("INVALIDCREDENTIALS"), ngx_string("Invalid username or "
      "password.") },
    { EXCEPTION("INVALIDOTP"), ngx_string("Invalid one-time password.") },
    { EXCEPTION("HTTPSREQUIRED"), ngx_string("HTTPS is required.") },
    { EXCEPTION("INVALIDAPIKEY"), ngx_string("Invalid API key.") },
    { EXCEPTION("FORBIDDEN"), ngx_string("The API key has no permission for "
      "this request.") },
    { EXCEPTION("INVALIDTOKEN"), ngx_string("A token is required.") },
    { EXCEPTION("INVALIDTOKEN"), ngx_string("Invalid token.") },
    { EXCEPTION("FORBIDDEN"), ngx_string("The request is not permitted.") },
    { EXCEPTION("NOTFOUND"), ngx_string("Record not found.") },
    { EXCEPTION("METHODNOTALLOWED"), ngx_string("Method not allowed.") },
    { EXCEPTION("ALREADYEXISTS"), ngx_string("Record already exists.") },
    { EXCEPTION("TOOLARGE"), ngx_string("The request is too large.") },
    { EXCEPTION("TOOMANYREQUESTS"), ngx_string("Too many requests.") },
    { EXCEPTION("SERVER"), ngx_string("Internal server error.") },
    { EXCEPTION("BADGATEWAY"), ngx_string("Bad gateway.") },
    { EXCEPTION("UNAVAILABLE"), ngx_string("Service unavailable.") },
    { EXCEPTION("GATEWAYTIMEOUT"), ngx_string("Gateway timeout.") }
};


const ngx_crm_api_t  ngx_crm_api_selfservice = {
    .name = ngx_string("selfservice"),
    .bit = 0x01,
    .routes = ngx_crm_api_selfservice_routes,
    .unlisted = &ngx_crm_api_selfservice_unlisted,
    .owned = ngx_string("contacts"),
    .key_headers = ngx_crm_api_selfservice_key_headers,
    .token_headers = ngx_crm_api_selfservice_token_headers,
    .refresh_header = ngx_string("refresh_token"),
    .words = ngx_crm_api_selfservice_words,
    .terms = &ngx_crm_api_selfservice_terms,
    .by_status = 1,
    .underscores = 1,

    .success = ngx_string("$payload"),
    .failure = ngx_string(
        "{\"status\":$status?,\"message\":$message?,\"error\":$code,"
        "\"parameters\":$parameters?}"),
    .handle = ngx_string(
        "{\"obfuscated_value\":$obfuscated_value,\"auth_otp\":$auth_otp}"),
    .tokens = ngx_string(
        "{\"access_token\":$access_token,\"refresh_token\":$refresh_token,"
        "\"exp\":$exp,\"contact\":{\"id\":$id,\"title\":$title,"
        "\"first_name\":$first_name,\"last_name\":$last_name,"
        "\"company_name\":$company_name,\"avatar\":$avatar,"
        "\"is_verified\":$is_verified},\"organisations\":$organisations}")
};
