/* Which keys are refused, and that what is minted with others passes. */

#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <jwt.h>

#include "base/ngx_crm_jwt.h"
#include "base/ngx_crm_jwt_verify.h"

#include "jwt_make.h"
#include "tap.h"


#define JWT_BAD_ALG   "the algorithm must be one of HS256, HS384, HS512, "    \
                      "RS256, RS384, RS512, ES256, ES384, ES512"
#define JWT_SHORT     "an HS key must be at least as long as its hash: 32 "   \
                      "bytes for HS256, 48 for HS384, 64 for HS512"
#define JWT_HS_PEM    "an HS key must be random bytes, not a PEM"
#define JWT_NO_PEM    "an RS or ES key must be a PEM of an unencrypted "      \
                      "private key, or of a public key"
#define JWT_NO_RSA    "the PEM holds no RSA key"
#define JWT_WEAK_RSA  "an RSA key must have at least 2048 bits"
#define JWT_NO_CURVE  "the PEM holds no key on the algorithm's curve: P-256 " \
                      "for ES256, P-384 for ES384, P-521 for ES512"
#define JWT_BAD_KID   "kid must be printable ASCII without spaces, quotes "   \
                      "and backslashes"

#define jwt_count(table)  (sizeof(table) / sizeof((table)[0]))


enum {
    JWT_32_BYTES, JWT_47_BYTES, JWT_63_BYTES, JWT_64_BYTES, JWT_EMPTY,
    JWT_GARBAGE, JWT_RSA, JWT_RSA_PUBLIC, JWT_RSA_LOCKED, JWT_RSA_SHORT,
    JWT_RSA_CUT, JWT_PSS, JWT_P256, JWT_P384, JWT_P521, JWT_P521_PUBLIC,
    JWT_K256, JWT_ED25519, JWT_ALL
};


typedef struct {
    const char  *alg;
    ngx_uint_t   bytes;
    const char  *kid;
    const char  *error;     /* NULL: the key is made */
} jwt_key_case_t;


static void jwt_sources(void);
static EVP_PKEY *jwt_pss(void);
static void jwt_write(ngx_uint_t i, EVP_PKEY *pkey, const EVP_CIPHER *cipher,
    ngx_uint_t public);
static void jwt_created(void);
static void jwt_minted(void);
static int jwt_known(const ngx_str_t *token, ngx_crm_jwt_key_t *key);
static void jwt_unminted(void);
static void jwt_wiped(void);


static ngx_pool_t  *jwt_pool;
static ngx_str_t    jwt_bytes[JWT_ALL];


static const jwt_key_case_t  jwt_key_cases[] = {
    { "HS256", JWT_32_BYTES, "", NULL },
    { "HS256", JWT_64_BYTES, "2026-11", NULL },
    { "HS512", JWT_64_BYTES, "a~!{}[]:,'/", NULL },
    { "RS256", JWT_RSA, "", NULL },
    { "RS384", JWT_RSA, "k", NULL },
    { "RS512", JWT_RSA_PUBLIC, "", NULL },
    { "ES256", JWT_P256, "", NULL },
    { "ES384", JWT_P384, "k", NULL },
    { "ES512", JWT_P521, "", NULL },
    { "ES512", JWT_P521_PUBLIC, "", NULL },

    { "none", JWT_64_BYTES, "", JWT_BAD_ALG },
    { "None", JWT_64_BYTES, "", JWT_BAD_ALG },
    { "", JWT_64_BYTES, "", JWT_BAD_ALG },
    { "hs256", JWT_64_BYTES, "", JWT_BAD_ALG },
    { "HS2566", JWT_64_BYTES, "", JWT_BAD_ALG },
    { "PS256", JWT_RSA, "", JWT_BAD_ALG },
    { "EdDSA", JWT_ED25519, "", JWT_BAD_ALG },
    { "HS256", JWT_EMPTY, "", JWT_SHORT },
    { "HS384", JWT_47_BYTES, "", JWT_SHORT },
    { "HS512", JWT_32_BYTES, "", JWT_SHORT },
    { "HS512", JWT_63_BYTES, "", JWT_SHORT },
    { "HS256", JWT_RSA_PUBLIC, "", JWT_HS_PEM },
    { "HS256", JWT_RSA, "", JWT_HS_PEM },
    { "HS512", JWT_P256, "", JWT_HS_PEM },
    { "RS256", JWT_EMPTY, "", JWT_NO_PEM },
    { "RS256", JWT_64_BYTES, "", JWT_NO_PEM },
    { "RS256", JWT_GARBAGE, "", JWT_NO_PEM },
    { "RS256", JWT_RSA_CUT, "", JWT_NO_PEM },
    { "RS256", JWT_RSA_LOCKED, "", JWT_NO_PEM },
    { "RS256", JWT_RSA_SHORT, "", JWT_WEAK_RSA },
    { "RS256", JWT_PSS, "", JWT_NO_RSA },
    { "RS256", JWT_P256, "", JWT_NO_RSA },
    { "ES256", JWT_64_BYTES, "", JWT_NO_PEM },
    { "ES256", JWT_RSA, "", JWT_NO_CURVE },
    { "ES256", JWT_P384, "", JWT_NO_CURVE },
    { "ES256", JWT_K256, "", JWT_NO_CURVE },
    { "ES384", JWT_P256, "", JWT_NO_CURVE },
    { "ES512", JWT_P384, "", JWT_NO_CURVE },
    { "ES256", JWT_ED25519, "", JWT_NO_CURVE },
    { "HS256", JWT_32_BYTES, "a b", JWT_BAD_KID },
    { "HS256", JWT_32_BYTES, "a\"b", JWT_BAD_KID },
    { "HS256", JWT_32_BYTES, "a\\b", JWT_BAD_KID },
    { "HS256", JWT_32_BYTES, "\xc3\xa9", JWT_BAD_KID }
};


int
main(void)
{
    jwt_pool = ngx_create_pool(1024, NULL);

    jwt_sources();

    jwt_created();
    jwt_minted();
    jwt_unminted();
    jwt_wiped();

    is_int(ERR_peek_error(), 0, "OpenSSL's errors do not pile up");

    ngx_destroy_pool(jwt_pool);

    return done_testing();
}


static void
jwt_sources(void)
{
    ngx_uint_t  i;

    static const size_t  lengths[] = { 32, 47, 63, 64, 0 };

    for (i = 0; i < jwt_count(lengths); i++) {
        jwt_bytes[i].len = lengths[i];
        jwt_bytes[i].data = ngx_pnalloc(jwt_pool, lengths[i] + 1);
        memset(jwt_bytes[i].data, 's', lengths[i]);
    }

    ngx_str_set(&jwt_bytes[JWT_GARBAGE], "-----BEGIN PRIVATE KEY-----\nAAAA\n"
                                         "-----END PRIVATE KEY-----\n");

    jwt_write(JWT_RSA, EVP_RSA_gen(2048), NULL, 0);
    jwt_write(JWT_RSA_PUBLIC, EVP_RSA_gen(2048), NULL, 1);
    jwt_write(JWT_RSA_LOCKED, EVP_RSA_gen(2048), EVP_aes_128_cbc(), 0);
    jwt_write(JWT_RSA_SHORT, EVP_RSA_gen(1024), NULL, 0);
    jwt_write(JWT_PSS, jwt_pss(), NULL, 0);
    jwt_write(JWT_P256, EVP_EC_gen("P-256"), NULL, 0);
    jwt_write(JWT_P384, EVP_EC_gen("P-384"), NULL, 0);
    jwt_write(JWT_P521, EVP_EC_gen("P-521"), NULL, 0);
    jwt_write(JWT_P521_PUBLIC, EVP_EC_gen("P-521"), NULL, 1);
    jwt_write(JWT_K256, EVP_EC_gen("secp256k1"), NULL, 0);
    jwt_write(JWT_ED25519, EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), NULL, 0);

    jwt_bytes[JWT_RSA_CUT] = jwt_bytes[JWT_RSA];
    jwt_bytes[JWT_RSA_CUT].len /= 2;

    ERR_clear_error();
}


/* a key that RSA's other padding alone may use: not RS256's */

static EVP_PKEY *
jwt_pss(void)
{
    EVP_PKEY      *pkey;
    EVP_PKEY_CTX  *ctx;

    pkey = NULL;
    ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);

    EVP_PKEY_keygen_init(ctx);
    EVP_PKEY_generate(ctx, &pkey);
    EVP_PKEY_CTX_free(ctx);

    return pkey;
}


static void
jwt_write(ngx_uint_t i, EVP_PKEY *pkey, const EVP_CIPHER *cipher,
    ngx_uint_t public)
{
    BIO  *bio;

    bio = BIO_new(BIO_s_mem());

    if (public) {
        PEM_write_bio_PUBKEY(bio, pkey);

    } else {
        PEM_write_bio_PrivateKey(bio, pkey, cipher, (u_char *) "word",
                                 cipher ? 4 : 0, NULL, NULL);
    }

    jwt_bytes[i].data = ngx_pnalloc(jwt_pool, 4096);
    jwt_bytes[i].len = BIO_read(bio, jwt_bytes[i].data, 4096);

    BIO_free(bio);
    EVP_PKEY_free(pkey);
}


static void
jwt_created(void)
{
    size_t                 i;
    ngx_str_t              alg, kid;
    const char            *error;
    ngx_crm_jwt_key_t     *key;
    const jwt_key_case_t  *c;

    for (i = 0; i < jwt_count(jwt_key_cases); i++) {
        c = &jwt_key_cases[i];

        alg.data = (u_char *) c->alg;
        alg.len = strlen(c->alg);
        kid.data = (u_char *) c->kid;
        kid.len = strlen(c->kid);

        key = ngx_crm_jwt_key_create(jwt_pool, &alg, &jwt_bytes[c->bytes],
                                     &kid, &error);

        ok((key == NULL) == (c->error != NULL), c->alg);
        is_str(error, c->error, "the sentence");

        if (key) {
            is_text(&key->alg, c->alg, "its algorithm");
            is_text(&key->kid, c->kid, "its kid");
            is_int(ngx_crm_jwt_key_prepare(key), NGX_OK, "prepared");
            is_int(ngx_crm_jwt_key_prepare(key), NGX_OK, "and once more");
        }
    }
}


static void
jwt_minted(void)
{
    size_t                 i;
    ngx_str_t              token;
    ngx_crm_jwt_key_t     *key;
    const jwt_key_case_t  *c;
    ngx_crm_jwt_claims_t   found;

    static const ngx_crm_jwt_rules_t  rules = {
        ngx_string("https://edge.example/\"1\""), ngx_string("crm"), 0,
        1762000000
    };

    static const ngx_crm_jwt_claims_t  claims = {
        ngx_string("c1"), ngx_string("s1"), ngx_string("a1"),
        ngx_string("test"), 1762000000, 0, 1762000900, NULL
    };

    for (i = 0; i < jwt_count(jwt_key_cases); i++) {
        c = &jwt_key_cases[i];

        if (c->error) {
            break;
        }

        key = jwt_key(jwt_pool, c->alg, jwt_bytes[c->bytes].data,
                      jwt_bytes[c->bytes].len, c->kid);

        if (key->family != NGX_CRM_JWT_HS && !key->private) {
            is_int(ngx_crm_jwt_mint(key, &rules, &claims, &token), NGX_ERROR,
                   "a public key mints nothing");
            continue;
        }

        is_int(ngx_crm_jwt_mint(key, &rules, &claims, &token), NGX_OK,
               c->alg);
        ok(token.len > key->header.len
           && memcmp(token.data, key->header.data, key->header.len) == 0
           && token.data[key->header.len] == '.',
           "its header is the one that is known by its text");

        is_str(jwt_check(jwt_pool, &key, 1, &rules, (char *) token.data,
                         token.len, &found),
               NULL, "it passes");
        is_text(&found.sub, "c1", "its sub");
        is_text(&found.sid, "s1", "its sid");
        is_text(&found.app, "a1", "its app");
        is_text(&found.mode, "test", "its mode");
        is_int(found.iat, 1762000000, "its iat");
        is_int(found.exp, 1762000900, "its exp");
        is_int(jwt_known(&token, key), 0, "libjwt takes it, too");

        ngx_crm_jwt_free(&token);
        ok(token.data == NULL, "freed");
    }
}


/* an opinion of another's: libjwt reads the token and the same key */

static int
jwt_known(const ngx_str_t *token, ngx_crm_jwt_key_t *key)
{
    int        rc;
    BIO       *bio;
    char      *text;
    jwt_t     *jwt;
    ngx_str_t  secret;

    bio = BIO_new(BIO_s_mem());
    secret = key->secret;

    if (key->pkey) {
        PEM_write_bio_PUBKEY(bio, key->pkey);
        secret.len = BIO_get_mem_data(bio, &secret.data);
    }

    text = strndup((char *) token->data, token->len);
    rc = jwt_decode(&jwt, text, secret.data, (int) secret.len);

    if (rc == 0) {
        rc = strcmp(jwt_get_grant(jwt, "iss"), "https://edge.example/\"1\"");
        jwt_free(jwt);
    }

    BIO_free(bio);
    free(text);

    return rc;
}


static void
jwt_unminted(void)
{
    ngx_str_t             one, two, long_issuer;
    ngx_crm_jwt_key_t    *key;
    ngx_crm_jwt_rules_t   rules;
    ngx_crm_jwt_claims_t  claims;

    memset(&rules, 0, sizeof(rules));
    memset(&claims, 0, sizeof(claims));

    key = jwt_key(jwt_pool, "HS256", jwt_bytes[JWT_32_BYTES].data, 32, "");

    is_int(ngx_crm_jwt_mint(key, &rules, &claims, &one), NGX_ERROR,
           "no token without a sub");

    ngx_str_set(&claims.sub, "c1\r\n");
    is_int(ngx_crm_jwt_mint(key, &rules, &claims, &one), NGX_ERROR,
           "nor with one that would not pass");

    ngx_str_set(&claims.sub, "c1");
    long_issuer.len = 1025;
    long_issuer.data = ngx_pnalloc(jwt_pool, 1025);
    memset(long_issuer.data, 'i', 1025);
    rules.issuer = long_issuer;
    is_int(ngx_crm_jwt_mint(key, &rules, &claims, &one), NGX_ERROR,
           "nor with an endless issuer");

    rules.issuer.len = 1024;
    is_int(ngx_crm_jwt_mint(key, &rules, &claims, &one), NGX_OK, "one");
    is_int(ngx_crm_jwt_mint(key, &rules, &claims, &two), NGX_OK, "another");
    ok(one.len == two.len && memcmp(one.data, two.data, one.len) != 0,
       "no two are the same");

    ngx_crm_jwt_free(&one);
    ngx_crm_jwt_free(&two);
}


/* the handlers of a pool may be run by hand, to look at what they leave */

static void
jwt_wiped(void)
{
    ngx_pool_t         *pool;
    ngx_crm_jwt_key_t  *key;

    static u_char  zeros[64];

    pool = ngx_create_pool(1024, NULL);

    key = jwt_key(pool, "HS512", jwt_bytes[JWT_64_BYTES].data, 64, "");
    ok(key->secret.data != jwt_bytes[JWT_64_BYTES].data, "a copy");

    pool->cleanup->handler(pool->cleanup->data);
    pool->cleanup->handler = NULL;

    is_mem(key->secret.data, zeros, 64, "a secret is wiped");

    ngx_destroy_pool(pool);
}
