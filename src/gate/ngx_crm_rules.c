#include "gate/ngx_crm_rules.h"
#include "gate/ngx_crm_files.h"
#include "gate/ngx_crm_rules_find.h"
#include "engine/ngx_crm_body.h"
#include "engine/ngx_crm_echo.h"
#include "engine/ngx_crm_refuse.h"
#include "base/ngx_crm_date.h"
#include "ngx_crm_demands.h"

#include <arpa/inet.h>


static ngx_int_t ngx_crm_rules_form(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_str_t *text);
static ngx_int_t ngx_crm_rules_one(ngx_crm_ctx_t *ctx,
    const ngx_crm_span_t *body, const ngx_crm_rule_t *rule);
static ngx_uint_t ngx_crm_rules_holds(const ngx_crm_span_t *value,
    const ngx_crm_rule_t *rule);
static ngx_uint_t ngx_crm_rules_is_digits(const ngx_str_t *text);
static ngx_uint_t ngx_crm_rules_is_address(const ngx_str_t *text);
static ngx_int_t ngx_crm_rules_files(ngx_crm_ctx_t *ctx,
    const ngx_crm_span_t *value, const ngx_crm_rule_t *rule);
static ngx_int_t ngx_crm_rules_refuse(ngx_crm_ctx_t *ctx,
    ngx_crm_reason_e reason, const ngx_crm_rule_t *rule);


ngx_uint_t
ngx_crm_rules_wanted(const ngx_crm_ctx_t *ctx)
{
    return ctx->demands && ctx->demands->rules;
}


ngx_int_t
ngx_crm_rules_check(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t              rc;
    ngx_str_t              text;
    ngx_crm_span_t         body;
    const ngx_crm_rule_t  *rule;

    if (ngx_crm_body_text(r, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = ngx_crm_rules_form(r, ctx, &text);

    if (rc != NGX_OK) {
        return rc;
    }

    rule = ctx->demands->rules;

    if (ngx_crm_scan_text(&text, &body) != NGX_OK
        || (rule->path.len && *body.data != '{'))
    {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID_JSON, NULL);
    }

    text.data = body.data;
    text.len = body.len;

    if (ngx_crm_echo_read(r, ctx, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    for ( /* void */ ; rule->path.len; rule++) {
        rc = ngx_crm_rules_one(ctx, &body, rule);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_rules_form(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_str_t *text)
{
    ngx_int_t         rc;
    ngx_str_t         value;
    const ngx_str_t  *form;

    form = &ctx->demands->form;

    if (form->len == 0) {
        return NGX_OK;
    }

    rc = ngx_crm_rules_find_form(r->pool, text, form, &value);

    if (rc == NGX_DECLINED) {
        return ngx_crm_refuse(ctx, NGX_CRM_MISSING, form);
    }

    /* an argument of that name is a member to some */

    if (rc == NGX_ABORT || ngx_crm_rules_find_like(&r->args, form)) {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID, form);
    }

    *text = value;

    return rc;
}


static ngx_int_t
ngx_crm_rules_one(ngx_crm_ctx_t *ctx, const ngx_crm_span_t *body,
    const ngx_crm_rule_t *rule)
{
    ngx_int_t       rc;
    ngx_crm_span_t  value;

    rc = ngx_crm_rules_find(body, &rule->path, &value);

    if (rc == NGX_ERROR) {
        return ngx_crm_rules_refuse(ctx, NGX_CRM_INVALID, rule);
    }

    if (rc == NGX_OK && rule->kind < NGX_CRM_RULE_ARRAY
        && ngx_crm_rules_find_is_blank(&value))
    {
        rc = NGX_DECLINED;
    }

    if (rc == NGX_DECLINED) {
        return rule->optional
               ? NGX_OK : ngx_crm_rules_refuse(ctx, NGX_CRM_MISSING, rule);
    }

    if (!ngx_crm_rules_holds(&value, rule)) {
        return ngx_crm_rules_refuse(ctx, NGX_CRM_INVALID, rule);
    }

    return (rule->kind == NGX_CRM_RULE_FILES)
           ? ngx_crm_rules_files(ctx, &value, rule) : NGX_OK;
}


static ngx_uint_t
ngx_crm_rules_holds(const ngx_crm_span_t *value, const ngx_crm_rule_t *rule)
{
    ngx_str_t  text;

    if (rule->kind >= NGX_CRM_RULE_ARRAY) {
        return *value->data == '[';
    }

    if (*value->data != '"') {
        return 0;
    }

    text.data = value->data + 1;
    text.len = value->len - 2;

    switch (rule->kind) {

    case NGX_CRM_RULE_DIGITS:
        return text.len == rule->n && ngx_crm_rules_is_digits(&text);

    case NGX_CRM_RULE_ADDRESS:
        return ngx_crm_rules_is_address(&text);

    case NGX_CRM_RULE_DATE:
        return ngx_crm_date_is(&text, "YYYY-MM-DD");

    default:
        return rule->n == 0 || text.len <= rule->n;
    }
}


static ngx_uint_t
ngx_crm_rules_is_digits(const ngx_str_t *text)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < '0' || text->data[i] > '9') {
            return 0;
        }
    }

    return 1;
}


/*
 * Not NGINX's ngx_inet_addr(): it takes leading zeros, which are octal to
 * others, and has no 255.255.255.255.
 */

static ngx_uint_t
ngx_crm_rules_is_address(const ngx_str_t *text)
{
    char    address[INET6_ADDRSTRLEN];
    u_char  bytes[sizeof(struct in6_addr)];

    if (text->len >= sizeof(address)) {
        return 0;
    }

    *ngx_cpymem(address, text->data, text->len) = '\0';

    return inet_pton(AF_INET, address, bytes) == 1
           || inet_pton(AF_INET6, address, bytes) == 1;
}


static ngx_int_t
ngx_crm_rules_files(ngx_crm_ctx_t *ctx, const ngx_crm_span_t *value,
    const ngx_crm_rule_t *rule)
{
    ngx_int_t        rc;
    ngx_str_t        wrong;
    ngx_crm_span_t   array;
    const u_char    *first;

    array = *value;
    first = ngx_crm_scan_space(array.data + 1, array.data + array.len);

    if (*first == ']') {
        return rule->optional
               ? NGX_OK : ngx_crm_rules_refuse(ctx, NGX_CRM_MISSING, rule);
    }

    rc = ngx_crm_files_check(&array, rule->n, &wrong);

    if (rc == NGX_OK) {
        return NGX_OK;
    }

    if (wrong.len == 0) {
        return ngx_crm_rules_refuse(ctx, NGX_CRM_INVALID, rule);
    }

    return ngx_crm_refuse(ctx, (rc == NGX_DECLINED) ? NGX_CRM_MISSING
                                                    : NGX_CRM_INVALID,
                          &wrong);
}


static ngx_int_t
ngx_crm_rules_refuse(ngx_crm_ctx_t *ctx, ngx_crm_reason_e reason,
    const ngx_crm_rule_t *rule)
{
    return ngx_crm_refuse_as(ctx, reason,
                             rule->name.len ? &rule->name : &rule->path,
                             (reason == NGX_CRM_MISSING) ? &rule->missing
                                                         : &rule->invalid);
}


ngx_int_t
ngx_crm_rules_member(ngx_http_request_t *r, const ngx_str_t *path,
    ngx_str_t *text)
{
    ngx_str_t       body;
    ngx_crm_span_t  object, value;

    ngx_str_null(text);

    if (ngx_crm_body_text(r, &body) != NGX_OK
        || ngx_crm_scan_text(&body, &object) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_crm_rules_find(&object, path, &value) != NGX_OK
        || *value.data != '"' || ngx_crm_rules_find_is_blank(&value))
    {
        return NGX_OK;
    }

    text->data = ngx_pnalloc(r->pool, value.len);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    text->len = ngx_crm_scan_unescape(text->data, &value);

    return NGX_OK;
}
