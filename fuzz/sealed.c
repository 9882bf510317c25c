/*
 * libFuzzer: what clients encrypt.  The first byte names the cipher; the
 * second says whether the rest comes as it is, or is sealed before, which
 * reaches what reads it then.
 */

#include "fuzz.h"
#include "base/ngx_crm_secrets.h"

#include <jansson.h>
#include <openssl/evp.h>


static void sealed_raw(const ngx_crm_cipher_t *cipher, const ngx_str_t *text);
static void sealed_proof(const ngx_crm_cipher_t *cipher,
    const ngx_str_t *plain);
static void sealed_again(const ngx_crm_cipher_t *cipher,
    const ngx_str_t *plain, const ngx_str_t *sealed);
static ngx_int_t sealed_open(const ngx_crm_cipher_t *cipher,
    const ngx_str_t *sealed, ngx_crm_secrets_t *secrets);
static void sealed_compare(const ngx_str_t *plain,
    const ngx_crm_secrets_t *secrets);
static ngx_uint_t sealed_is(json_t *value, const ngx_str_t *text);


static const ngx_str_t  sealed_names[NGX_CRM_SECRETS_N] = {
    ngx_string("id"), ngx_string("secret"), ngx_string("epoch")
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t         text;
    ngx_crm_cipher_t  cipher;

    fuzz_begin(ngx_crm_apis[0]);

    text = fuzz_copy(data, size);

    ngx_memzero(&cipher, sizeof(cipher));

    cipher.kind = NGX_CRM_CIPHER_GCM + fuzz_byte(&text) % 3;
    ngx_memset(cipher.key, 'k', sizeof(cipher.key));
    ngx_memset(cipher.mac, 'm', sizeof(cipher.mac));

    if (cipher.kind != NGX_CRM_CIPHER_CBC) {
        ngx_str_set(&cipher.aad, "dmt");
    }

    if (fuzz_byte(&text) & 1) {
        sealed_proof(&cipher, &text);

    } else {
        sealed_raw(&cipher, &text);
    }

    fuzz_end();

    return 0;
}


/* nobody guesses a tag, and without one there is no telling */

static void
sealed_raw(const ngx_crm_cipher_t *cipher, const ngx_str_t *text)
{
    u_char             *buf;
    ngx_int_t           rc;
    ngx_str_t           copy;
    ngx_crm_secrets_t   secrets;

    copy = fuzz_copy(text->data, text->len);
    rc = ngx_crm_cipher_open(cipher, &copy);

    fuzz_check(rc == NGX_DECLINED
               || (rc == NGX_OK && cipher->kind == NGX_CRM_CIPHER_CBC));
    fuzz_check(rc != NGX_OK || copy.len < text->len);

    buf = ngx_pnalloc(fuzz.pool, NGX_CRM_SECRETS_MAX);
    rc = ngx_crm_secrets_open(cipher, sealed_names, text, buf, &secrets);

    fuzz_check(rc == NGX_DECLINED
               || (rc == NGX_OK && cipher->kind == NGX_CRM_CIPHER_CBC));
}


static void
sealed_proof(const ngx_crm_cipher_t *cipher, const ngx_str_t *plain)
{
    ngx_str_t          sealed;
    ngx_crm_secrets_t  secrets;

    sealed.len = ngx_crm_cipher_room(cipher, plain->len);
    sealed.data = ngx_pnalloc(fuzz.pool, sealed.len);

    fuzz_check(ngx_crm_cipher_seal(cipher, plain, sealed.data) == NGX_OK);

    sealed_again(cipher, plain, &sealed);

    if (sealed_open(cipher, &sealed, &secrets) == NGX_OK) {
        fuzz_read(&secrets.id);
        fuzz_read(&secrets.secret);
        sealed_compare(plain, &secrets);
    }

    if (cipher->kind == NGX_CRM_CIPHER_CBC) {
        return;
    }

    sealed.data[plain->len % sealed.len] ^= 1;

    fuzz_check(sealed_open(cipher, &sealed, &secrets) == NGX_DECLINED);
}


static void
sealed_again(const ngx_crm_cipher_t *cipher, const ngx_str_t *plain,
    const ngx_str_t *sealed)
{
    ngx_str_t  copy;

    copy = fuzz_copy(sealed->data, sealed->len);

    fuzz_check(ngx_crm_cipher_open(cipher, &copy) == NGX_OK);
    fuzz_check(fuzz_same(&copy, plain));
}


static ngx_int_t
sealed_open(const ngx_crm_cipher_t *cipher, const ngx_str_t *sealed,
    ngx_crm_secrets_t *secrets)
{
    u_char     *buf;
    ngx_str_t   header;

    header.data = ngx_pnalloc(fuzz.pool, 4 * sealed->len / 3 + 8);
    header.len = (size_t) EVP_EncodeBlock(header.data, sealed->data,
                                          (int) sealed->len);

    header = fuzz_copy(header.data, header.len);
    buf = ngx_pnalloc(fuzz.pool, NGX_CRM_SECRETS_MAX);

    return ngx_crm_secrets_open(cipher, sealed_names, &header, buf, secrets);
}


static void
sealed_compare(const ngx_str_t *plain, const ngx_crm_secrets_t *secrets)
{
    json_t        *tree, *epoch;
    json_error_t   error;

    if (memchr(plain->data, '\0', plain->len)) {
        return;
    }

    tree = json_loadb((char *) plain->data, plain->len,
                      JSON_REJECT_DUPLICATES|JSON_ALLOW_NUL
                      |JSON_DECODE_INT_AS_REAL, &error);

    if (tree == NULL) {
        fuzz_check(json_error_code(&error) == json_error_numeric_overflow
                   || json_error_code(&error)
                      == json_error_null_byte_in_key);
        return;
    }

    fuzz_check(sealed_is(json_object_get(tree, "id"), &secrets->id));
    fuzz_check(sealed_is(json_object_get(tree, "secret"), &secrets->secret));

    epoch = json_object_get(tree, "epoch");

    fuzz_check(json_is_string(epoch)
               ? strtoll(json_string_value(epoch), NULL, 10)
                 == (long long) secrets->epoch
               : json_is_real(epoch)
                 && json_real_value(epoch) - (double) secrets->epoch <= 1
                 && json_real_value(epoch) - (double) secrets->epoch >= -1);

    json_decref(tree);
}


static ngx_uint_t
sealed_is(json_t *value, const ngx_str_t *text)
{
    return json_is_string(value)
           && json_string_length(value) == text->len
           && memcmp(json_string_value(value), text->data, text->len) == 0;
}
