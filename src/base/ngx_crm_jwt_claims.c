#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_jwt_claims.h"
#include "base/ngx_crm_scan_integer.h"
#include "base/ngx_crm_scan_object.h"
#include "base/ngx_crm_text.h"


enum {
    NGX_CRM_JWT_CLAIMS_SUB,
    NGX_CRM_JWT_CLAIMS_SID,
    NGX_CRM_JWT_CLAIMS_APP,
    NGX_CRM_JWT_CLAIMS_MODE,
    NGX_CRM_JWT_CLAIMS_EXP,
    NGX_CRM_JWT_CLAIMS_NBF,
    NGX_CRM_JWT_CLAIMS_IAT,
    NGX_CRM_JWT_CLAIMS_ISS,
    NGX_CRM_JWT_CLAIMS_AUD,
    NGX_CRM_JWT_CLAIMS_ALL
};


static const char *ngx_crm_jwt_claims_times(ngx_crm_jwt_claims_t *claims,
    const ngx_crm_span_t *values);
static ngx_int_t ngx_crm_jwt_claims_time(const ngx_crm_span_t *value,
    time_t *t);
static const char *ngx_crm_jwt_claims_parties(const ngx_crm_span_t *values,
    const ngx_crm_jwt_rules_t *rules);
static ngx_uint_t ngx_crm_jwt_claims_audience(const ngx_crm_span_t *value,
    const ngx_str_t *audience);
static const char *ngx_crm_jwt_claims_mode(ngx_crm_jwt_claims_t *claims,
    const ngx_crm_span_t *value);
static ngx_int_t ngx_crm_jwt_claims_id(const ngx_crm_span_t *value,
    ngx_str_t *text);
static ngx_int_t ngx_crm_jwt_claims_text(const ngx_crm_span_t *value,
    ngx_str_t *text);


static const ngx_str_t  ngx_crm_jwt_claims_names[] = {
    ngx_string("sub"),
    ngx_string("sid"),
    ngx_string("app"),
    ngx_string("mode"),
    ngx_string("exp"),
    ngx_string("nbf"),
    ngx_string("iat"),
    ngx_string("iss"),
    ngx_string("aud")
};


/* by ngx_crm_mode_e */

static const ngx_str_t  ngx_crm_jwt_claims_modes[] = {
    ngx_string("live"),
    ngx_string("test")
};


const char *
ngx_crm_jwt_claims_read(ngx_crm_jwt_claims_t *claims, ngx_str_t *payload,
    const ngx_crm_jwt_rules_t *rules)
{
    const char      *why;
    ngx_crm_span_t   values[NGX_CRM_JWT_CLAIMS_ALL];

    if (ngx_crm_scan_object_read(payload, ngx_crm_jwt_claims_names,
                                 NGX_CRM_JWT_CLAIMS_ALL, values)
        != NGX_OK)
    {
        return "payload";
    }

    why = ngx_crm_jwt_claims_times(claims, values);

    if (why == NULL) {
        why = ngx_crm_jwt_claims_when(claims, rules);
    }

    if (why == NULL) {
        why = ngx_crm_jwt_claims_parties(values, rules);
    }

    if (why != NULL) {
        return why;
    }

    if (ngx_crm_jwt_claims_id(&values[NGX_CRM_JWT_CLAIMS_SUB], &claims->sub)
        != NGX_OK
        || claims->sub.len == 0)
    {
        return "sub";
    }

    if (ngx_crm_jwt_claims_id(&values[NGX_CRM_JWT_CLAIMS_SID], &claims->sid)
        != NGX_OK)
    {
        return "sid";
    }

    if (ngx_crm_jwt_claims_id(&values[NGX_CRM_JWT_CLAIMS_APP], &claims->app)
        != NGX_OK)
    {
        return "app";
    }

    return ngx_crm_jwt_claims_mode(claims, &values[NGX_CRM_JWT_CLAIMS_MODE]);
}


static const char *
ngx_crm_jwt_claims_times(ngx_crm_jwt_claims_t *claims,
    const ngx_crm_span_t *values)
{
    if (values[NGX_CRM_JWT_CLAIMS_EXP].data == NULL) {
        return "no exp";
    }

    if (ngx_crm_jwt_claims_time(&values[NGX_CRM_JWT_CLAIMS_EXP],
                                &claims->exp)
        != NGX_OK)
    {
        return "exp";
    }

    if (ngx_crm_jwt_claims_time(&values[NGX_CRM_JWT_CLAIMS_NBF],
                                &claims->nbf)
        != NGX_OK)
    {
        return "nbf";
    }

    return (ngx_crm_jwt_claims_time(&values[NGX_CRM_JWT_CLAIMS_IAT],
                                    &claims->iat)
            == NGX_OK) ? NULL : "iat";
}


/* absent, it is 0 */

static ngx_int_t
ngx_crm_jwt_claims_time(const ngx_crm_span_t *value, time_t *t)
{
    int64_t  n;

    n = 0;

    if (value->data && ngx_crm_scan_integer(value, &n) != NGX_OK) {
        return NGX_DECLINED;
    }

    *t = (time_t) n;

    return (*t == n) ? NGX_OK : NGX_DECLINED;
}


const char *
ngx_crm_jwt_claims_when(const ngx_crm_jwt_claims_t *claims,
    const ngx_crm_jwt_rules_t *rules)
{
    if (rules->now >= claims->exp + rules->leeway) {
        return "expired";
    }

    if (claims->nbf > rules->now + rules->leeway) {
        return "nbf";
    }

    return (claims->iat > rules->now + rules->leeway) ? "iat" : NULL;
}


static const char *
ngx_crm_jwt_claims_parties(const ngx_crm_span_t *values,
    const ngx_crm_jwt_rules_t *rules)
{
    ngx_str_t              issuer;
    const ngx_crm_span_t  *iss, *aud;

    iss = &values[NGX_CRM_JWT_CLAIMS_ISS];
    aud = &values[NGX_CRM_JWT_CLAIMS_AUD];

    if (rules->issuer.len
        && (ngx_crm_jwt_claims_text(iss, &issuer) != NGX_OK
            || !ngx_crm_text_same(issuer.data, issuer.len,
                                  rules->issuer.data, rules->issuer.len)))
    {
        return "iss";
    }

    if (rules->audience.len
        && !ngx_crm_jwt_claims_audience(aud, &rules->audience))
    {
        return "aud";
    }

    return NULL;
}


/* RFC 7519 section 4.1.3: a text, or an array of texts, one of them ours */

static ngx_uint_t
ngx_crm_jwt_claims_audience(const ngx_crm_span_t *value,
    const ngx_str_t *audience)
{
    u_char          *p, *end;
    ngx_str_t        text;
    ngx_uint_t       found;
    ngx_crm_span_t   element;

    if (value->data == NULL || *value->data != '[') {
        return ngx_crm_jwt_claims_text(value, &text) == NGX_OK
               && ngx_crm_text_same(text.data, text.len, audience->data,
                                    audience->len);
    }

    found = 0;
    end = value->data + value->len - 1;
    p = ngx_crm_scan_space(value->data + 1, end);

    while (p < end) {
        element.data = p;

        p = ngx_crm_scan_value(p, end);

        element.len = p - element.data;

        if (ngx_crm_jwt_claims_text(&element, &text) != NGX_OK) {
            return 0;
        }

        if (ngx_crm_text_same(text.data, text.len, audience->data,
                              audience->len))
        {
            found = 1;
        }

        p = ngx_crm_scan_space(p, end);

        if (p < end) {
            p = ngx_crm_scan_space(p + 1, end);
        }
    }

    return found;
}


static const char *
ngx_crm_jwt_claims_mode(ngx_crm_jwt_claims_t *claims,
    const ngx_crm_span_t *value)
{
    ngx_uint_t        i;
    const ngx_str_t  *mode;

    if (value->data == NULL) {
        claims->mode = ngx_crm_jwt_claims_modes[claims->key->mode ? 1 : 0];
        return NULL;
    }

    if (ngx_crm_jwt_claims_text(value, &claims->mode) != NGX_OK) {
        return "mode";
    }

    for (i = 0; i < 2; i++) {
        mode = &ngx_crm_jwt_claims_modes[i];

        if (ngx_crm_text_same(claims->mode.data, claims->mode.len,
                              mode->data, mode->len))
        {
            claims->mode = *mode;
            return NULL;
        }
    }

    return "mode";
}


/* absent, it is empty */

static ngx_int_t
ngx_crm_jwt_claims_id(const ngx_crm_span_t *value, ngx_str_t *text)
{
    ngx_str_null(text);

    if (value->data == NULL) {
        return NGX_OK;
    }

    if (ngx_crm_jwt_claims_text(value, text) != NGX_OK
        || !ngx_crm_text_is_id(text))
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/*
 * Unescapes a string where it stands, so only once.  Returns NGX_DECLINED
 * where the value is none.
 */

static ngx_int_t
ngx_crm_jwt_claims_text(const ngx_crm_span_t *value, ngx_str_t *text)
{
    if (value->data == NULL || *value->data != '"') {
        return NGX_DECLINED;
    }

    text->len = ngx_crm_scan_unescape(value->data, value);
    text->data = value->data;

    return NGX_OK;
}
