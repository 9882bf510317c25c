/* What tokens are made of, and the key that each is for. */

#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_jwt_verify.h"

#include "jwt_make.h"
#include "tap.h"


#define JWT_HEADER   "{\"alg\":\"HS512\",\"typ\":\"JWT\"}"
#define JWT_PAYLOAD  "{\"sub\":\"c1\",\"exp\":1000900}"

#define jwt_count(table)  (sizeof(table) / sizeof((table)[0]))


/* why is NULL where the token must pass */

typedef struct {
    const char  *text;         /* of base64url of the header and the payload */
    const char  *signature;    /* of base64url of its signature */
    const char  *why;
} jwt_form_t;


typedef struct {
    const char  *header;
    ngx_uint_t   signer;
    const char  *why;
} jwt_kid_t;


static void jwt_forms(void);
static void jwt_unused_bits(void);
static void jwt_lengths(void);
static void jwt_every_byte(void);
static void jwt_kids(void);
static void jwt_rfc7515(void);


static ngx_pool_t           *jwt_pool;
static ngx_crm_jwt_key_t    *jwt_keys[5];
static ngx_crm_jwt_claims_t  jwt_claims;


static const ngx_crm_jwt_rules_t  jwt_rules = {
    ngx_null_string, ngx_null_string, 30, 1000000
};


static const jwt_form_t  jwt_form_cases[] = {
    { "%s.%s", ".%s", NULL },
    { "%s.%s", "", "not three parts" },
    { "%s.%s", ".", "not three parts" },
    { "%s.", ".%s", "not three parts" },
    { "%.0s.%s", ".%s", "not three parts" },
    { "%s", ".%s", "not three parts" },
    { "%.0s", "%.0s", "not three parts" },
    { ".", ".", "not three parts" },
    { "%s.%s", ".%s.", "base64url of the signature" },
    { "%s.%s", ".%1$s.%1$s", "base64url of the signature" },
    { "%s.%s", ".%s.a.b", "base64url of the signature" },
    { "%s.%s", ".%s=", "base64url of the signature" },
    { "%s.%s", ".%s==", "base64url of the signature" },
    { "%s.%s", ".%s ", "base64url of the signature" },
    { "%s.%s", ".%s\n", "base64url of the signature" },
    { "%s.%s", ".%sA", "signature" },
    { "%s.%s", ".%sAA", "signature" },
    { "%s.%s", ".%sAAA", "base64url of the signature" },
    { "%s.%s", ".%.85s", "base64url of the signature" },
    { "%s.%s", ".%.41s", "base64url of the signature" },
    { "%s.%s", ".%.4s", "signature" },
    { "%s=.%s", ".%s", "base64url of the header" },
    { " %s.%s", ".%s", "base64url of the header" },
    { "%s+.%s", ".%s", "base64url of the header" },
    { "%s.%s=", ".%s", "base64url of the payload" },
    { "%s.%s==", ".%s", "base64url of the payload" },
    { "%s.%s/", ".%s", "base64url of the payload" },
    { "%s.%s\n", ".%s", "base64url of the payload" },
    { "%2$s.%2$s", ".%s", "no key for it" }
};


/*
 * The keys 0 and 1 have no kid, 2 and 3 have a and b, all of HS512; 4 is of
 * HS256 and has c.
 */

static const jwt_kid_t  jwt_kid_cases[] = {
    { JWT_HEADER, 0, NULL },
    { JWT_HEADER, 1, NULL },
    { JWT_HEADER, 2, NULL },
    { "{\"alg\":\"HS512\",\"kid\":\"a\"}", 2, NULL },
    { "{\"alg\":\"HS512\",\"kid\":\"\\u0062\"}", 3, NULL },
    { "{\"alg\":\"HS512\",\"kid\":\"z\"}", 0, NULL },
    { "{\"alg\":\"HS512\",\"kid\":\"\"}", 1, NULL },
    { "{\"alg\":\"HS256\",\"kid\":\"c\"}", 4, NULL },
    { "{\"alg\":\"HS256\"}", 4, NULL },
    { "{\"alg\":\"HS512\",\"kid\":\"a\"}", 3, "signature" },
    { "{\"alg\":\"HS512\",\"kid\":\"a\",\"typ\":\"JWT\"}", 2, NULL },
    { "{\"alg\":\"HS512\",\"kid\":\"a\",\"typ\":\"JWT\"}", 3, "signature" },
    { "{\"alg\":\"HS512\",\"kid\":\"a\"}", 0, "signature" },
    { "{\"alg\":\"HS512\",\"kid\":\"z\"}", 2, "signature" },
    { "{\"alg\":\"HS512\",\"kid\":\"\"}", 2, "signature" },
    { "{\"alg\":\"HS512\",\"kid\":\"c\"}", 0, "no key for it" },
    { "{\"alg\":\"HS256\",\"kid\":\"a\"}", 2, "no key for it" },
    { "{\"alg\":\"HS256\",\"kid\":\"z\"}", 4, "no key for it" },
    { "{\"alg\":\"HS256\"}", 0, "signature" }
};


int
main(void)
{
    u_char      secret[64];
    ngx_uint_t  i;

    static const char  *algs[] = {
        "HS512", "HS512", "HS512", "HS512", "HS256"
    };

    static const char  *kids[] = { "", "", "a", "b", "c" };

    jwt_pool = ngx_create_pool(1024, NULL);

    for (i = 0; i < jwt_count(jwt_keys); i++) {
        memset(secret, 'A' + i, sizeof(secret));
        jwt_keys[i] = jwt_key(jwt_pool, algs[i], secret, sizeof(secret),
                              kids[i]);
    }

    jwt_forms();
    jwt_unused_bits();
    jwt_lengths();
    jwt_every_byte();
    jwt_kids();
    jwt_rfc7515();

    ngx_destroy_pool(jwt_pool);

    return done_testing();
}


/* each form is signed as it is */

static void
jwt_forms(void)
{
    char               header[64], payload[64], signature[128], token[1024];
    char              *p;
    size_t             i, n;
    u_char             mac[64];
    const jwt_form_t  *c;

    jwt_base64url(header, JWT_HEADER, strlen(JWT_HEADER));
    jwt_base64url(payload, JWT_PAYLOAD, strlen(JWT_PAYLOAD));

    for (i = 0; i < jwt_count(jwt_form_cases); i++) {
        c = &jwt_form_cases[i];

        p = token + sprintf(token, c->text, header, payload);

        n = jwt_sign(mac, jwt_keys[0], token, p - token);
        jwt_base64url(signature, mac, n);

        p += sprintf(p, c->signature, signature);

        is_str(jwt_check(jwt_pool, jwt_keys, 1, &jwt_rules, token, p - token,
                         &jwt_claims),
               c->why, token);
    }
}


/*
 * The last character of each part has bits that stand for nothing: set, they
 * would give one token many texts.
 */

static void
jwt_unused_bits(void)
{
    char    parts[3][128], token[1024];
    size_t  i, n;
    u_char  mac[64];

    static const char  *whys[] = {
        "base64url of the header",
        "base64url of the payload",
        "base64url of the signature",
        NULL
    };

    for (i = 0; i < jwt_count(whys); i++) {
        jwt_base64url(parts[0], "{\"alg\":\"HS512\" }", 16);
        jwt_base64url(parts[1], JWT_PAYLOAD "  ", strlen(JWT_PAYLOAD) + 2);

        if (i < 2) {
            parts[i][strlen(parts[i]) - 1]++;
        }

        n = sprintf(token, "%s.%s", parts[0], parts[1]);
        jwt_base64url(parts[2], mac, jwt_sign(mac, jwt_keys[0], token, n));

        if (i == 2) {
            parts[2][strlen(parts[2]) - 1]++;
        }

        n += sprintf(token + n, ".%s", parts[2]);

        is_str(jwt_check(jwt_pool, jwt_keys, 1, &jwt_rules, token, n,
                         &jwt_claims),
               whys[i], token);
    }
}


static void
jwt_lengths(void)
{
    char    *payload, *token;
    size_t   n;

    /* 36 of the header, 86 of the signature, 2 dots, and 4 for each 3 */
    n = (NGX_CRM_JWT_MAX - 124) / 4 * 3;

    payload = ngx_pnalloc(jwt_pool, n + 1);
    token = ngx_pnalloc(jwt_pool, NGX_CRM_JWT_MAX + 2);

    memset(payload, ' ', n);
    memcpy(payload, JWT_PAYLOAD, strlen(JWT_PAYLOAD));
    payload[n] = '\0';

    is_int(jwt_make(token, jwt_keys[0], JWT_HEADER, payload),
           NGX_CRM_JWT_MAX, "a token as long as may be");

    is_str(jwt_check(jwt_pool, jwt_keys, 1, &jwt_rules, token,
                     NGX_CRM_JWT_MAX, &jwt_claims),
           NULL, "passes");

    token[NGX_CRM_JWT_MAX] = 'A';

    is_str(jwt_check(jwt_pool, jwt_keys, 1, &jwt_rules, token,
                     NGX_CRM_JWT_MAX + 1, &jwt_claims),
           "too long", "and one byte more does not");
}


static void
jwt_every_byte(void)
{
    char    token[512];
    size_t  i, len, passed;

    len = jwt_make(token, jwt_keys[0], JWT_HEADER, JWT_PAYLOAD);

    passed = 0;

    for (i = 0; i < len; i++) {
        if (jwt_check(jwt_pool, jwt_keys, 1, &jwt_rules, token, i,
                      &jwt_claims)
            == NULL)
        {
            passed++;
        }
    }

    is_int(passed, 0, "cut anywhere, no token passes");

    for (i = 0; i < len; i++) {
        token[i] ^= 1;

        if (jwt_check(jwt_pool, jwt_keys, 1, &jwt_rules, token, len,
                      &jwt_claims)
            == NULL)
        {
            passed++;
        }

        token[i] ^= 1;
    }

    is_int(passed, 0, "nor with a bit changed anywhere");

    is_str(jwt_check(jwt_pool, jwt_keys, 1, &jwt_rules, token, len,
                     &jwt_claims),
           NULL, "as it was, it does");
}


static void
jwt_kids(void)
{
    char              token[512];
    size_t            i, len;
    const jwt_kid_t  *c;

    for (i = 0; i < jwt_count(jwt_kid_cases); i++) {
        c = &jwt_kid_cases[i];

        len = jwt_make(token, jwt_keys[c->signer], c->header, JWT_PAYLOAD);

        is_str(jwt_check(jwt_pool, jwt_keys, jwt_count(jwt_keys), &jwt_rules,
                         token, len, &jwt_claims),
               c->why, c->header);

        if (c->why == NULL) {
            ok(jwt_claims.key == jwt_keys[c->signer], "by the right key");
        }
    }

    is_str(jwt_check(jwt_pool, jwt_keys, 0, &jwt_rules, token, len,
                     &jwt_claims),
           "no key for it", "no keys at all");
}


/* appendix A.1: signed as it says, and then it has no sub */

static void
jwt_rfc7515(void)
{
    u_char               secret[64];
    ngx_crm_jwt_key_t   *key;
    ngx_crm_jwt_rules_t  rules;

    static const char  k[] =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4h"
        "cgUuTwjAzZr1Z9CAow";

    static const char  token[] =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl"
        "LmNvbS9pc19yb290Ijp0cnVlfQ."
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    is_int(ngx_crm_text_unbase64url(secret, (u_char *) k, strlen(k)), 64,
           "the key of RFC 7515");

    key = jwt_key(jwt_pool, "HS256", secret, sizeof(secret), "");

    rules = jwt_rules;
    rules.now = 1300819379;

    is_str(jwt_check(jwt_pool, &key, 1, &rules, token, strlen(token),
                     &jwt_claims),
           "sub", "its token");

    rules.now = 1300819410;

    is_str(jwt_check(jwt_pool, &key, 1, &rules, token, strlen(token),
                     &jwt_claims),
           "expired", "half a minute after its exp");
}
