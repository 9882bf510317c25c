#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/ngx_crm_jwt_key.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_JWT_KEY_KID_MAX  128


typedef struct {
    ngx_str_t               name;
    ngx_crm_jwt_family_e    family;
    size_t                  bits;
    const char             *group;     /* as OpenSSL names it; ES */
    const EVP_MD         *(*md)(void);
} ngx_crm_jwt_key_alg_t;


static const ngx_crm_jwt_key_alg_t *ngx_crm_jwt_key_alg(
    const ngx_str_t *name);
static const char *ngx_crm_jwt_key_check_kid(const ngx_str_t *kid);
static ngx_int_t ngx_crm_jwt_key_copy(ngx_pool_t *pool, ngx_str_t *dst,
    const ngx_str_t *src);
static const char *ngx_crm_jwt_key_check_secret(ngx_crm_jwt_key_t *key);
static const char *ngx_crm_jwt_key_read(ngx_crm_jwt_key_t *key,
    const ngx_crm_jwt_key_alg_t *alg);
static int ngx_crm_jwt_key_no_password(char *buf, int size, int rwflag,
    void *data);
static ngx_int_t ngx_crm_jwt_key_header(ngx_pool_t *pool,
    ngx_crm_jwt_key_t *key);
static ngx_int_t ngx_crm_jwt_key_prepare_public(ngx_crm_jwt_key_t *key,
    EVP_PKEY_CTX **ctx, int (*init)(EVP_PKEY_CTX *ctx));
static void ngx_crm_jwt_key_cleanup(void *data);


static const ngx_crm_jwt_key_alg_t  ngx_crm_jwt_key_algs[] = {
    { ngx_string("HS256"), NGX_CRM_JWT_HS, 256, NULL, EVP_sha256 },
    { ngx_string("HS384"), NGX_CRM_JWT_HS, 384, NULL, EVP_sha384 },
    { ngx_string("HS512"), NGX_CRM_JWT_HS, 512, NULL, EVP_sha512 },
    { ngx_string("RS256"), NGX_CRM_JWT_RS, 256, NULL, EVP_sha256 },
    { ngx_string("RS384"), NGX_CRM_JWT_RS, 384, NULL, EVP_sha384 },
    { ngx_string("RS512"), NGX_CRM_JWT_RS, 512, NULL, EVP_sha512 },
    { ngx_string("ES256"), NGX_CRM_JWT_ES, 256, "prime256v1", EVP_sha256 },
    { ngx_string("ES384"), NGX_CRM_JWT_ES, 384, "secp384r1", EVP_sha384 },
    { ngx_string("ES512"), NGX_CRM_JWT_ES, 512, "secp521r1", EVP_sha512 },
    { ngx_null_string, 0, 0, NULL, NULL }
};


ngx_crm_jwt_key_t *
ngx_crm_jwt_key_create(ngx_pool_t *pool, const ngx_str_t *alg,
    const ngx_str_t *bytes, const ngx_str_t *kid, const char **error)
{
    ngx_crm_jwt_key_t            *key;
    ngx_pool_cleanup_t           *cln;
    const ngx_crm_jwt_key_alg_t  *row;

    row = ngx_crm_jwt_key_alg(alg);

    if (row == NULL) {
        *error = "the algorithm must be one of HS256, HS384, HS512, RS256, "
                 "RS384, RS512, ES256, ES384, ES512";
        return NULL;
    }

    *error = ngx_crm_jwt_key_check_kid(kid);

    if (*error) {
        return NULL;
    }

    *error = "no memory for the key";

    key = ngx_pcalloc(pool, sizeof(ngx_crm_jwt_key_t));
    cln = ngx_pool_cleanup_add(pool, 0);

    if (key == NULL || cln == NULL) {
        return NULL;
    }

    cln->handler = ngx_crm_jwt_key_cleanup;
    cln->data = key;

    key->alg = row->name;
    key->family = row->family;
    key->bits = row->bits;
    key->md = row->md();

    if (ngx_crm_jwt_key_copy(pool, &key->secret, bytes) != NGX_OK
        || ngx_crm_jwt_key_copy(pool, &key->kid, kid) != NGX_OK
        || ngx_crm_jwt_key_header(pool, key) != NGX_OK)
    {
        return NULL;
    }

    *error = (key->family == NGX_CRM_JWT_HS)
             ? ngx_crm_jwt_key_check_secret(key)
             : ngx_crm_jwt_key_read(key, row);

    return (*error == NULL) ? key : NULL;
}


ngx_int_t
ngx_crm_jwt_key_prepare(ngx_crm_jwt_key_t *key)
{
    if (key->family == NGX_CRM_JWT_HS) {
        return ngx_crm_hmac_prepare(&key->hmac, key->bits, key->secret.data,
                                    key->secret.len);
    }

    if (ngx_crm_jwt_key_prepare_public(key, &key->verify,
                                       EVP_PKEY_verify_init)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return key->private ? ngx_crm_jwt_key_prepare_public(key, &key->sign,
                                                         EVP_PKEY_sign_init)
                        : NGX_OK;
}


static const ngx_crm_jwt_key_alg_t *
ngx_crm_jwt_key_alg(const ngx_str_t *name)
{
    const ngx_crm_jwt_key_alg_t  *alg;

    for (alg = ngx_crm_jwt_key_algs; alg->name.len; alg++) {
        if (ngx_crm_text_same(alg->name.data, alg->name.len, name->data,
                              name->len))
        {
            return alg;
        }
    }

    return NULL;
}


/* such a kid stands in a header of JSON as it is */

static const char *
ngx_crm_jwt_key_check_kid(const ngx_str_t *kid)
{
    size_t  i;

    for (i = 0; i < kid->len; i++) {
        if (kid->data[i] <= ' ' || kid->data[i] > '~'
            || kid->data[i] == '"' || kid->data[i] == '\\')
        {
            return "kid must be printable ASCII without spaces, quotes and "
                   "backslashes";
        }
    }

    return (kid->len > NGX_CRM_JWT_KEY_KID_MAX)
           ? "kid must be of at most 128 characters" : NULL;
}


static ngx_int_t
ngx_crm_jwt_key_copy(ngx_pool_t *pool, ngx_str_t *dst, const ngx_str_t *src)
{
    dst->data = ngx_pnalloc(pool, src->len + 1);

    if (dst->data == NULL) {
        return NGX_ERROR;
    }

    dst->len = src->len;
    dst->data[src->len] = '\0';

    if (src->len) {
        ngx_memcpy(dst->data, src->data, src->len);
    }

    return NGX_OK;
}


/*
 * A PEM as the secret of an HS key is a public key mistaken for one, and then
 * whoever knows it can sign (RFC 8725 section 2.1).
 */

static const char *
ngx_crm_jwt_key_check_secret(ngx_crm_jwt_key_t *key)
{
    if (ngx_strstr(key->secret.data, "-----BEGIN ") != NULL) {
        return "an HS key must be random bytes, not a PEM";
    }

    if (key->secret.len * 8 < key->bits) {
        return "an HS key must be at least as long as its hash: 32 bytes for "
               "HS256, 48 for HS384, 64 for HS512";
    }

    return NULL;
}


static const char *
ngx_crm_jwt_key_read(ngx_crm_jwt_key_t *key, const ngx_crm_jwt_key_alg_t *alg)
{
    BIO   *bio;
    char   group[32];

    if (key->secret.len > INT_MAX) {
        return "the key is too long";
    }

    bio = BIO_new_mem_buf(key->secret.data, (int) key->secret.len);

    if (bio == NULL) {
        return "no memory for the key";
    }

    /* a stale error of OpenSSL would be logged as some connection's */
    ERR_set_mark();

    key->pkey = PEM_read_bio_PrivateKey(bio, NULL,
                                        ngx_crm_jwt_key_no_password, NULL);
    key->private = (key->pkey != NULL);

    if (key->pkey == NULL) {
        (void) BIO_reset(bio);
        key->pkey = PEM_read_bio_PUBKEY(bio, NULL,
                                        ngx_crm_jwt_key_no_password, NULL);
    }

    ERR_pop_to_mark();

    BIO_free(bio);

    if (key->pkey == NULL) {
        return "an RS or ES key must be a PEM of an unencrypted private key, "
               "or of a public key";
    }

    if (key->family == NGX_CRM_JWT_RS) {

        if (!EVP_PKEY_is_a(key->pkey, "RSA")) {
            return "the PEM holds no RSA key";
        }

        return (EVP_PKEY_get_bits(key->pkey) < 2048)
               ? "an RSA key must have at least 2048 bits" : NULL;
    }

    if (!EVP_PKEY_is_a(key->pkey, "EC")
        || !EVP_PKEY_get_group_name(key->pkey, group, sizeof(group), NULL)
        || ngx_strcmp(group, alg->group) != 0)
    {
        return "the PEM holds no key on the algorithm's curve: P-256 for "
               "ES256, P-384 for ES384, P-521 for ES512";
    }

    return NULL;
}


/* without it OpenSSL asks at the terminal */

static int
ngx_crm_jwt_key_no_password(char *buf, int size, int rwflag, void *data)
{
    (void) buf;
    (void) size;
    (void) rwflag;
    (void) data;

    return -1;
}


/* it is known again by its text: the spelling must not change */

static ngx_int_t
ngx_crm_jwt_key_header(ngx_pool_t *pool, ngx_crm_jwt_key_t *key)
{
    u_char  *p, text[NGX_CRM_JWT_KEY_KID_MAX + 64];

    p = ngx_cpymem(text, "{\"alg\":\"", 8);
    p = ngx_cpymem(p, key->alg.data, key->alg.len);

    if (key->kid.len) {
        p = ngx_cpymem(p, "\",\"kid\":\"", 9);
        p = ngx_cpymem(p, key->kid.data, key->kid.len);
    }

    p = ngx_cpymem(p, "\",\"typ\":\"JWT\"}", 14);

    key->header.data = ngx_pnalloc(pool, 2 * sizeof(text));

    if (key->header.data == NULL) {
        return NGX_ERROR;
    }

    key->header.len = ngx_crm_text_base64url(key->header.data, text, p - text)
                      - key->header.data;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_jwt_key_prepare_public(ngx_crm_jwt_key_t *key, EVP_PKEY_CTX **ctx,
    int (*init)(EVP_PKEY_CTX *ctx))
{
    EVP_PKEY_CTX_free(*ctx);
    *ctx = EVP_PKEY_CTX_new(key->pkey, NULL);

    if (*ctx == NULL
        || init(*ctx) <= 0
        || EVP_PKEY_CTX_set_signature_md(*ctx, key->md) <= 0)
    {
        return NGX_ERROR;
    }

    if (key->family == NGX_CRM_JWT_RS
        && EVP_PKEY_CTX_set_rsa_padding(*ctx, RSA_PKCS1_PADDING) <= 0)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static void
ngx_crm_jwt_key_cleanup(void *data)
{
    ngx_crm_jwt_key_t  *key = data;

    EVP_PKEY_CTX_free(key->verify);
    EVP_PKEY_CTX_free(key->sign);
    EVP_PKEY_free(key->pkey);

    if (key->secret.data) {
        ngx_explicit_memzero(key->secret.data, key->secret.len);
    }

    ngx_explicit_memzero(&key->hmac, sizeof(ngx_crm_hmac_t));
}
