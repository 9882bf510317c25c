#include "store/ngx_crm_created.h"
#include "store/ngx_crm_person.h"
#include "engine/ngx_crm_envelope.h"
#include "base/ngx_crm_json.h"
#include "base/ngx_crm_scan_find.h"
#include "base/ngx_crm_text.h"


static ngx_int_t ngx_crm_created_id(ngx_http_request_t *r,
    const ngx_crm_span_t *object, ngx_str_t *id);
static ngx_int_t ngx_crm_created_text(ngx_http_request_t *r,
    const ngx_crm_span_t *object, const ngx_str_t *name, ngx_str_t *text);
static ngx_int_t ngx_crm_created_names(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_span_t *contact,
    ngx_crm_created_t *created);
static void ngx_crm_created_organisations(const ngx_crm_span_t *value,
    ngx_crm_created_t *created);
static void ngx_crm_created_address(ngx_crm_ctx_t *ctx,
    ngx_crm_created_t *created);
static void ngx_crm_created_add(ngx_crm_created_t *created,
    const ngx_str_t *name, const ngx_str_t *value);


/* of ngx_crm_person_members, what a person may say of himself */

static const ngx_crm_member_e  ngx_crm_created_own[] = {
    NGX_CRM_TITLE, NGX_CRM_FIRST_NAME, NGX_CRM_MIDDLE_NAME,
    NGX_CRM_LAST_NAME, NGX_CRM_COMPANY_NAME, NGX_CRM_AVATAR
};


ngx_uint_t
ngx_crm_created_open(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_subrequest_t *sub, ngx_str_t *payload)
{
    ngx_crm_message_t         message;
    ngx_crm_loc_conf_t       *lcf;
    const ngx_crm_dialect_t  *from;

    *payload = sub->answer;

    if (sub->status < NGX_HTTP_OK
        || sub->status >= NGX_HTTP_SPECIAL_RESPONSE)
    {
        return sub->status;
    }

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    from = lcf->upstream ? lcf->upstream : ctx->dialect;

    if (ngx_crm_envelope_open(from, sub->status, &sub->answer, &message)
        != NGX_OK)
    {
        ngx_str_null(payload);
        return sub->status;
    }

    if (message.ok) {
        *payload = message.payload.text;
        return sub->status;
    }

    if (from->api != ctx->dialect->api) {
        sub->status = message.status;
    }

    return message.status;
}


ngx_uint_t
ngx_crm_created_is_refusal(const ngx_crm_subrequest_t *sub)
{
    ngx_str_t       text;
    ngx_crm_span_t  value;

    if (sub->status < NGX_HTTP_OK
        || (sub->status >= NGX_HTTP_SPECIAL_RESPONSE
            && sub->status < NGX_HTTP_BAD_REQUEST))
    {
        return 0;
    }

    text = sub->answer;

    return sub->json && ngx_crm_scan_text(&text, &value) == NGX_OK;
}


ngx_int_t
ngx_crm_created_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *payload, ngx_crm_created_t *created)
{
    ngx_int_t       rc;
    ngx_str_t       text;
    ngx_crm_span_t  value, contact;

    static const ngx_str_t  name = ngx_string("contact");
    static const ngx_str_t  active = ngx_string("active");
    static const ngx_str_t  no = ngx_string("false");

    text = *payload;
    created->n = 0;

    if (ngx_crm_scan_text(&text, &value) != NGX_OK) {
        return NGX_DECLINED;
    }

    if (ngx_crm_scan_find(&value, &name, &contact) != NGX_OK) {
        contact = value;
    }

    rc = ngx_crm_created_id(r, &contact, &created->id);

    if (rc == NGX_DECLINED) {
        rc = ngx_crm_created_id(r, &value, &created->id);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_crm_created_names(r, ctx, &contact, created) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_crm_created_organisations(&value, created);
    ngx_crm_created_address(ctx, created);
    ngx_crm_created_add(created, &ngx_crm_person_members[NGX_CRM_IS_VERIFIED],
                        &no);
    ngx_crm_created_add(created, &ngx_crm_person_members[NGX_CRM_STATE],
                        &active);

    return NGX_OK;
}


/* a string, or a number as it is spelled */

static ngx_int_t
ngx_crm_created_id(ngx_http_request_t *r, const ngx_crm_span_t *object,
    ngx_str_t *id)
{
    ngx_int_t       rc;
    ngx_crm_span_t  value;

    static const ngx_str_t  name = ngx_string("id");

    if (ngx_crm_scan_find(object, &name, &value) != NGX_OK) {
        return NGX_DECLINED;
    }

    if (value.data[0] >= '0' && value.data[0] <= '9') {
        id->data = value.data;
        id->len = value.len;
        rc = NGX_OK;

    } else {
        rc = ngx_crm_created_text(r, object, &name, id);
    }

    return (rc == NGX_OK && !ngx_crm_text_is_id(id)) ? NGX_DECLINED : rc;
}


static ngx_int_t
ngx_crm_created_text(ngx_http_request_t *r, const ngx_crm_span_t *object,
    const ngx_str_t *name, ngx_str_t *text)
{
    ngx_crm_span_t  value;

    if (ngx_crm_scan_find(object, name, &value) != NGX_OK
        || value.data[0] != '"')
    {
        return NGX_DECLINED;
    }

    text->data = ngx_pnalloc(r->pool, value.len);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    text->len = ngx_crm_scan_unescape(text->data, &value);

    return text->len ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_crm_created_names(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_span_t *contact, ngx_crm_created_t *created)
{
    ngx_int_t         rc;
    ngx_str_t         text;
    ngx_uint_t        i;
    const ngx_str_t  *name;

    for (i = 0; i < sizeof(ngx_crm_created_own)
                    / sizeof(ngx_crm_created_own[0]); i++)
    {
        name = &ngx_crm_person_members[ngx_crm_created_own[i]];

        rc = ngx_crm_created_text(r, contact, name, &text);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED
            && ngx_crm_json_string(ctx->body, name, &text) != NGX_OK)
        {
            continue;
        }

        ngx_crm_created_add(created, name, &text);
    }

    return NGX_OK;
}


static void
ngx_crm_created_organisations(const ngx_crm_span_t *value,
    ngx_crm_created_t *created)
{
    ngx_str_t         text;
    const ngx_str_t  *name;
    ngx_crm_span_t    array;

    name = &ngx_crm_person_members[NGX_CRM_ORGANISATIONS];

    if (ngx_crm_scan_find(value, name, &array) != NGX_OK
        || array.data[0] != '[')
    {
        return;
    }

    text.len = array.len;
    text.data = array.data;

    ngx_crm_created_add(created, name, &text);
}


/* the one that a code will prove, and no other: nobody has proven it */

static void
ngx_crm_created_address(ngx_crm_ctx_t *ctx, ngx_crm_created_t *created)
{
    ngx_crm_credential_t  *credential;

    static const ngx_str_t  phone = ngx_string("PHONE");

    credential = &ctx->person->credentials[0];

    ngx_crm_created_add(created, &ngx_crm_person_members[
                            credential->name.len == phone.len
                            && ngx_memcmp(credential->name.data, phone.data,
                                          phone.len) == 0
                            ? NGX_CRM_MOBILE : NGX_CRM_EMAIL],
                        &credential->value);
}


static void
ngx_crm_created_add(ngx_crm_created_t *created, const ngx_str_t *name,
    const ngx_str_t *value)
{
    ngx_keyval_t  *member;

    member = &created->members[created->n++];

    member->key = *name;
    member->value = *value;
}
