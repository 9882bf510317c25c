/* Tokens of RS and ES keys, and of HS keys that pretend to be such. */

#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/ngx_crm_jwt_verify.h"

#include "jwt_make.h"
#include "tap.h"


#define JWT_PAYLOAD  "{\"sub\":\"c1\",\"exp\":1000900}"

#define jwt_count(table)  (sizeof(table) / sizeof((table)[0]))


enum { JWT_RSA, JWT_RSA_OTHER, JWT_P256, JWT_P384, JWT_P521, JWT_ALL };


typedef struct {
    const char  *alg;
    ngx_uint_t   pair;
    size_t       size;      /* of r, of ES */
} jwt_alg_t;


static void jwt_pairs(void);
static void jwt_pem(char *pem, EVP_PKEY *pkey, ngx_uint_t private);
static void jwt_algs(void);
static void jwt_confused(void);
static void jwt_lengths(void);
static void jwt_zeros(void);
static const char *jwt_signed(ngx_crm_jwt_key_t *key, const char *alg,
    const u_char *signature, size_t len);
static size_t jwt_text(char *text, const char *alg);


static ngx_pool_t           *jwt_pool;
static char                  jwt_private[JWT_ALL][2048];
static char                  jwt_public[JWT_ALL][2048];
static ngx_crm_jwt_claims_t  jwt_claims;


static const ngx_crm_jwt_rules_t  jwt_rules = {
    ngx_null_string, ngx_null_string, 30, 1000000
};


static const jwt_alg_t  jwt_alg_cases[] = {
    { "RS256", JWT_RSA, 0 },
    { "RS384", JWT_RSA, 0 },
    { "RS512", JWT_RSA, 0 },
    { "ES256", JWT_P256, 32 },
    { "ES384", JWT_P384, 48 },
    { "ES512", JWT_P521, 66 }
};


int
main(void)
{
    jwt_pool = ngx_create_pool(1024, NULL);

    jwt_pairs();
    jwt_algs();
    jwt_confused();
    jwt_lengths();
    jwt_zeros();

    is_int(ERR_peek_error(), 0, "OpenSSL's errors do not pile up");

    ngx_destroy_pool(jwt_pool);

    return done_testing();
}


static void
jwt_pairs(void)
{
    ngx_uint_t   i;
    EVP_PKEY    *pairs[JWT_ALL];

    pairs[JWT_RSA] = EVP_RSA_gen(2048);
    pairs[JWT_RSA_OTHER] = EVP_RSA_gen(2048);
    pairs[JWT_P256] = EVP_EC_gen("P-256");
    pairs[JWT_P384] = EVP_EC_gen("P-384");
    pairs[JWT_P521] = EVP_EC_gen("P-521");

    for (i = 0; i < JWT_ALL; i++) {
        jwt_pem(jwt_private[i], pairs[i], 1);
        jwt_pem(jwt_public[i], pairs[i], 0);
        EVP_PKEY_free(pairs[i]);
    }

    ERR_clear_error();
}


static void
jwt_pem(char *pem, EVP_PKEY *pkey, ngx_uint_t private)
{
    BIO  *bio;
    int   n;

    bio = BIO_new(BIO_s_mem());

    if (private) {
        PEM_write_bio_PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL);

    } else {
        PEM_write_bio_PUBKEY(bio, pkey);
    }

    n = BIO_read(bio, pem, 2047);
    pem[n] = '\0';

    BIO_free(bio);
}


/* a token of each passes by the public key of each, and by no other's */

static void
jwt_algs(void)
{
    char                header[64], token[2048], last;
    size_t              i, k, len;
    ngx_crm_jwt_key_t  *signer, *key, *both[2];

    for (i = 0; i < jwt_count(jwt_alg_cases); i++) {
        signer = jwt_key(jwt_pool, jwt_alg_cases[i].alg,
                         jwt_private[jwt_alg_cases[i].pair],
                         strlen(jwt_private[jwt_alg_cases[i].pair]), "");
        ok(signer->private, "a private key");

        sprintf(header, "{\"alg\":\"%s\"}", jwt_alg_cases[i].alg);
        len = jwt_make(token, signer, header, JWT_PAYLOAD);

        for (k = 0; k < jwt_count(jwt_alg_cases); k++) {
            key = jwt_key(jwt_pool, jwt_alg_cases[k].alg,
                          jwt_public[jwt_alg_cases[k].pair],
                          strlen(jwt_public[jwt_alg_cases[k].pair]), "");
            ok(!key->private, "a public key");

            is_str(jwt_check(jwt_pool, &key, 1, &jwt_rules, token, len,
                             &jwt_claims),
                   (i == k) ? NULL : "no key for it", header);
        }

        last = token[len - 5];
        token[len - 5] = (last == 'A') ? 'B' : 'A';
        is_str(jwt_check(jwt_pool, &signer, 1, &jwt_rules, token, len,
                         &jwt_claims),
               "signature", "a character of its signature changed");
        token[len - 5] = last;

        both[0] = jwt_key(jwt_pool, "RS256", jwt_public[JWT_RSA_OTHER],
                          strlen(jwt_public[JWT_RSA_OTHER]), "");
        both[1] = signer;

        is_str(jwt_check(jwt_pool, both, 2, &jwt_rules, token, len,
                         &jwt_claims),
               NULL, "keys are tried in turn, after a failure too");
        ok(jwt_claims.key == signer, "and the right one is told");

        is_str(jwt_check(jwt_pool, both, 1, &jwt_rules, token, len,
                         &jwt_claims),
               (i == 0) ? "signature" : "no key for it", "another's key");
    }
}


/* RFC 8725 section 2.1: the public key as the secret of an HS token */

static void
jwt_confused(void)
{
    char                text[512];
    size_t              i, k, n, len;
    u_char              mac[64];
    const char         *pem;
    ngx_crm_jwt_key_t  *key;

    static const char  *headers[] = { "HS256", "HS512", "RS256", "ES256" };
    static const char  *expected[][2] = {
        { "no key for it", "no key for it" },
        { "no key for it", "no key for it" },
        { "signature", "no key for it" },
        { "no key for it", "signature" }
    };

    for (i = 0; i < 2; i++) {
        pem = jwt_public[i ? JWT_P256 : JWT_RSA];
        key = jwt_key(jwt_pool, i ? "ES256" : "RS256", pem, strlen(pem), "");

        for (k = 0; k < jwt_count(headers); k++) {
            len = jwt_text(text, headers[k]);

            EVP_Q_mac(NULL, "HMAC", NULL, (k == 1) ? "SHA512" : "SHA256",
                      NULL, pem, strlen(pem), (u_char *) text, len, mac,
                      sizeof(mac), &n);

            is_str(jwt_signed(key, headers[k], mac, n), expected[k][i],
                   headers[k]);
        }
    }
}


/* RFC 7518 section 3.4: r and s have their full length, and are no DER */

static void
jwt_lengths(void)
{
    char                text[512];
    size_t              i, len, n;
    u_char              good[512], bad[512], der[512];
    EVP_MD_CTX         *ctx;
    const jwt_alg_t    *c;
    ngx_crm_jwt_key_t  *key;

    for (i = 0; i < jwt_count(jwt_alg_cases); i++) {
        c = &jwt_alg_cases[i];
        key = jwt_key(jwt_pool, c->alg, jwt_private[c->pair],
                      strlen(jwt_private[c->pair]), "");

        len = jwt_text(text, c->alg);
        n = jwt_sign(good, key, text, len);

        is_str(jwt_signed(key, c->alg, good, n), NULL, c->alg);
        is_str(jwt_signed(key, c->alg, good, n - 1), "signature", "short");

        memcpy(bad, good, n);
        bad[n] = 0;
        is_str(jwt_signed(key, c->alg, bad, n + 1), "signature", "long");

        if (c->size == 0) {
            continue;
        }

        memset(bad, 0, 2 * n);
        memcpy(bad + 1, good, n / 2);
        memcpy(bad + n / 2 + 2, good + n / 2, n / 2);
        is_str(jwt_signed(key, c->alg, bad, n + 2), "signature", "padded");

        is_str(jwt_signed(key, c->alg, good, 1), "signature", "one byte");

        len = jwt_text(text, c->alg);
        n = sizeof(der);
        ctx = EVP_MD_CTX_new();
        EVP_DigestSignInit(ctx, NULL, key->md, NULL, key->pkey);
        EVP_DigestSign(ctx, der, &n, (u_char *) text, len);
        EVP_MD_CTX_free(ctx);

        is_str(jwt_signed(key, c->alg, der, n), "signature", "DER");
    }
}


/* r and s of zero, or of the curve's order, fit every text of a bad library */

static void
jwt_zeros(void)
{
    size_t              i, half;
    u_char              raw[512];
    const jwt_alg_t    *c;
    ngx_crm_jwt_key_t  *key;

    for (i = 3; i < jwt_count(jwt_alg_cases); i++) {
        c = &jwt_alg_cases[i];
        key = jwt_key(jwt_pool, c->alg, jwt_public[c->pair],
                      strlen(jwt_public[c->pair]), "");

        memset(raw, 0, sizeof(raw));
        is_str(jwt_signed(key, c->alg, raw, 2 * c->size), "signature",
               "all zeros");

        for (half = 0; half < 2; half++) {
            memset(raw, 0, sizeof(raw));
            raw[(half + 1) * c->size - 1] = 1;
            is_str(jwt_signed(key, c->alg, raw, 2 * c->size), "signature",
                   "half zeros");
        }

        memset(raw, 0xff, sizeof(raw));
        is_str(jwt_signed(key, c->alg, raw, 2 * c->size), "signature",
               "all ones");
    }
}


static const char *
jwt_signed(ngx_crm_jwt_key_t *key, const char *alg, const u_char *signature,
    size_t len)
{
    char    token[2048];
    size_t  n;

    n = jwt_text(token, alg);

    token[n++] = '.';
    n = jwt_base64url(token + n, signature, len) - token;

    return jwt_check(jwt_pool, &key, 1, &jwt_rules, token, n, &jwt_claims);
}


/* what is to be signed */

static size_t
jwt_text(char *text, const char *alg)
{
    char    header[64], *p;
    size_t  n;

    n = sprintf(header, "{\"alg\":\"%s\"}", alg);

    p = jwt_base64url(text, header, n);
    *p++ = '.';

    return jwt_base64url(p, JWT_PAYLOAD, strlen(JWT_PAYLOAD)) - text;
}
