#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/ngx_crm_cipher.h"
#include "base/ngx_crm_digest.h"
#include "base/ngx_crm_random.h"


typedef enum {
    NGX_CRM_CIPHER_EVP_GCM = 0, NGX_CRM_CIPHER_EVP_CBC,
    NGX_CRM_CIPHER_EVP_WRAP, NGX_CRM_CIPHER_EVP_N
} ngx_crm_cipher_evp_e;


typedef struct {
    ngx_crm_cipher_evp_e    evp;
    size_t                  iv;        /* bytes */
    size_t                  block;     /* padded to; 1: not padded */
    size_t                  tag;
} ngx_crm_cipher_kind_t;


static ngx_int_t ngx_crm_cipher_decrypt(EVP_CIPHER_CTX *ctx,
    const ngx_crm_cipher_t *cipher, u_char *iv, u_char *data, size_t *len);
static ngx_int_t ngx_crm_cipher_encrypt(EVP_CIPHER_CTX *ctx,
    const ngx_crm_cipher_t *cipher, const u_char *iv, const ngx_str_t *plain,
    u_char *data);
static ngx_int_t ngx_crm_cipher_mac(const ngx_crm_cipher_t *cipher,
    u_char *data, size_t len, u_char mac[NGX_CRM_SHA256_LEN]);
static EVP_CIPHER *ngx_crm_cipher_evp(ngx_crm_cipher_evp_e i);


static const ngx_crm_cipher_kind_t  ngx_crm_cipher_kinds[] = {
    [NGX_CRM_CIPHER_GCM] = { NGX_CRM_CIPHER_EVP_GCM, 12, 1, 16 },
    [NGX_CRM_CIPHER_CBC_HMAC] = { NGX_CRM_CIPHER_EVP_CBC, 16, 16,
                                  NGX_CRM_SHA256_LEN },
    [NGX_CRM_CIPHER_CBC] = { NGX_CRM_CIPHER_EVP_CBC, 16, 16, 0 }
};


/* looked up once a process: that costs more than a use */

static const char  *const ngx_crm_cipher_names[NGX_CRM_CIPHER_EVP_N] = {
    "AES-256-GCM", "AES-256-CBC", "AES-256-WRAP"
};

static EVP_CIPHER  *ngx_crm_cipher_evps[NGX_CRM_CIPHER_EVP_N];


ngx_int_t
ngx_crm_cipher_open(const ngx_crm_cipher_t *cipher, ngx_str_t *text)
{
    size_t                        len;
    u_char                       *data;
    u_char                        mac[NGX_CRM_SHA256_LEN];
    ngx_int_t                     rc;
    EVP_CIPHER_CTX               *ctx;
    const ngx_crm_cipher_kind_t  *k;

    k = &ngx_crm_cipher_kinds[cipher->kind];

    if (cipher->kind == NGX_CRM_CIPHER_NONE || text->len < k->iv + k->tag
        || text->len > NGX_MAX_INT32_VALUE)
    {
        return NGX_DECLINED;
    }

    data = text->data + k->iv;
    len = text->len - k->iv - k->tag;

    /* before a byte is decrypted, or the padding would tell of it */

    if (cipher->kind == NGX_CRM_CIPHER_CBC_HMAC) {

        if (ngx_crm_cipher_mac(cipher, text->data, k->iv + len, mac)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (CRYPTO_memcmp(mac, data + len, sizeof(mac)) != 0) {
            return NGX_DECLINED;
        }
    }

    ctx = EVP_CIPHER_CTX_new();
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_crm_cipher_decrypt(ctx, cipher, text->data, data, &len);

    EVP_CIPHER_CTX_free(ctx);

    if (rc != NGX_OK) {
        ngx_explicit_memzero(text->data, text->len);

        /* or NGINX would find it after its next use of OpenSSL */

        ERR_clear_error();

        return rc;
    }

    text->data = data;
    text->len = len;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_cipher_decrypt(EVP_CIPHER_CTX *ctx, const ngx_crm_cipher_t *cipher,
    u_char *iv, u_char *data, size_t *len)
{
    int                           n, last;
    EVP_CIPHER                   *evp;
    const ngx_crm_cipher_kind_t  *k;

    k = &ngx_crm_cipher_kinds[cipher->kind];
    evp = ngx_crm_cipher_evp(k->evp);

    if (evp == NULL
        || EVP_DecryptInit_ex2(ctx, evp, cipher->key, iv, NULL) != 1)
    {
        return NGX_ERROR;
    }

    if (cipher->kind == NGX_CRM_CIPHER_GCM
        && (EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, (int) k->tag,
                                data + *len)
            != 1
            || EVP_DecryptUpdate(ctx, NULL, &n, cipher->aad.data,
                                 (int) cipher->aad.len)
               != 1))
    {
        return NGX_ERROR;
    }

    if (EVP_DecryptUpdate(ctx, data, &n, data, (int) *len) != 1
        || EVP_DecryptFinal_ex(ctx, data + n, &last) != 1)
    {
        return NGX_DECLINED;
    }

    *len = n + last;

    return NGX_OK;
}


size_t
ngx_crm_cipher_room(const ngx_crm_cipher_t *cipher, size_t len)
{
    const ngx_crm_cipher_kind_t  *k;

    k = &ngx_crm_cipher_kinds[cipher->kind];

    if (k->block > 1) {
        len = (len / k->block + 1) * k->block;
    }

    return k->iv + len + k->tag;
}


ngx_int_t
ngx_crm_cipher_seal(const ngx_crm_cipher_t *cipher, const ngx_str_t *plain,
    u_char *out)
{
    size_t                        room;
    ngx_int_t                     rc;
    EVP_CIPHER_CTX               *ctx;
    const ngx_crm_cipher_kind_t  *k;

    k = &ngx_crm_cipher_kinds[cipher->kind];

    if (cipher->kind == NGX_CRM_CIPHER_NONE
        || plain->len > NGX_MAX_INT32_VALUE / 2
        || ngx_crm_random_bytes(out, k->iv) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ctx = EVP_CIPHER_CTX_new();
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_crm_cipher_encrypt(ctx, cipher, out, plain, out + k->iv);

    EVP_CIPHER_CTX_free(ctx);

    if (rc == NGX_OK && cipher->kind == NGX_CRM_CIPHER_CBC_HMAC) {
        room = ngx_crm_cipher_room(cipher, plain->len);
        rc = ngx_crm_cipher_mac(cipher, out, room - k->tag,
                                out + room - k->tag);
    }

    return rc;
}


static ngx_int_t
ngx_crm_cipher_encrypt(EVP_CIPHER_CTX *ctx, const ngx_crm_cipher_t *cipher,
    const u_char *iv, const ngx_str_t *plain, u_char *data)
{
    int                           n, last;
    EVP_CIPHER                   *evp;
    const ngx_crm_cipher_kind_t  *k;

    k = &ngx_crm_cipher_kinds[cipher->kind];
    evp = ngx_crm_cipher_evp(k->evp);

    if (evp == NULL
        || EVP_EncryptInit_ex2(ctx, evp, cipher->key, iv, NULL) != 1
        || (cipher->kind == NGX_CRM_CIPHER_GCM
            && EVP_EncryptUpdate(ctx, NULL, &n, cipher->aad.data,
                                 (int) cipher->aad.len)
               != 1)
        || EVP_EncryptUpdate(ctx, data, &n, plain->data, (int) plain->len)
           != 1
        || EVP_EncryptFinal_ex(ctx, data + n, &last) != 1)
    {
        return NGX_ERROR;
    }

    if (cipher->kind == NGX_CRM_CIPHER_GCM
        && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, (int) k->tag,
                               data + n + last)
           != 1)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_cipher_mac(const ngx_crm_cipher_t *cipher, u_char *data, size_t len,
    u_char mac[NGX_CRM_SHA256_LEN])
{
    ngx_str_t  texts[2];

    texts[0] = cipher->aad;
    texts[1].data = data;
    texts[1].len = len;

    return ngx_crm_digest_hmac(mac, cipher->mac, texts, 2);
}


ngx_int_t
ngx_crm_cipher_unwrap(u_char key[NGX_CRM_CIPHER_KEY],
    const u_char wrap[NGX_CRM_CIPHER_KEY],
    const u_char wrapped[NGX_CRM_CIPHER_WRAPPED])
{
    int              n;
    ngx_int_t        rc;
    EVP_CIPHER      *evp;
    EVP_CIPHER_CTX  *ctx;

    rc = NGX_ERROR;
    evp = ngx_crm_cipher_evp(NGX_CRM_CIPHER_EVP_WRAP);
    ctx = EVP_CIPHER_CTX_new();

    if (evp == NULL || ctx == NULL) {
        goto done;
    }

    EVP_CIPHER_CTX_set_flags(ctx, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);

    /* without an IV it is the one of RFC 3394 section 2.2.3.1 */

    if (EVP_DecryptInit_ex2(ctx, evp, wrap, NULL, NULL) != 1) {
        goto done;
    }

    rc = (EVP_DecryptUpdate(ctx, key, &n, wrapped, NGX_CRM_CIPHER_WRAPPED)
          == 1
          && n == NGX_CRM_CIPHER_KEY)
         ? NGX_OK : NGX_DECLINED;

done:

    EVP_CIPHER_CTX_free(ctx);

    if (rc != NGX_OK) {
        ngx_explicit_memzero(key, NGX_CRM_CIPHER_KEY);
        ERR_clear_error();
    }

    return rc;
}


static EVP_CIPHER *
ngx_crm_cipher_evp(ngx_crm_cipher_evp_e i)
{
    if (ngx_crm_cipher_evps[i] == NULL) {
        ngx_crm_cipher_evps[i] = EVP_CIPHER_fetch(NULL,
                                             ngx_crm_cipher_names[i], NULL);
    }

    return ngx_crm_cipher_evps[i];
}


void
ngx_crm_cipher_free(void)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_CRM_CIPHER_EVP_N; i++) {
        EVP_CIPHER_free(ngx_crm_cipher_evps[i]);
        ngx_crm_cipher_evps[i] = NULL;
    }
}
