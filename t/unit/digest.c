#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_digest.h"
#include "base/ngx_crm_text.h"
#include "tap.h"


#define MILLION  1000000


static const char  *
spelled(const u_char *digest)
{
    static u_char  buf[2 * NGX_CRM_SHA256_LEN + 1];

    *ngx_crm_text_hex(buf, digest, NGX_CRM_SHA256_LEN) = '\0';

    return (char *) buf;
}


static void
sha256(void)
{
    u_char      out[NGX_CRM_SHA256_LEN], *long_text;
    ngx_uint_t  i;

    /* the examples of FIPS 180-4 */

    static const struct {
        const char  *text;
        const char  *digest;
    } examples[] = {
        { "abc", "ba7816bf8f01cfea414140de5dae2223"
                 "b00361a396177a9cb410ff61f20015ad" },
        { "", "e3b0c44298fc1c149afbf4c8996fb924"
              "27ae41e4649b934ca495991b7852b855" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039"
          "a33ce45964ff2167f6ecedd419db06c1" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223"
                 "b00361a396177a9cb410ff61f20015ad" }
    };

    for (i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        is_int(ngx_crm_digest_sha256(out, (u_char *) examples[i].text,
                                     strlen(examples[i].text)),
               NGX_OK, "digested");
        is_str(spelled(out), examples[i].digest, examples[i].text);
    }

    long_text = malloc(MILLION);
    memset(long_text, 'a', MILLION);

    is_int(ngx_crm_digest_sha256(out, long_text, MILLION), NGX_OK,
           "digested");
    is_str(spelled(out), "cdc76e5c9914fb9281a1c7e284d73e67"
                         "f1809a48a497200e046d39ccc7112cd0",
           "a million times a");

    free(long_text);
}


static void
hmac(void)
{
    u_char      key[NGX_CRM_SHA256_LEN], out[NGX_CRM_SHA256_LEN];
    ngx_uint_t  i;

    /* what Python's hmac makes of the texts with their lengths before them */

    static const struct {
        const char  *name;
        ngx_str_t    texts[2];
        ngx_uint_t   n;
        const char  *digest;
    } cases[] = {
        { "ab, c", { ngx_string("ab"), ngx_string("c") }, 2,
          "c3be357a5b3bed1965015d7fedd4253d"
          "32fc19fba41f6c74bc96b2a38f4c69ff" },
        { "a, bc", { ngx_string("a"), ngx_string("bc") }, 2,
          "7281caf026ca30a3a915c06b7f9c266b"
          "d0ba77f782615b6a0553f2c7cd649020" },
        { "one empty text", { ngx_string(""), ngx_null_string }, 1,
          "a86acbcbc29b8fa83c83582d56a892d0"
          "f06f0e487df5277680b0635c3927e3c5" },
        { "no text", { ngx_null_string, ngx_null_string }, 0,
          "d38b42096d80f45f826b44a9d5607de7"
          "2496a415d3f4a1a8c88e3bb9da8dc1cb" },
        { "an absent text", { ngx_null_string, ngx_null_string }, 1,
          "a86acbcbc29b8fa83c83582d56a892d0"
          "f06f0e487df5277680b0635c3927e3c5" },
    };

    for (i = 0; i < sizeof(key); i++) {
        key[i] = (u_char) i;
    }

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        is_int(ngx_crm_digest_hmac(out, key, cases[i].texts, cases[i].n),
               NGX_OK, "authenticated");
        is_str(spelled(out), cases[i].digest, cases[i].name);
    }

    key[31] ^= 1;

    is_int(ngx_crm_digest_hmac(out, key, cases[0].texts, cases[0].n),
           NGX_OK, "authenticated with another key");
    ok(strcmp(spelled(out), cases[0].digest) != 0, "is another digest");
}


static void
derive(void)
{
    u_char      out[NGX_CRM_SHA256_LEN], key[NGX_CRM_SHA256_LEN];
    ngx_str_t   secret;
    ngx_uint_t  i;

    /* RFC 5869 A.3, whose first 32 bytes are these */

    secret.data = (u_char *) "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
                             "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b";
    secret.len = 22;

    is_int(ngx_crm_digest_derive(out, &secret, ""), NGX_OK, "derived");
    is_str(spelled(out), "8da4e775a563c18f715f802a063c5a31"
                         "b8a11f5c5ee1879ec3454e5f3c738d2d",
           "as RFC 5869 does");

    for (i = 0; i < sizeof(key); i++) {
        key[i] = (u_char) i;
    }

    secret.data = key;
    secret.len = sizeof(key);

    is_int(ngx_crm_digest_derive(out, &secret, "otp"), NGX_OK, "derived");
    is_str(spelled(out), "fd3ff44a8e811c74eac500c5659cbeda"
                         "26ae937abbdc7024db54e8c904acea7d", "for one use");

    is_int(ngx_crm_digest_derive(out, &secret, "handle"), NGX_OK, "derived");
    is_str(spelled(out), "0189a2d4d24ec157948e7d8bc6323191"
                         "646216829c86305eb6ae4fd2e7a93fb4", "for another");
}


int
main(void)
{
    sha256();
    hmac();
    derive();

    return done_testing();
}
