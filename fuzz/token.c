/*
 * libFuzzer: tokens, beside jansson's reading of them.  The first byte says
 * who signs: nobody, one of three HS keys, or an ES key whose signature the
 * rest is laid over.  The second has the rules, and what is done to the
 * token; then come the header, on a line, and the payload.
 */

#include "token.h"
#include "jwt_make.h"
#include "base/ngx_crm_digest.h"

#include <openssl/err.h>
#include <openssl/pem.h>


#define TOKEN_ISSUER    0x01
#define TOKEN_AUDIENCE  0x02
#define TOKEN_LEEWAY    0x04
#define TOKEN_PADDED    0x08
#define TOKEN_UNUSED    0x10
#define TOKEN_FOREIGN   0x20

#define TOKEN_HS        3
#define TOKEN_KEYS      4


static void token_init(void);
static void token_raw(const ngx_str_t *token);
static void token_signed(ngx_crm_jwt_key_t *key, ngx_uint_t rules,
    const ngx_str_t *header, const ngx_str_t *payload);
static void token_compare(const ngx_crm_jwt_claims_t *claims,
    json_t *payload);
static void token_laid(const ngx_str_t *over);
static ngx_str_t token_make(ngx_crm_jwt_key_t *key, const ngx_str_t *header,
    const ngx_str_t *payload);
static ngx_int_t token_verify(const ngx_str_t *token,
    ngx_crm_jwt_claims_t *claims);
static ngx_uint_t token_spoil(ngx_uint_t rules, ngx_str_t *token);


static ngx_crm_jwt_key_t    *token_keys[TOKEN_KEYS];
static ngx_crm_jwt_rules_t   token_rules;
static u_char                token_es[64];     /* of token_text below */
static EC_KEY               *token_ec;
static ngx_str_t             token_es_head = ngx_string("{\"alg\":\"ES256\"}");
static ngx_str_t             token_es_body =
    ngx_string("{\"sub\":\"CAD1\",\"exp\":1800000000}");


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t   rest, header;
    ngx_uint_t  who, rules;

    fuzz_begin(ngx_crm_apis[0]);

    if (token_keys[0] == NULL) {
        token_init();
    }

    rest = fuzz_copy(data, size);
    who = fuzz_byte(&rest) & 7;
    rules = fuzz_byte(&rest) - '0';

    token_rules.now = FUZZ_NOW;
    token_rules.leeway = (rules & TOKEN_LEEWAY) ? 60 : 0;
    ngx_str_null(&token_rules.issuer);
    ngx_str_null(&token_rules.audience);

    if (rules & TOKEN_ISSUER) {
        ngx_str_set(&token_rules.issuer, "us");
    }

    if (rules & TOKEN_AUDIENCE) {
        ngx_str_set(&token_rules.audience, "crm");
    }

    if (who >= 1 && who <= TOKEN_HS) {
        header = fuzz_line(&rest);
        token_signed(token_keys[who - 1], rules, &header, &rest);

    } else if (who == 4) {
        token_laid(&rest);

    } else {
        token_raw(&rest);
    }

    fuzz_end();

    return 0;
}


static void
token_init(void)
{
    u_char       der[128];
    char        *pem;
    long         len;
    BIO         *bio;
    size_t       n;
    EVP_PKEY    *pkey;
    ngx_str_t    text;
    ngx_pool_t  *pool;

    static const char  secret[] =
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    pool = ngx_cycle->pool;
    pkey = EVP_EC_gen("P-256");
    bio = BIO_new(BIO_s_mem());

    PEM_write_bio_PUBKEY(bio, pkey);
    len = BIO_get_mem_data(bio, &pem);

    token_keys[0] = jwt_key(pool, "HS256", secret, 32, "");
    token_keys[1] = jwt_key(pool, "HS384", secret, 48, "one");
    token_keys[2] = jwt_key(pool, "HS512", secret, 64, "two");
    token_keys[3] = jwt_key(pool, "ES256", pem, (size_t) len, "es");

    token_keys[1]->mode = NGX_CRM_TEST;
    token_ec = EVP_PKEY_get1_EC_KEY(pkey);

    text = token_make(NULL, &token_es_head, &token_es_body);
    n = sizeof(der);

    EVP_MD_CTX  *md = EVP_MD_CTX_new();

    fuzz_check(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, pkey) == 1
               && EVP_DigestSign(md, der, &n, text.data, text.len) == 1);

    jwt_raw(token_es, der, n, 32);

    EVP_MD_CTX_free(md);
    EVP_PKEY_free(pkey);
    BIO_free(bio);
}


/* nobody guesses a signature */

static void
token_raw(const ngx_str_t *token)
{
    ngx_crm_jwt_claims_t  claims;

    fuzz_check(token_verify(token, &claims) == NGX_DECLINED);
}


static ngx_int_t
token_verify(const ngx_str_t *token, ngx_crm_jwt_claims_t *claims)
{
    ngx_int_t    rc;
    ngx_str_t    copy;
    const char  *why;

    copy = fuzz_copy(token->data, token->len);

    rc = ngx_crm_jwt_verify(token_keys, TOKEN_KEYS, &token_rules, &copy,
                            ngx_pnalloc(fuzz.pool, token->len), claims, &why);

    fuzz_check(rc == NGX_OK ? why == NULL : rc == NGX_DECLINED && why);

    return rc;
}


static ngx_str_t
token_make(ngx_crm_jwt_key_t *key, const ngx_str_t *header,
    const ngx_str_t *payload)
{
    u_char     *p, signature[EVP_MAX_MD_SIZE];
    ngx_str_t   token;

    token.data = ngx_pnalloc(fuzz.pool,
                             2 * (header->len + payload->len) + 512);

    p = ngx_crm_text_base64url(token.data, header->data, header->len);
    *p++ = '.';
    p = ngx_crm_text_base64url(p, payload->data, payload->len);

    token.len = p - token.data;

    if (key) {
        (void) jwt_sign(signature, key, (char *) token.data, token.len);

        *p++ = '.';
        p = ngx_crm_text_base64url(p, signature, key->bits / 8);
        token.len = p - token.data;
    }

    return token;
}


static void
token_signed(ngx_crm_jwt_key_t *key, ngx_uint_t rules,
    const ngx_str_t *header, const ngx_str_t *payload)
{
    ngx_str_t             token;
    ngx_uint_t            spoilt, passed, doubtful;
    token_read_t          head, body;
    ngx_crm_jwt_claims_t  claims;

    ngx_memzero(&claims, sizeof(claims));

    token = token_make(key, header, payload);
    spoilt = token_spoil(rules, &token);
    passed = (token_verify(&token, &claims) == NGX_OK);

    head = token_read(header);
    body = token_read(payload);
    doubtful = head.doubtful || body.doubtful;

    if (passed) {
        fuzz_check(!spoilt);
        fuzz_check(claims.key == key);
    }

    if (passed && !doubtful) {
        fuzz_check(head.tree && token_head(head.tree, token_keys, TOKEN_KEYS,
                                           key));
        fuzz_check(body.tree && token_payload(body.tree, &token_rules,
                                              &claims));
        token_compare(&claims, body.tree);
    }

    if (!passed && !spoilt && !doubtful && !body.power
        && head.tree && token_head(head.tree, token_keys, TOKEN_KEYS, key))
    {
        fuzz_check(body.tree == NULL
                   || !token_payload(body.tree, &token_rules, NULL));
    }

    json_decref(head.tree);
    json_decref(body.tree);
}


static void
token_compare(const ngx_crm_jwt_claims_t *claims, json_t *payload)
{
    static const ngx_str_t  modes[] = {
        ngx_string("live"), ngx_string("test")
    };

    fuzz_check(token_is(&claims->sub, json_object_get(payload, "sub")));
    fuzz_check(token_is(&claims->sid, json_object_get(payload, "sid")));
    fuzz_check(token_is(&claims->app, json_object_get(payload, "app")));

    if (json_object_get(payload, "mode")) {
        fuzz_check(token_is(&claims->mode, json_object_get(payload, "mode")));
        return;
    }

    fuzz_check(fuzz_same(&claims->mode, &modes[claims->key->mode]));
}


/* other texts of the same bytes, and of the same token */

static ngx_uint_t
token_spoil(ngx_uint_t rules, ngx_str_t *token)
{
    if (rules & TOKEN_PADDED) {
        token->data[token->len++] = '=';
        return 1;
    }

    /* of 32 and 64 bytes the last character has unused bits, of 48 not */

    if (rules & TOKEN_UNUSED) {
        token->data[token->len - 1] ^= 1;
        return 1;
    }

    if (rules & TOKEN_FOREIGN) {
        token->data[token->len++] = '.';
        return 1;
    }

    return 0;
}


/* OpenSSL judges the same r and s, read by itself */

static void
token_laid(const ngx_str_t *over)
{
    int                    so;
    size_t                 i, len;
    u_char                *p, raw[256], digest[NGX_CRM_SHA256_LEN];
    ECDSA_SIG             *sig;
    ngx_str_t              token;
    ngx_crm_jwt_claims_t   claims;

    ngx_str_null(&token_rules.issuer);
    ngx_str_null(&token_rules.audience);

    token = token_make(NULL, &token_es_head, &token_es_body);

    len = ngx_min(over->len, sizeof(raw));
    ngx_memzero(raw, sizeof(raw));
    ngx_memcpy(raw, token_es, sizeof(token_es));

    for (i = 0; i < len; i++) {
        raw[i] ^= over->data[i];
    }

    len = ngx_max(len, sizeof(token_es));

    fuzz_check(ngx_crm_digest_sha256(digest, token.data, token.len)
               == NGX_OK);

    sig = ECDSA_SIG_new();
    ECDSA_SIG_set0(sig, BN_bin2bn(raw, 32, NULL),
                   BN_bin2bn(raw + 32, 32, NULL));

    so = ECDSA_do_verify(digest, sizeof(digest), sig, token_ec) == 1
         && len == sizeof(token_es);

    ECDSA_SIG_free(sig);
    ERR_clear_error();

    p = token.data + token.len;
    *p++ = '.';
    token.len = ngx_crm_text_base64url(p, raw, len) - token.data;

    fuzz_check((token_verify(&token, &claims) == NGX_OK) == so);
}
