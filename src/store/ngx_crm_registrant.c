#include "store/ngx_crm_registrant.h"
#include "store/ngx_crm_member.h"
#include "store/ngx_crm_new_password.h"
#include "store/ngx_crm_person.h"
#include "store/ngx_crm_person_provider.h"
#include "engine/ngx_crm_refuse.h"
#include "base/ngx_crm_json.h"
#include "base/ngx_crm_scan_find.h"


typedef struct {
    ngx_str_t     name;
    ngx_int_t   (*read)(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
                    const ngx_crm_json_t *identity,
                    ngx_crm_registrant_t *who);
} ngx_crm_registrant_provider_t;


static ngx_int_t ngx_crm_registrant_identity(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_json_t *identity,
    ngx_crm_registrant_t *who);
static ngx_int_t ngx_crm_registrant_email(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_json_t *identity,
    ngx_crm_registrant_t *who);
static ngx_int_t ngx_crm_registrant_phone(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_json_t *identity,
    ngx_crm_registrant_t *who);
static ngx_int_t ngx_crm_registrant_upstream(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_json_t *identity,
    ngx_crm_registrant_t *who);


static const ngx_crm_registrant_provider_t  ngx_crm_registrant_providers[] = {
    { ngx_string("EMAIL"), ngx_crm_registrant_email },
    { ngx_string("PHONE"), ngx_crm_registrant_phone },
    { ngx_string("FACEBOOK"), ngx_crm_registrant_upstream },
    { ngx_string("GOOGLE"), ngx_crm_registrant_upstream },
    { ngx_null_string, NULL }
};

static const ngx_str_t  ngx_crm_registrant_member = ngx_string("identity");
static const ngx_str_t  ngx_crm_registrant_password = ngx_string("password");


ngx_int_t
ngx_crm_registrant_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_registrant_t *who)
{
    ngx_int_t              rc;
    ngx_str_t              text;
    const ngx_crm_json_t  *identity;

    static const ngx_str_t  first = ngx_string("first_name");
    static const ngx_str_t  last = ngx_string("last_name");

    rc = ngx_crm_json_object(ctx->body, &ngx_crm_registrant_member,
                             &identity);
    if (rc != NGX_OK) {
        return ngx_crm_refuse(ctx, rc == NGX_ERROR ? NGX_CRM_INVALID
                                                   : NGX_CRM_MISSING,
                              &ngx_crm_registrant_member);
    }

    rc = ngx_crm_registrant_identity(r, ctx, identity, who);
    if (rc != NGX_OK) {
        return rc;
    }

    /* not left to the CRM, which is asked about new people alone */

    rc = ngx_crm_member_mandatory(ctx, ctx->body, &first, &text);
    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_crm_member_mandatory(ctx, ctx->body, &last, &text);
}


static ngx_int_t
ngx_crm_registrant_identity(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_json_t *identity, ngx_crm_registrant_t *who)
{
    ngx_int_t                             rc;
    ngx_str_t                             name, code;
    const ngx_crm_registrant_provider_t  *p;

    static const ngx_str_t  pass_code = ngx_string("pass_code");
    static const ngx_str_t  provider = ngx_string("provider");

    rc = ngx_crm_member_optional(ctx, ctx->body, &pass_code, &code);
    if (rc != NGX_OK) {
        return rc;
    }

    if (code.len) {
        return NGX_DECLINED;
    }

    rc = ngx_crm_member_mandatory(ctx, identity, &provider, &name);
    if (rc != NGX_OK) {
        return rc;
    }

    for (p = ngx_crm_registrant_providers; p->read; p++) {
        if (p->name.len == name.len
            && ngx_memcmp(p->name.data, name.data, name.len) == 0)
        {
            return p->read(r, ctx, identity, who);
        }
    }

    return ngx_crm_refuse(ctx, NGX_CRM_INVALID, &provider);
}


static ngx_int_t
ngx_crm_registrant_email(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_json_t *identity, ngx_crm_registrant_t *who)
{
    ngx_int_t  rc;

    who->channel = NGX_CRM_MAIL;

    rc = ngx_crm_person_provider_email(r, ctx, identity);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_crm_member_optional(ctx, identity, &ngx_crm_registrant_password,
                                 &who->password);

    if (rc != NGX_OK || who->password.len == 0) {
        return rc;
    }

    if (!ngx_crm_new_password_is_long(r, &who->password)
        || ngx_crm_new_password_is_name(&who->password,
                                        &ctx->person->credentials[0].value))
    {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID,
                              &ngx_crm_registrant_password);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_registrant_phone(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_json_t *identity, ngx_crm_registrant_t *who)
{
    who->channel = NGX_CRM_SMS;

    return ngx_crm_person_provider_phone(r, ctx, identity);
}


static ngx_int_t
ngx_crm_registrant_upstream(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_json_t *identity, ngx_crm_registrant_t *who)
{
    return NGX_DECLINED;
}


ngx_int_t
ngx_crm_registrant_body(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_str_t *body)
{
    u_char          *p, *end;
    ngx_str_t        text;
    ngx_crm_span_t   value, identity, cut;

    text = ctx->text;

    if (ngx_crm_scan_text(&text, &value) != NGX_OK
        || ngx_crm_scan_find(&value, &ngx_crm_registrant_member, &identity)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_crm_scan_find_cut(&identity, &ngx_crm_registrant_password, &cut)
        != NGX_OK)
    {
        *body = text;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, text.len - cut.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;
    body->len = text.len - cut.len;

    end = text.data + text.len;

    p = ngx_cpymem(p, text.data, cut.data - text.data);
    ngx_memcpy(p, cut.data + cut.len, end - (cut.data + cut.len));

    return NGX_OK;
}
