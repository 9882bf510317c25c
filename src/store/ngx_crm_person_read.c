/* The names are those of contract.md; all but two are kinds of the store. */

#include "store/ngx_crm_person_read.h"
#include "store/ngx_crm_member.h"
#include "store/ngx_crm_person.h"
#include "engine/ngx_crm_refuse.h"
#include "base/ngx_crm_json.h"
#include "ngx_crm_demands.h"


static ngx_uint_t ngx_crm_person_read_has(void *array, size_t n,
    const char *name);
static ngx_int_t ngx_crm_person_read_one(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, void *element, ngx_str_t *handle);
static ngx_uint_t ngx_crm_person_read_is(const ngx_str_t *text,
    const char *name);


static const ngx_str_t  ngx_crm_person_read_credentials =
    ngx_string("credentials");


ngx_int_t
ngx_crm_person_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_str_t *handle)
{
    void              *array;
    size_t             i, n;
    ngx_int_t          rc;
    const ngx_str_t   *member;

    member = &ngx_crm_person_read_credentials;

    rc = ngx_crm_json_array(ctx->body, (const char *) member->data, &array,
                            &n);
    if (rc == NGX_ERROR) {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID, member);
    }

    if (rc == NGX_DECLINED || n == 0) {
        return ngx_crm_refuse(ctx, NGX_CRM_MISSING, member);
    }

    if (ngx_crm_person_read_has(array, n, "GIFT_PASS")) {
        return NGX_DECLINED;
    }

    if (ngx_crm_person_create(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        rc = ngx_crm_person_read_one(r, ctx, ngx_crm_json_element(array, i),
                                     handle);
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
ngx_crm_person_read_has(void *array, size_t n, const char *name)
{
    void       *element;
    size_t      i;
    ngx_str_t   text;

    for (i = 0; i < n; i++) {
        element = ngx_crm_json_element(array, i);

        if (ngx_crm_json_is_object(element)
            && ngx_crm_json_string(element, "name", &text) == NGX_OK
            && ngx_crm_person_read_is(&text, name))
        {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_crm_person_read_one(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    void *element, ngx_str_t *handle)
{
    ngx_int_t  rc;
    ngx_str_t  kind, text;

    static const ngx_str_t  name = ngx_string("name");
    static const ngx_str_t  value = ngx_string("value");

    if (!ngx_crm_json_is_object(element)) {
        return NGX_DECLINED;
    }

    rc = ngx_crm_member_mandatory(ctx, element, &name, &kind);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_crm_member_mandatory(ctx, element, &value, &text);
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
