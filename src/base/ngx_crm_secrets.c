#include "base/ngx_crm_secrets.h"
#include "base/ngx_crm_base64.h"
#include "base/ngx_crm_scan_integer.h"
#include "base/ngx_crm_scan_object.h"


#define NGX_CRM_SECRETS_DIGITS  15     /* of an epoch that is a string */


static ngx_int_t ngx_crm_secrets_text(ngx_crm_span_t *value,
    ngx_str_t *text);
static ngx_int_t ngx_crm_secrets_epoch(const ngx_crm_span_t *value,
    int64_t *epoch);


ngx_int_t
ngx_crm_secrets_open(const ngx_crm_cipher_t *cipher,
    const ngx_str_t names[NGX_CRM_SECRETS_N], const ngx_str_t *header,
    u_char *buf, ngx_crm_secrets_t *secrets)
{
    ssize_t         n;
    ngx_int_t       rc;
    ngx_str_t       text;
    ngx_crm_span_t  values[NGX_CRM_SECRETS_N];

    if (header->len > NGX_CRM_SECRETS_MAX) {
        return NGX_DECLINED;
    }

    n = ngx_crm_base64_decode(buf, header->data, header->len);

    if (n < 0) {
        return NGX_DECLINED;
    }

    text.data = buf;
    text.len = n;

    rc = ngx_crm_cipher_open(cipher, &text);

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_crm_scan_object_read(&text, names, NGX_CRM_SECRETS_N, values)
        != NGX_OK
        || ngx_crm_secrets_text(&values[NGX_CRM_SECRETS_ID], &secrets->id)
           != NGX_OK
        || ngx_crm_secrets_text(&values[NGX_CRM_SECRETS_SECRET],
                                &secrets->secret)
           != NGX_OK)
    {
        return NGX_DECLINED;
    }

    return ngx_crm_secrets_epoch(&values[NGX_CRM_SECRETS_EPOCH],
                                 &secrets->epoch);
}


static ngx_int_t
ngx_crm_secrets_text(ngx_crm_span_t *value, ngx_str_t *text)
{
    if (value->data == NULL || *value->data != '"') {
        return NGX_DECLINED;
    }

    text->data = value->data;
    text->len = ngx_crm_scan_unescape(value->data, value);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_secrets_epoch(const ngx_crm_span_t *value, int64_t *epoch)
{
    size_t          i;
    ngx_crm_span_t  digits;

    if (value->data == NULL) {
        return NGX_DECLINED;
    }

    if (*value->data != '"') {
        return ngx_crm_scan_integer(value, epoch);
    }

    digits.data = value->data + 1;
    digits.len = value->len - 2;

    if (digits.len == 0 || digits.len > NGX_CRM_SECRETS_DIGITS) {
        return NGX_DECLINED;
    }

    for (i = 0; i < digits.len; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9') {
            return NGX_DECLINED;
        }
    }

    return ngx_crm_scan_integer(&digits, epoch);
}
