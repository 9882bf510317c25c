/*
 * What all APIs have in common.  The flows that each offers by crm_answer,
 * where its own table has no path for them: the file that lists them includes
 * their headers.
 */

#ifndef _NGX_CRM_FLOWS_H_INCLUDED_
#define _NGX_CRM_FLOWS_H_INCLUDED_


/* Rows: what a way in needs, and an OTP flow besides. */
#define NGX_CRM_API_FLOWS(needs, otp)                                         \
    { NGX_HTTP_POST, ngx_string("authenticate"), needs,                       \
      ngx_crm_authenticate, ngx_string("authenticate") },                     \
    { NGX_HTTP_POST, ngx_string("login"), needs,                              \
      ngx_crm_login, ngx_string("login") },                                   \
    { NGX_HTTP_POST, ngx_string("otp-request"), (needs)|(otp),                \
      ngx_crm_otp_request, ngx_string("otp-request") },                       \
    { NGX_HTTP_POST, ngx_string("otp-validate"), (needs)|(otp),               \
      ngx_crm_otp_validate, ngx_string("otp-validate") },                     \
    { NGX_HTTP_POST, ngx_string("refresh"), (needs)|NGX_CRM_NO_BODY,          \
      ngx_crm_refresh, ngx_string("refresh") },                               \
    { NGX_HTTP_POST, ngx_string("register"), needs,                           \
      ngx_crm_register, ngx_string("register") },                             \
    { NGX_HTTP_POST, ngx_string("forgot-password"), needs,                    \
      ngx_crm_forgot_password, ngx_string("forgot-password") },               \
    { NGX_HTTP_POST, ngx_string("change-password"), 0,                        \
      ngx_crm_change_password, ngx_string("change-password") },               \
    { NGX_HTTP_GET, ngx_string("verify-email/{token}"), 0,                    \
      ngx_crm_verify_email, ngx_string("verify-email") },                     \
    { NGX_HTTP_POST, ngx_string("sign-out"),                                  \
      NGX_CRM_NEEDS_TOKEN|NGX_CRM_NO_BODY,                                    \
      ngx_crm_sign_out, ngx_string("sign-out") },                             \
    { 0, ngx_null_string, 0, NULL, ngx_null_string }

/* The token reply and the OTP reply of APIs whose documents have none. */
#define NGX_CRM_API_TOKENS                                                    \
    "{\"accessToken\":$access_token,\"refreshToken\":$refresh_token,"         \
    "\"exp\":$exp,\"contactId\":$id,\"firstName\":$first_name,"               \
    "\"lastName\":$last_name}"

#define NGX_CRM_API_HANDLE                                                    \
    "{\"obfuscated_value\":$obfuscated_value,\"auth_otp\":$auth_otp}"


#endif /* _NGX_CRM_FLOWS_H_INCLUDED_ */
