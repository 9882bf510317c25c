/* What a token's header and payload may say (RFC 7519, 8725). */

#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_jwt_verify.h"

#include "jwt_make.h"
#include "tap.h"


#define JWT_NOW     1000000
#define JWT_HEADER  "{\"alg\":\"HS512\",\"typ\":\"JWT\"}"
#define JWT_SUB     "{\"sub\":\"c1\",\"exp\":1000900"

#define jwt_count(table)  (sizeof(table) / sizeof((table)[0]))


/* why is NULL where the token must pass */

typedef struct {
    const char  *text;
    const char  *why;
} jwt_case_t;


static void jwt_headers(void);
static void jwt_payloads(const jwt_case_t *c, size_t n,
    const ngx_crm_jwt_rules_t *rules);
static void jwt_claims(void);
static void jwt_modes(void);


static ngx_pool_t         *jwt_pool;
static ngx_crm_jwt_key_t  *jwt_hs512;


static const ngx_crm_jwt_rules_t  jwt_rules = {
    ngx_null_string, ngx_null_string, 30, JWT_NOW
};


static const ngx_crm_jwt_rules_t  jwt_party_rules = {
    ngx_string("edge"), ngx_string("crm"), 30, JWT_NOW
};


static const jwt_case_t  jwt_header_cases[] = {
    { JWT_HEADER, NULL },
    { "{\"alg\":\"HS512\"}", NULL },
    { " { \"typ\" : \"jwt\" , \"alg\" : \"HS512\" } ", NULL },
    { "{\"alg\":\"HS512\",\"typ\":\"at+JWT\"}", NULL },
    { "{\"alg\":\"HS512\",\"typ\":\"application/at+jwt\"}", NULL },
    { "{\"alg\":\"HS512\",\"typ\":\"Application/JWT\"}", NULL },
    { "{\"\\u0061lg\":\"HS\\u0035\\u00312\"}", NULL },
    { "{\"alg\":\"HS512\",\"jku\":\"https://evil.example/jwks\"}", NULL },
    { "{\"alg\":\"HS512\",\"x5u\":\"https://evil.example/\"}", NULL },
    { "{\"alg\":\"HS512\",\"x5c\":[\"MIIB\"]}", NULL },
    { "{\"alg\":\"HS512\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}}", NULL },

    { "{\"alg\":\"none\"}", "no key for it" },
    { "{\"alg\":\"None\"}", "no key for it" },
    { "{\"alg\":\"NONE\"}", "no key for it" },
    { "{\"alg\":\"nOnE\"}", "no key for it" },
    { "{\"alg\":\"\\u006eone\"}", "no key for it" },
    { "{\"alg\":\"\"}", "no key for it" },
    { "{\"alg\":\"HS256\"}", "no key for it" },
    { "{\"alg\":\"HS384\"}", "no key for it" },
    { "{\"alg\":\"hs512\"}", "no key for it" },
    { "{\"alg\":\"HS512 \"}", "no key for it" },
    { "{\"alg\":\"HS512\\u0000\"}", "no key for it" },
    { "{\"alg\":\"RS512\"}", "no key for it" },
    { "{\"alg\":\"ES512\"}", "no key for it" },
    { "{\"typ\":\"JWT\"}", "no key for it" },
    { "{}", "no key for it" },
    { "{\"alg\":null}", "a member of the header is no string" },
    { "{\"alg\":512}", "a member of the header is no string" },
    { "{\"alg\":[\"HS512\"]}", "a member of the header is no string" },
    { "{\"alg\":\"HS512\",\"kid\":1}", "a member of the header is no string" },
    { "{\"alg\":\"HS512\",\"typ\":true}",
      "a member of the header is no string" },
    { "{\"alg\":\"HS512\",\"typ\":\"JWE\"}", "typ" },
    { "{\"alg\":\"HS512\",\"typ\":\"\"}", "typ" },
    { "{\"alg\":\"HS512\",\"typ\":\"text/jwt\"}", "typ" },
    { "{\"alg\":\"HS512\",\"typ\":\"secevent+jwt\"}", "typ" },
    { "{\"alg\":\"HS512\",\"crit\":[\"exp\"]}", "crit" },
    { "{\"alg\":\"HS512\",\"crit\":[]}", "crit" },
    { "{\"alg\":\"HS512\",\"\\u0063rit\":null}", "crit" },
    { "{\"alg\":\"HS512\",\"crit\":[\"b64\"],\"b64\":false}", "crit" },
    { "{\"alg\":\"HS512\",\"alg\":\"HS512\"}", "header" },
    { "{\"alg\":\"none\",\"alg\":\"HS512\"}", "header" },
    { "{\"alg\":\"HS512\",\"\\u0061lg\":\"none\"}", "header" },
    { "{\"alg\":\"HS512\",\"x\":1,\"x\":2}", "header" },
    { "{\"alg\":\"HS512\"}}", "header" },
    { "{\"alg\":\"HS512\",}", "header" },
    { "{'alg':'HS512'}", "header" },
    { "{\"alg\":\"HS512\",\"x\":\"\xff\"}", "header" },
    { "[\"HS512\"]", "header" },
    { "\"HS512\"", "header" }
};


static const jwt_case_t  jwt_payload_cases[] = {
    { "{\"sub\":\"c1\",\"exp\":1000001}", NULL },
    { "{\"sub\":\"c1\",\"exp\":999971}", NULL },
    { "{\"sub\":\"c1\",\"exp\":999971.9}", NULL },
    { "{\"sub\":\"c1\",\"exp\":9007199254740992}", NULL },
    { "{\"exp\":1000001,\"sub\":\"\\u0063\\u0031\"}", NULL },
    { " {\"sub\" : \"c1\", \"exp\" : 1000001 }\r\n", NULL },
    { JWT_SUB ",\"nbf\":1000030,\"iat\":1000030}", NULL },
    { JWT_SUB ",\"nbf\":0,\"iat\":-1}", NULL },
    { JWT_SUB ",\"sid\":\"s1\",\"app\":\"a@b.c_d~e+f-g\"}", NULL },
    { JWT_SUB ",\"iss\":7,\"aud\":7,\"jti\":{\"exp\":1,\"exp\":2}}", NULL },

    { "{\"sub\":\"c1\",\"exp\":999970}", "expired" },
    { "{\"sub\":\"c1\",\"exp\":1}", "expired" },
    { "{\"sub\":\"c1\",\"exp\":0}", "expired" },
    { "{\"sub\":\"c1\",\"exp\":-1000900}", "expired" },
    { "{\"sub\":\"c1\",\"exp\":-9007199254740992}", "expired" },
    { "{\"sub\":\"c1\"}", "no exp" },
    { "{\"sub\":\"c1\",\"Exp\":1000900}", "no exp" },
    { "{\"sub\":\"c1\",\"x\":{\"exp\":1000900}}", "no exp" },
    { "{\"sub\":\"c1\",\"exp\":\"1000900\"}", "exp" },
    { "{\"sub\":\"c1\",\"exp\":\"never\"}", "exp" },
    { "{\"sub\":\"c1\",\"exp\":null}", "exp" },
    { "{\"sub\":\"c1\",\"exp\":true}", "exp" },
    { "{\"sub\":\"c1\",\"exp\":[1000900]}", "exp" },
    { "{\"sub\":\"c1\",\"exp\":{}}", "exp" },
    { "{\"sub\":\"c1\",\"exp\":1.0009e6}", "exp" },
    { "{\"sub\":\"c1\",\"exp\":1e400}", "exp" },
    { "{\"sub\":\"c1\",\"exp\":9007199254740993}", "exp" },
    { "{\"sub\":\"c1\",\"exp\":9223372036854775807}", "exp" },
    { "{\"sub\":\"c1\",\"exp\":9223372036854775808}", "exp" },
    { "{\"sub\":\"c1\",\"exp\":18446744073709551617}", "exp" },
    { "{\"sub\":\"c1\",\"exp\":-9223372036854775809}", "exp" },

    { "{\"sub\":\"c1\",\"exp\":NaN}", "payload" },
    { "{\"sub\":\"c1\",\"exp\":01000900}", "payload" },
    { "{\"sub\":\"c1\",\"exp\":+1000900}", "payload" },
    { "{\"sub\":\"c1\",\"exp\":1,\"exp\":1000900}", "payload" },
    { "{\"sub\":\"c1\",\"\\u0065xp\":1000900,\"exp\":1000900}", "payload" },
    { "{\"sub\":\"c1\",\"sub\":\"c2\",\"exp\":1000900}", "payload" },
    { JWT_SUB ",\"x\":1,\"x\":1}", "payload" },
    { JWT_SUB ",}", "payload" },
    { JWT_SUB "}{}", "payload" },
    { JWT_SUB, "payload" },
    { JWT_SUB ",\"x\":\"\\ud800\"}", "payload" },
    { JWT_SUB ",\"x\":\"\xc0\x80\"}", "payload" },
    { JWT_SUB ",\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
      "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ ]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
      "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}", "payload" },
    { "[" JWT_SUB "}]", "payload" },
    { "null", "payload" },
    { "\"c1\"", "payload" },

    { JWT_SUB ",\"nbf\":1000031}", "nbf" },
    { JWT_SUB ",\"nbf\":\"0\"}", "nbf" },
    { JWT_SUB ",\"nbf\":null}", "nbf" },
    { JWT_SUB ",\"nbf\":1e400}", "nbf" },
    { JWT_SUB ",\"iat\":1000031}", "iat" },
    { JWT_SUB ",\"iat\":\"0\"}", "iat" },
    { JWT_SUB ",\"iat\":9223372036854775808}", "iat" },

    { "{\"exp\":1000900}", "sub" },
    { "{\"exp\":1000900,\"sub\":\"\"}", "sub" },
    { "{\"exp\":1000900,\"sub\":null}", "sub" },
    { "{\"exp\":1000900,\"sub\":1}", "sub" },
    { "{\"exp\":1000900,\"sub\":[\"c1\"]}", "sub" },
    { "{\"exp\":1000900,\"sub\":\"c1\\u0000\"}", "sub" },
    { "{\"exp\":1000900,\"sub\":\"c1\\r\\nX-CRM-Mode: test\"}", "sub" },
    { "{\"exp\":1000900,\"sub\":\"c1\\u000d\\u000a\"}", "sub" },
    { "{\"exp\":1000900,\"sub\":\"c1 c2\"}", "sub" },
    { "{\"exp\":1000900,\"sub\":\"c{1}\"}", "sub" },
    { "{\"exp\":1000900,\"sub\":\"c:1\"}", "sub" },
    { "{\"exp\":1000900,\"sub\":\"../c1\"}", "sub" },
    { "{\"exp\":1000900,\"sub\":\"\xc3\xa9\"}", "sub" },
    { JWT_SUB ",\"sid\":\"a b\"}", "sid" },
    { JWT_SUB ",\"sid\":\"\"}", "sid" },
    { JWT_SUB ",\"sid\":null}", "sid" },
    { JWT_SUB ",\"app\":\"a\\nb\"}", "app" },
    { JWT_SUB ",\"app\":7}", "app" },
    { JWT_SUB ",\"mode\":\"Live\"}", "mode" },
    { JWT_SUB ",\"mode\":\"\"}", "mode" },
    { JWT_SUB ",\"mode\":null}", "mode" },
    { JWT_SUB ",\"mode\":\"test\\u0000\"}", "mode" }
};


/* with an issuer and an audience demanded */

static const jwt_case_t  jwt_party_cases[] = {
    { JWT_SUB ",\"iss\":\"edge\",\"aud\":\"crm\"}", NULL },
    { JWT_SUB ",\"iss\":\"\\u0065dge\",\"aud\":\"c\\u0072m\"}", NULL },
    { JWT_SUB ",\"iss\":\"edge\",\"aud\":[\"crm\"]}", NULL },
    { JWT_SUB ",\"iss\":\"edge\",\"aud\":[ \"x\" , \"\\u0063rm\" ]}", NULL },
    { JWT_SUB ",\"aud\":\"crm\"}", "iss" },
    { JWT_SUB ",\"iss\":\"Edge\",\"aud\":\"crm\"}", "iss" },
    { JWT_SUB ",\"iss\":\"edge/\",\"aud\":\"crm\"}", "iss" },
    { JWT_SUB ",\"iss\":\"edge\\u0000\",\"aud\":\"crm\"}", "iss" },
    { JWT_SUB ",\"iss\":\"\",\"aud\":\"crm\"}", "iss" },
    { JWT_SUB ",\"iss\":null,\"aud\":\"crm\"}", "iss" },
    { JWT_SUB ",\"iss\":[\"edge\"],\"aud\":\"crm\"}", "iss" },
    { JWT_SUB ",\"iss\":\"edge\"}", "aud" },
    { JWT_SUB ",\"iss\":\"edge\",\"aud\":\"CRM\"}", "aud" },
    { JWT_SUB ",\"iss\":\"edge\",\"aud\":\"crm2\"}", "aud" },
    { JWT_SUB ",\"iss\":\"edge\",\"aud\":\"\"}", "aud" },
    { JWT_SUB ",\"iss\":\"edge\",\"aud\":null}", "aud" },
    { JWT_SUB ",\"iss\":\"edge\",\"aud\":[]}", "aud" },
    { JWT_SUB ",\"iss\":\"edge\",\"aud\":[\"x\",\"y\"]}", "aud" },
    { JWT_SUB ",\"iss\":\"edge\",\"aud\":[\"crm\",1]}", "aud" },
    { JWT_SUB ",\"iss\":\"edge\",\"aud\":[[\"crm\"]]}", "aud" },
    { JWT_SUB ",\"iss\":\"edge\",\"aud\":{\"crm\":\"crm\"}}", "aud" }
};


int
main(void)
{
    u_char  secret[64];

    memset(secret, 's', sizeof(secret));

    jwt_pool = ngx_create_pool(1024, NULL);
    jwt_hs512 = jwt_key(jwt_pool, "HS512", secret, sizeof(secret), "");

    jwt_headers();
    jwt_payloads(jwt_payload_cases, jwt_count(jwt_payload_cases), &jwt_rules);
    jwt_payloads(jwt_party_cases, jwt_count(jwt_party_cases),
                 &jwt_party_rules);
    jwt_claims();
    jwt_modes();

    ngx_destroy_pool(jwt_pool);

    return done_testing();
}


static void
jwt_headers(void)
{
    char                   token[2048];
    size_t                 i, len;
    const jwt_case_t      *c;
    ngx_crm_jwt_claims_t   claims;

    for (i = 0; i < jwt_count(jwt_header_cases); i++) {
        c = &jwt_header_cases[i];
        len = jwt_make(token, jwt_hs512, c->text, JWT_SUB "}");

        is_str(jwt_check(jwt_pool, &jwt_hs512, 1, &jwt_rules, token, len,
                         &claims),
               c->why, c->text);
    }
}


static void
jwt_payloads(const jwt_case_t *c, size_t n, const ngx_crm_jwt_rules_t *rules)
{
    char                  token[2048];
    size_t                len;
    ngx_crm_jwt_claims_t  claims;

    for ( /* void */ ; n; n--, c++) {
        len = jwt_make(token, jwt_hs512, JWT_HEADER, c->text);

        is_str(jwt_check(jwt_pool, &jwt_hs512, 1, rules, token, len, &claims),
               c->why, c->text);
    }
}


static void
jwt_claims(void)
{
    char                  token[1024];
    size_t                len;
    ngx_crm_jwt_claims_t  claims;

    len = jwt_make(token, jwt_hs512, JWT_HEADER,
                   "{\"sub\":\"c\\u0031\",\"sid\":\"s1\",\"app\":\"a1\","
                   "\"mode\":\"test\",\"iat\":999000.7,\"exp\":1000900}");

    is_str(jwt_check(jwt_pool, &jwt_hs512, 1, &jwt_rules, token, len,
                     &claims),
           NULL, "a token with all claims");

    is_text(&claims.sub, "c1", "sub");
    is_text(&claims.sid, "s1", "sid");
    is_text(&claims.app, "a1", "app");
    is_text(&claims.mode, "test", "mode");
    is_int(claims.iat, 999000, "iat");
    is_int(claims.exp, 1000900, "exp");
    ok(claims.key == jwt_hs512, "key");

    len = jwt_make(token, jwt_hs512, JWT_HEADER, JWT_SUB "}");

    is_str(jwt_check(jwt_pool, &jwt_hs512, 1, &jwt_rules, token, len,
                     &claims),
           NULL, "a token with few");

    is_text(&claims.sid, "", "no sid");
    is_text(&claims.app, "", "no app");
    is_int(claims.iat, 0, "no iat");
}


/* the mode that a token does not name is its key's */

static void
jwt_modes(void)
{
    char                  token[1024];
    size_t                len;
    ngx_uint_t            mode;
    ngx_crm_jwt_claims_t  claims;

    static const char  *names[] = { "live", "test" };

    for (mode = 0; mode < 2; mode++) {
        jwt_hs512->mode = mode;

        len = jwt_make(token, jwt_hs512, JWT_HEADER, JWT_SUB "}");
        jwt_check(jwt_pool, &jwt_hs512, 1, &jwt_rules, token, len, &claims);
        is_text(&claims.mode, names[mode], "the mode of the key");

        len = jwt_make(token, jwt_hs512, JWT_HEADER,
                       JWT_SUB ",\"mode\":\"live\"}");
        jwt_check(jwt_pool, &jwt_hs512, 1, &jwt_rules, token, len, &claims);
        is_text(&claims.mode, "live", "the mode of the token");
    }
}
