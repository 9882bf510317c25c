/*
 * libFuzzer: the body of a client that encrypts and is proven, beside
 * jansson's reading of it, and the answer that is sealed for it, opened by the
 * keys.  The first byte names the cipher, the second the
 * method; then come the plain text, on a line, and the body, in which each @
 * stands for that text, sealed.
 */

#include "fuzz.h"
#include "base/ngx_crm_cipher.h"
#include "base/ngx_crm_scan.h"
#include "gate/ngx_crm_sealed_body.h"
#include "store/ngx_crm_client_keys.h"
#include "store/ngx_crm_secret.h"
#include "ngx_crm_demands.h"
#include "ngx_crm_sealed.h"

#include <jansson.h>
#include <openssl/aes.h>
#include <openssl/evp.h>


#define OPENED_MEMBER  "RequestData"


static void opened_client(ngx_uint_t kind, ngx_crm_cipher_t *cipher);
static ngx_str_t opened_seal(const ngx_crm_cipher_t *cipher,
    const ngx_str_t *plain);
static ngx_str_t opened_body(const ngx_str_t *with, const ngx_str_t *base64);
static void opened_put(const ngx_str_t *text);
static void opened_check(const ngx_crm_cipher_t *cipher,
    const ngx_str_t *body, const ngx_str_t *base64, ngx_str_t *plain);
static ngx_uint_t opened_holds(const ngx_str_t *body,
    const ngx_str_t *base64, ngx_uint_t *doubtful);
static void opened_answer(ngx_crm_cipher_t *cipher, const ngx_str_t *plain);


static const ngx_uint_t  opened_methods[] = {
    NGX_HTTP_POST, NGX_HTTP_PUT, NGX_HTTP_PATCH, NGX_HTTP_GET,
    NGX_HTTP_HEAD, NGX_HTTP_DELETE, NGX_HTTP_OPTIONS, NGX_HTTP_POST
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t         text, plain, base64, body;
    ngx_uint_t        kind;
    ngx_crm_cipher_t  cipher;

    fuzz_begin(ngx_crm_apis[2]);

    text = fuzz_copy(data, size);
    kind = NGX_CRM_CIPHER_GCM + fuzz_byte(&text) % 3;
    fuzz.r->method = opened_methods[fuzz_byte(&text) & 7];

    opened_client(kind, &cipher);

    plain = fuzz_line(&text);
    base64 = opened_seal(&cipher, &plain);
    body = opened_body(&text, &base64);

    opened_put(&body);
    opened_check(&cipher, &body, &base64, &plain);
    opened_answer(&cipher, &plain);

    fuzz_end();

    return 0;
}


/* as the gate leaves it, with keys that the edge's secret has wrapped */

static void
opened_client(ngx_uint_t kind, ngx_crm_cipher_t *cipher)
{
    AES_KEY            wrap;
    ngx_uint_t         i;
    ngx_crm_sealed_t  *sealed;

    static u_char  keys[3][NGX_CRM_CIPHER_KEY];
    static u_char  wrapped[3][NGX_CRM_CIPHER_WRAPPED];

    AES_set_encrypt_key(ngx_crm_secret_nth(fuzz.r, 0)->wrap, 256, &wrap);

    for (i = 0; i < 3; i++) {
        ngx_memset(keys[i], 'a' + i, NGX_CRM_CIPHER_KEY);
        fuzz_check(AES_wrap_key(&wrap, NULL, wrapped[i], keys[i],
                                NGX_CRM_CIPHER_KEY)
                   == NGX_CRM_CIPHER_WRAPPED);
    }

    sealed = ngx_pcalloc(fuzz.pool, sizeof(ngx_crm_sealed_t));

    sealed->terms = fuzz.ctx->api->terms->sealing;
    sealed->cipher = kind;
    sealed->proven = 1;
    sealed->keys = fuzz_copy(wrapped, sizeof(wrapped));
    ngx_str_set(&sealed->client, "isu");
    ngx_str_set(&sealed->proof, "cHJvb2Y=");

    fuzz.ctx->held.sealed = sealed;

    ngx_memzero(cipher, sizeof(ngx_crm_cipher_t));

    cipher->kind = kind;
    cipher->aad = sealed->proof;
    ngx_memcpy(cipher->key, keys[NGX_CRM_CLIENT_KEYS_PAYLOAD],
               NGX_CRM_CIPHER_KEY);
    ngx_memcpy(cipher->mac, keys[NGX_CRM_CLIENT_KEYS_MAC],
               NGX_CRM_CIPHER_KEY);
}


static ngx_str_t
opened_seal(const ngx_crm_cipher_t *cipher, const ngx_str_t *plain)
{
    ngx_str_t  sealed, base64;

    sealed.len = ngx_crm_cipher_room(cipher, plain->len);
    sealed.data = ngx_pnalloc(fuzz.pool, sealed.len);

    fuzz_check(ngx_crm_cipher_seal(cipher, plain, sealed.data) == NGX_OK);

    base64.data = ngx_pnalloc(fuzz.pool, 4 * sealed.len / 3 + 8);
    base64.len = (size_t) EVP_EncodeBlock(base64.data, sealed.data,
                                          (int) sealed.len);

    return base64;
}


static ngx_str_t
opened_body(const ngx_str_t *with, const ngx_str_t *base64)
{
    size_t      i;
    u_char     *p;
    ngx_str_t   body;
    ngx_uint_t  n;

    n = 0;

    for (i = 0; i < with->len; i++) {
        n += (with->data[i] == '@');
    }

    body.data = ngx_pnalloc(fuzz.pool, with->len + n * base64->len + 1);
    p = body.data;

    for (i = 0; i < with->len; i++) {

        if (with->data[i] == '@') {
            p = ngx_cpymem(p, base64->data, base64->len);

        } else {
            *p++ = with->data[i];
        }
    }

    body.len = p - body.data;

    return fuzz_copy(body.data, body.len);
}


static void
opened_put(const ngx_str_t *text)
{
    ngx_buf_t                *b;
    ngx_http_request_body_t  *body;

    body = ngx_pcalloc(fuzz.pool, sizeof(ngx_http_request_body_t));
    fuzz.r->request_body = body;

    if (text->len == 0) {
        return;
    }

    b = ngx_pcalloc(fuzz.pool, sizeof(ngx_buf_t));
    b->pos = text->data;
    b->last = text->data + text->len;
    b->memory = 1;

    body->bufs = ngx_pcalloc(fuzz.pool, sizeof(ngx_chain_t));
    body->bufs->buf = b;
}


static void
opened_check(const ngx_crm_cipher_t *cipher, const ngx_str_t *body,
    const ngx_str_t *base64, ngx_str_t *plain)
{
    ngx_int_t                rc;
    ngx_buf_t               *b;
    ngx_str_t                text;
    ngx_uint_t               holds, doubtful;
    ngx_crm_span_t           json;
    const ngx_crm_sealed_t  *sealed;

    sealed = fuzz.ctx->held.sealed;
    rc = ngx_crm_sealed_body_open(fuzz.r, fuzz.ctx);

    fuzz_check(rc == NGX_OK ? sealed->opened && !sealed->broken
                            : rc == NGX_HTTP_UNAUTHORIZED
                              && sealed->broken && !sealed->opened);

    if (body->len == 0) {
        fuzz_check((rc == NGX_OK)
                   == !(fuzz.r->method
                        & (NGX_HTTP_POST|NGX_HTTP_PUT|NGX_HTTP_PATCH)));
        return;
    }

    holds = opened_holds(body, base64, &doubtful);

    if (cipher->kind == NGX_CRM_CIPHER_CBC
        && ngx_crm_scan_text(plain, &json) != NGX_OK)
    {
        holds = 0;
    }

    /* without a tag, whatever becomes JSON passes */

    fuzz_check(rc != NGX_OK || holds || doubtful
               || cipher->kind == NGX_CRM_CIPHER_CBC);
    fuzz_check(rc == NGX_OK || !holds || doubtful);

    if (rc != NGX_OK || !holds || doubtful) {
        return;
    }

    ngx_str_null(&text);

    if (fuzz.r->request_body->bufs) {
        b = fuzz.r->request_body->bufs->buf;
        text.data = b->pos;
        text.len = b->last - b->pos;
    }

    fuzz_check(fuzz_same(&text, plain));
    fuzz_check(fuzz.r->headers_in.content_length_n == (off_t) plain->len);
}


/*
 * Whether it is an object with that member alone, in whatever case, and with
 * that text.  Where there is a backslash, a NUL or no ASCII, which has letters
 * that are like ours, or many levels, or a number that jansson does not read,
 * they need not agree.
 */

static ngx_uint_t
opened_holds(const ngx_str_t *body, const ngx_str_t *base64,
    ngx_uint_t *doubtful)
{
    size_t         i, open;
    json_t        *tree, *value;
    ngx_str_t      text;
    ngx_uint_t     like;
    const char    *name;
    json_error_t   error;

    open = 0;
    *doubtful = 0;

    for (i = 0; i < body->len; i++) {
        open += (body->data[i] == '[' || body->data[i] == '{');
        *doubtful |= (body->data[i] == '\0' || body->data[i] == '\\'
                      || body->data[i] >= 0x80);
    }

    *doubtful |= (open > 64);

    tree = json_loadb((char *) body->data, body->len,
                      JSON_REJECT_DUPLICATES|JSON_ALLOW_NUL
                      |JSON_DECODE_INT_AS_REAL, &error);

    if (tree == NULL) {
        *doubtful |= (json_error_code(&error) != json_error_invalid_syntax);
        return 0;
    }

    like = 0;

    json_object_foreach(tree, name, value) {
        like += (strcasecmp(name, OPENED_MEMBER) == 0);
    }

    value = json_object_get(tree, OPENED_MEMBER);

    text.data = (u_char *) json_string_value(value);
    text.len = json_string_length(value);

    like = like == 1 && json_is_string(value) && fuzz_same(&text, base64);

    json_decref(tree);

    return like;
}


static void
opened_answer(ngx_crm_cipher_t *cipher, const ngx_str_t *plain)
{
    int         n;
    json_t     *tree;
    ngx_str_t   text, bytes;

    static ngx_str_t  aad = ngx_string("cHJvb2Y=.response");

    fuzz_check(ngx_crm_sealed_body_seal(fuzz.r, fuzz.ctx, plain, &text)
               == NGX_OK);

    tree = json_loadb((char *) text.data, text.len, JSON_REJECT_DUPLICATES,
                      NULL);

    fuzz_check(json_object_size(tree) == 1);

    text.data = (u_char *) json_string_value(json_object_get(tree,
                                                             "ResponseData"));
    text.len = strlen((char *) text.data);

    bytes.data = ngx_pnalloc(fuzz.pool, text.len);
    n = EVP_DecodeBlock(bytes.data, text.data, (int) text.len);
    bytes.len = n - (text.data[text.len - 1] == '=')
                - (text.data[text.len - 2] == '=');

    cipher->aad = aad;

    fuzz_check(ngx_crm_cipher_open(cipher, &bytes) == NGX_OK);
    fuzz_check(fuzz_same(&bytes, plain));

    json_decref(tree);
}
