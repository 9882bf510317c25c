/* Reasons, their names and the statuses that say them. */

#include "engine/ngx_crm_refuse_reason.h"


typedef struct {
    ngx_uint_t                 status;
    ngx_str_t                  name;
} ngx_crm_refuse_reason_t;


/* by ngx_crm_reason_e; the first of a status is what the status stands for */

static const ngx_crm_refuse_reason_t  ngx_crm_refuse_reasons[] = {
    { NGX_HTTP_OK, ngx_string("passed") },
    { NGX_HTTP_BAD_REQUEST, ngx_string("bad_request") },
    { NGX_HTTP_BAD_REQUEST, ngx_string("missing") },
    { NGX_HTTP_BAD_REQUEST, ngx_string("invalid") },
    { NGX_HTTP_BAD_REQUEST, ngx_string("invalid_json") },
    { NGX_HTTP_BAD_REQUEST, ngx_string("wrong_credentials") },
    { NGX_HTTP_BAD_REQUEST, ngx_string("wrong_otp") },
    { NGX_HTTP_FORBIDDEN, ngx_string("tls_required") },
    { NGX_HTTP_UNAUTHORIZED, ngx_string("wrong_api_key") },
    { NGX_HTTP_FORBIDDEN, ngx_string("forbidden_api_key") },
    { NGX_HTTP_UNAUTHORIZED, ngx_string("no_token") },
    { NGX_HTTP_UNAUTHORIZED, ngx_string("wrong_token") },
    { NGX_HTTP_FORBIDDEN, ngx_string("forbidden") },
    { NGX_HTTP_NOT_FOUND, ngx_string("not_found") },
    { NGX_HTTP_NOT_ALLOWED, ngx_string("method_not_allowed") },
    { NGX_HTTP_CONFLICT, ngx_string("conflict") },
    { NGX_HTTP_REQUEST_ENTITY_TOO_LARGE, ngx_string("too_large") },
    { NGX_HTTP_TOO_MANY_REQUESTS, ngx_string("too_many_requests") },
    { NGX_HTTP_INTERNAL_SERVER_ERROR, ngx_string("internal") },
    { NGX_HTTP_BAD_GATEWAY, ngx_string("bad_gateway") },
    { NGX_HTTP_SERVICE_UNAVAILABLE, ngx_string("unavailable") },
    { NGX_HTTP_GATEWAY_TIME_OUT, ngx_string("gateway_timeout") }
};


ngx_crm_reason_e
ngx_crm_refuse_reason(ngx_uint_t status)
{
    ngx_uint_t  i;

    for (i = NGX_CRM_BAD_REQUEST; i < NGX_CRM_NREASONS; i++) {

        /* a bare 403 is nobody's check, and a bare 401 asks for a token */

        if (i == NGX_CRM_TLS_REQUIRED || i == NGX_CRM_WRONG_API_KEY
            || i == NGX_CRM_FORBIDDEN_API_KEY)
        {
            continue;
        }

        if (ngx_crm_refuse_reasons[i].status == status) {
            return i;
        }
    }

    return (status >= NGX_HTTP_INTERNAL_SERVER_ERROR) ? NGX_CRM_INTERNAL
                                                      : NGX_CRM_BAD_REQUEST;
}


ngx_uint_t
ngx_crm_refuse_reason_status(ngx_crm_reason_e name)
{
    return ngx_crm_refuse_reasons[name].status;
}


const ngx_str_t *
ngx_crm_refuse_reason_name(ngx_crm_reason_e name)
{
    return &ngx_crm_refuse_reasons[name].name;
}
