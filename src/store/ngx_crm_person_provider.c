#include "store/ngx_crm_person_provider.h"
#include "store/ngx_crm_member.h"
#include "store/ngx_crm_person.h"
#include "engine/ngx_crm_refuse.h"


static ngx_int_t ngx_crm_person_provider_add(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_json_t *tree,
    const ngx_str_t *credential, const ngx_str_t *member,
    const ngx_str_t *country);


ngx_int_t
ngx_crm_person_provider_email(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_json_t *tree)
{
    static const ngx_str_t  email = ngx_string("EMAIL");
    static const ngx_str_t  username = ngx_string("username");

    return ngx_crm_person_provider_add(r, ctx, tree, &email, &username, NULL);
}


ngx_int_t
ngx_crm_person_provider_phone(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_json_t *tree)
{
    ngx_int_t  rc;
    ngx_str_t  text, code;

    static const ngx_str_t  phone = ngx_string("PHONE");
    static const ngx_str_t  number = ngx_string("phone_number");
    static const ngx_str_t  country = ngx_string("country_code");

    rc = ngx_crm_member_mandatory(ctx, tree, &number, &text);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_crm_member_optional(ctx, tree, &country, &code);
    if (rc != NGX_OK) {
        return rc;
    }

    if (code.len == 0 && text.data[0] != '+'
        && ngx_strncmp(text.data, "00", 2) != 0)
    {
        return ngx_crm_refuse(ctx, NGX_CRM_MISSING, &country);
    }

    return ngx_crm_person_provider_add(r, ctx, tree, &phone, &number, &code);
}


ngx_int_t
ngx_crm_person_provider_mac(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_json_t *tree)
{
    static const ngx_str_t  mac = ngx_string("MAC_ADDRESS");
    static const ngx_str_t  address = ngx_string("mac_address");

    return ngx_crm_person_provider_add(r, ctx, tree, &mac, &address, NULL);
}


static ngx_int_t
ngx_crm_person_provider_add(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_json_t *tree, const ngx_str_t *credential,
    const ngx_str_t *member, const ngx_str_t *country)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    rc = ngx_crm_member_mandatory(ctx, tree, member, &text);
    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_crm_person_create(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = ngx_crm_person_add(r, ctx, credential, &text, country);

    if (rc == NGX_DECLINED) {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID, member);
    }

    return rc;
}
