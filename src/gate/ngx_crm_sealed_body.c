#include "gate/ngx_crm_sealed_body.h"
#include "gate/ngx_crm_rules_find.h"
#include "base/ngx_crm_base64.h"
#include "engine/ngx_crm_body.h"
#include "engine/ngx_crm_refuse.h"
#include "store/ngx_crm_client_keys.h"
#include "ngx_crm_sealed.h"


/*
 * The AAD of an answer is the proof that it answers and this, which base64
 * has none of: a body that is sent back to its sender is no answer.
 */

#define NGX_CRM_SEALED_BODY_ANSWER  ".response"

#define NGX_CRM_SEALED_BODY_BARE                                              \
    (NGX_HTTP_GET|NGX_HTTP_HEAD|NGX_HTTP_DELETE|NGX_HTTP_OPTIONS)


static ngx_int_t ngx_crm_sealed_body_plain(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_str_t *text);
static ngx_int_t ngx_crm_sealed_body_find(ngx_http_request_t *r,
    const ngx_crm_sealed_t *sealed, ngx_str_t *text);
static ngx_int_t ngx_crm_sealed_body_write(ngx_http_request_t *r,
    const ngx_crm_sealed_t *sealed, const ngx_str_t *bytes, ngx_str_t *text);


ngx_uint_t
ngx_crm_sealed_body_is_closed(const ngx_crm_ctx_t *ctx)
{
    return ngx_crm_sealed_is(ctx) && !ctx->held.sealed->opened;
}


ngx_int_t
ngx_crm_sealed_body_open(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t          rc;
    ngx_str_t          text;
    ngx_crm_sealed_t  *sealed;

    if (!ngx_crm_sealed_body_is_closed(ctx)) {
        return NGX_OK;
    }

    sealed = ctx->held.sealed;

    if (ngx_crm_body_size(r) == 0
        && (r->method & NGX_CRM_SEALED_BODY_BARE))
    {
        sealed->opened = 1;
        return NGX_OK;
    }

    rc = ngx_crm_sealed_body_plain(r, ctx, &text);

    if (rc == NGX_DECLINED) {
        sealed->broken = 1;
        return ngx_crm_refuse(ctx, NGX_CRM_WRONG_API_KEY, NULL);
    }

    if (rc != NGX_OK || ngx_crm_body_set(r, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    sealed->opened = 1;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_sealed_body_plain(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_str_t *text)
{
    ngx_int_t                rc;
    ngx_crm_span_t           json;
    ngx_crm_cipher_t         cipher;
    const ngx_crm_sealed_t  *sealed;

    sealed = ctx->held.sealed;

    rc = ngx_crm_sealed_body_find(r, sealed, text);

    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_crm_client_keys_cipher(r, ctx, NGX_CRM_CLIENT_KEYS_PAYLOAD,
                                    &sealed->proof, &cipher);

    if (rc == NGX_OK) {
        rc = ngx_crm_cipher_open(&cipher, text);
    }

    ngx_explicit_memzero(&cipher, sizeof(ngx_crm_cipher_t));

    /* without a tag, that it is JSON is all that tells it from noise */

    if (rc == NGX_OK && sealed->cipher == NGX_CRM_CIPHER_CBC
        && ngx_crm_scan_text(text, &json) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    return rc;
}


/* the bytes of the member, in memory that may be written to */

static ngx_int_t
ngx_crm_sealed_body_find(ngx_http_request_t *r,
    const ngx_crm_sealed_t *sealed, ngx_str_t *text)
{
    ssize_t         n;
    ngx_str_t       body;
    ngx_crm_span_t  json, value;

    if (ngx_crm_body_text(r, &body) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_crm_scan_text(&body, &json) != NGX_OK || *json.data != '{'
        || ngx_crm_rules_find(&json, &sealed->terms->request, &value)
           != NGX_OK
        || *value.data != '"')
    {
        return NGX_DECLINED;
    }

    text->data = ngx_pnalloc(r->pool, value.len);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    n = ngx_crm_scan_unescape(text->data, &value);
    n = ngx_crm_base64_decode(text->data, text->data, n);

    if (n < 0) {
        return NGX_DECLINED;
    }

    text->len = n;

    return NGX_OK;
}


ngx_int_t
ngx_crm_sealed_body_seal(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *plain, ngx_str_t *text)
{
    u_char                  *p;
    ngx_int_t                rc;
    ngx_str_t                aad, bytes;
    ngx_crm_cipher_t         cipher;
    const ngx_crm_sealed_t  *sealed;

    sealed = ctx->held.sealed;

    aad.len = sealed->proof.len + sizeof(NGX_CRM_SEALED_BODY_ANSWER) - 1;

    aad.data = ngx_pnalloc(r->pool, aad.len);
    if (aad.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(aad.data, sealed->proof.data, sealed->proof.len);
    ngx_memcpy(p, NGX_CRM_SEALED_BODY_ANSWER,
               sizeof(NGX_CRM_SEALED_BODY_ANSWER) - 1);

    rc = ngx_crm_client_keys_cipher(r, ctx, NGX_CRM_CLIENT_KEYS_PAYLOAD,
                                    &aad, &cipher);

    if (rc == NGX_OK) {
        bytes.len = ngx_crm_cipher_room(&cipher, plain->len);
        bytes.data = ngx_pnalloc(r->pool, bytes.len);

        rc = bytes.data ? ngx_crm_cipher_seal(&cipher, plain, bytes.data)
                        : NGX_ERROR;
    }

    ngx_explicit_memzero(&cipher, sizeof(ngx_crm_cipher_t));

    return (rc == NGX_OK) ? ngx_crm_sealed_body_write(r, sealed, &bytes, text)
                          : NGX_ERROR;
}


static ngx_int_t
ngx_crm_sealed_body_write(ngx_http_request_t *r,
    const ngx_crm_sealed_t *sealed, const ngx_str_t *bytes, ngx_str_t *text)
{
    u_char     *p;
    ngx_str_t   base64;

    text->data = ngx_pnalloc(r->pool, sizeof("{\"\":\"\"}")
                                      + sealed->terms->response.len
                                      + ngx_base64_encoded_length(bytes->len));
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(text->data, "{\"%V\":\"", &sealed->terms->response);

    base64.data = p;
    ngx_encode_base64(&base64, (ngx_str_t *) bytes);

    p = ngx_cpymem(p + base64.len, "\"}", 2);
    text->len = p - text->data;

    (void) ngx_pfree(r->pool, bytes->data);

    return NGX_OK;
}
