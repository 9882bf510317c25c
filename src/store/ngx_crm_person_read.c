/* The names are those of contract.md; all but two are kinds of the store. */

#include "store/ngx_crm_person_read.h"
#include "store/ngx_crm_member.h"
#include "store/ngx_crm_person.h"
#include "engine/ngx_crm_refuse.h"
#include "base/ngx_crm_json.h"
#include "ngx_crm_demands.h"


static ngx_uint_t ngx_crm_person_read_has(const ngx_crm_json_t *element,
    const char *name);
static ngx_int_t ngx_crm_person_read_one(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_json_t *element, ngx_str_t *handle);
static ngx_uint_t ngx_crm_person_read_is(const ngx_str_t *text,
    const char *name);


static const ngx_str_t  ngx_crm_person_read_credentials =
    ngx_string("credentials");
static const ngx_str_t  ngx_crm_person_read_name = ngx_string("name");
static const ngx_str_t  ngx_crm_person_read_value = ngx_string("value");


ngx_int_t
ngx_crm_person_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_str_t *handle)
{
    ngx_int_t              rc;
    const ngx_str_t       *member;
    const ngx_crm_json_t  *element;

    member = &ngx_crm_person_read_credentials;

    rc = ngx_crm_json_array(ctx->body, member, &element);

    if (rc == NGX_ERROR) {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID, member);
    }

    if (rc == NGX_DECLINED || element == NULL) {
        return ngx_crm_refuse(ctx, NGX_CRM_MISSING, member);
    }

    if (ngx_crm_person_read_has(element, "GIFT_PASS")) {
        return NGX_DECLINED;
    }

    if (ngx_crm_person_create(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    for ( /* void */ ; element; element = ngx_crm_json_next(element)) {
        rc = ngx_crm_person_read_one(r, ctx, element, handle);

        if (rc == NGX_DECLINED) {
            return ngx_crm_refuse(ctx, NGX_CRM_INVALID, member);
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    /* a birthdate alone is nobody's, and beside a handle alone nobody asks */

    if (ctx->person->n == 0
        && (handle == NULL || handle->len == 0 || ctx->person->birthdate.len))
    {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID, member);
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_crm_person_read_has(const ngx_crm_json_t *element, const char *name)
{
    ngx_str_t  text;

    for ( /* void */ ; element; element = ngx_crm_json_next(element)) {

        if (ngx_crm_json_string(element, &ngx_crm_person_read_name, &text)
            == NGX_OK
            && ngx_crm_person_read_is(&text, name))
        {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_crm_person_read_one(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_json_t *element, ngx_str_t *handle)
{
    ngx_int_t  rc;
    ngx_str_t  kind, text;

    if (!ngx_crm_json_is_object(element)) {
        return NGX_DECLINED;
    }

    rc = ngx_crm_member_mandatory(ctx, element, &ngx_crm_person_read_name,
                                  &kind);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_crm_member_mandatory(ctx, element, &ngx_crm_person_read_value,
                                  &text);
    if (rc != NGX_OK) {
        return rc;
    }

    if (handle && ngx_crm_person_read_is(&kind, "AUTH_OTP")) {

        if (handle->len) {
            return NGX_DECLINED;
        }

        *handle = text;
        return NGX_OK;
    }

    /* a device is somebody's to log in with, and no address of a code */

    if (ngx_crm_person_read_is(&kind, "MAC_ADDRESS")) {
        return NGX_DECLINED;
    }

    return ngx_crm_person_add(r, ctx, &kind, &text,
                              ctx->api->terms ? &ctx->api->terms->country
                                              : NULL);
}


static ngx_uint_t
ngx_crm_person_read_is(const ngx_str_t *text, const char *name)
{
    return text->len == ngx_strlen(name)
           && ngx_memcmp(text->data, name, text->len) == 0;
}
