#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/evp.h>

#include "base/ngx_crm_base64.h"
#include "base/ngx_crm_cipher.h"
#include "base/ngx_crm_digest.h"
#include "base/ngx_crm_secrets.h"
#include "base/ngx_crm_text.h"
#include "tap.h"


static const ngx_crm_cipher_e  kinds[] = {
    NGX_CRM_CIPHER_GCM, NGX_CRM_CIPHER_CBC_HMAC, NGX_CRM_CIPHER_CBC
};

static const char  *const names[] = { "GCM", "CBC and HMAC", "CBC" };


static size_t
bytes(u_char *dst, const char *hex)
{
    size_t  n;

    n = strlen(hex) / 2;
    ngx_crm_text_unhex(dst, (const u_char *) hex, n);

    return n;
}


static ngx_crm_cipher_t
keyed(ngx_crm_cipher_e kind, const char *aad)
{
    ngx_crm_cipher_t  cipher;

    memset(&cipher, 0, sizeof(cipher));

    cipher.kind = kind;
    memset(cipher.key, 'k', sizeof(cipher.key));
    memset(cipher.mac, 'm', sizeof(cipher.mac));
    cipher.aad.data = (u_char *) aad;
    cipher.aad.len = strlen(aad);

    return cipher;
}


static const struct {
    const char        *name;
    ngx_crm_cipher_e   kind;
    const char        *key;
    const char        *aad;
    const char        *sealed;
    const char        *plain;
} vectors[] = {

    /* the GCM specification of McGrew and Viega, appendix B */

    { "test case 13", NGX_CRM_CIPHER_GCM,
      "0000000000000000000000000000000000000000000000000000000000000000",
      "", "000000000000000000000000"
      "530f8afbc74536b9a963b4f1c4cb738b", "" },
    { "test case 14", NGX_CRM_CIPHER_GCM,
      "0000000000000000000000000000000000000000000000000000000000000000",
      "", "000000000000000000000000cea7403d4d606b6e074ec5d3baf39d18"
      "d0d1c8a799996bf0265b98b5d48ab919",
      "00000000000000000000000000000000" },
    { "test case 16", NGX_CRM_CIPHER_GCM,
      "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
      "feedfacedeadbeeffeedfacedeadbeefabaddad2",
      "cafebabefacedbaddecaf888"
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
      "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
      "76fc6ece0f4e1768cddf8853bb2d551b",
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39" },

    /* NIST SP 800-38A F.2.5, and a block of padding */

    { "F.2.5", NGX_CRM_CIPHER_CBC,
      "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
      "", "000102030405060708090a0b0c0d0e0f"
      "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
      "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"
      "3f461796d6b0d6b2e0c2a72b4d80e644",
      "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
      "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710" }
};


static void
published(void)
{
    u_char            text[256], plain[256], aad[32];
    size_t            n;
    ngx_str_t         sealed;
    ngx_uint_t        i;
    ngx_crm_cipher_t  cipher;

    for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        memset(&cipher, 0, sizeof(cipher));

        cipher.kind = vectors[i].kind;
        bytes(cipher.key, vectors[i].key);
        cipher.aad.data = aad;
        cipher.aad.len = bytes(aad, vectors[i].aad);

        sealed.data = text;
        sealed.len = bytes(text, vectors[i].sealed);
        n = bytes(plain, vectors[i].plain);

        is_int(ngx_crm_cipher_open(&cipher, &sealed), NGX_OK, vectors[i].name);
        is_int(sealed.len, n, "its length");
        is_mem(sealed.data, plain, n, "its text");
    }
}


/* RFC 3394 section 4.6 */

static void
unwrap(void)
{
    u_char  wrap[NGX_CRM_CIPHER_KEY], wrapped[NGX_CRM_CIPHER_WRAPPED];
    u_char  key[NGX_CRM_CIPHER_KEY], expected[NGX_CRM_CIPHER_KEY];

    bytes(wrap, "000102030405060708090A0B0C0D0E0F"
                "101112131415161718191A1B1C1D1E1F");
    bytes(wrapped, "28C9F404C4B810F4CBCCB35CFB87F826"
                   "3F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21");
    bytes(expected, "00112233445566778899AABBCCDDEEFF"
                    "000102030405060708090A0B0C0D0E0F");

    is_int(ngx_crm_cipher_unwrap(key, wrap, wrapped), NGX_OK, "unwrapped");
    is_mem(key, expected, sizeof(key), "as RFC 3394 says");

    wrapped[39] ^= 1;
    is_int(ngx_crm_cipher_unwrap(key, wrap, wrapped), NGX_DECLINED, "forged");

    wrapped[39] ^= 1;
    wrap[0] ^= 1;
    is_int(ngx_crm_cipher_unwrap(key, wrap, wrapped), NGX_DECLINED,
           "under another key");
}


/* each bit of what is authenticated, each length of what is not all of it */

static void
forged(const ngx_crm_cipher_t *cipher, const u_char *sealed, size_t n,
    const char *name)
{
    size_t            i, passed;
    u_char            copy[256];
    ngx_str_t         text;
    ngx_crm_cipher_t  other;

    passed = 0;

    for (i = 0; i < 8 * n; i++) {
        memcpy(copy, sealed, n);
        copy[i / 8] ^= 1 << (i % 8);
        text.data = copy;
        text.len = n;
        passed += (ngx_crm_cipher_open(cipher, &text) != NGX_DECLINED);
    }

    for (i = 0; i < n; i++) {
        memcpy(copy, sealed, n);
        text.data = copy;
        text.len = i;
        passed += (ngx_crm_cipher_open(cipher, &text) != NGX_DECLINED);
    }

    other = *cipher;
    other.aad.len--;
    memcpy(copy, sealed, n);
    text.data = copy;
    text.len = n;
    passed += (ngx_crm_cipher_open(&other, &text) != NGX_DECLINED);

    is_int(passed, 0, name);
}


static void
both_ways(void)
{
    size_t            n, k, room, wrong;
    u_char            plain[64], sealed[256], copy[256];
    ngx_str_t         text;
    ngx_crm_cipher_t  cipher;

    memset(plain, 'p', sizeof(plain));

    for (k = 0; k < 3; k++) {
        cipher = keyed(kinds[k], "POST /path");
        wrong = 0;

        for (n = 0; n <= sizeof(plain); n++) {
            text.data = plain;
            text.len = n;
            room = ngx_crm_cipher_room(&cipher, n);
            sealed[room] = '!';

            wrong += (ngx_crm_cipher_seal(&cipher, &text, sealed) != NGX_OK
                      || sealed[room] != '!');

            memcpy(copy, sealed, room);
            text.data = copy;
            text.len = room;

            wrong += (ngx_crm_cipher_open(&cipher, &text) != NGX_OK
                      || text.len != n || memcmp(text.data, plain, n) != 0);
        }

        is_int(wrong, 0, names[k]);

        if (kinds[k] != NGX_CRM_CIPHER_CBC) {
            forged(&cipher, sealed, room, "a bit, a byte, the AAD");
        }
    }

    cipher = keyed(NGX_CRM_CIPHER_NONE, "");
    text.data = copy;
    text.len = sizeof(copy);
    is_int(ngx_crm_cipher_open(&cipher, &text), NGX_DECLINED, "none opens");
    is_int(ngx_crm_cipher_seal(&cipher, &text, sealed), NGX_ERROR,
           "none seals");
}


/* before a byte is decrypted, or the padding would tell of it */

static void
mac_first(void)
{
    u_char            sealed[80], copy[80];
    ngx_str_t         text;
    ngx_crm_cipher_t  cipher;

    cipher = keyed(NGX_CRM_CIPHER_CBC_HMAC, "POST /path");
    text.data = (u_char *) "plain";
    text.len = 5;

    is_int(ngx_crm_cipher_seal(&cipher, &text, sealed), NGX_OK, "sealed");

    cipher.mac[0] ^= 1;
    text.data = copy;
    text.len = ngx_crm_cipher_room(&cipher, 5);
    memcpy(copy, sealed, text.len);

    is_int(ngx_crm_cipher_open(&cipher, &text), NGX_DECLINED,
           "under another MAC key");
    is_mem(copy, sealed, text.len, "nothing of it was decrypted");
}


static void
base64(void)
{
    u_char      buf[64];
    ssize_t     n;
    ngx_uint_t  i;

    /* RFC 4648 section 10, and what is not its only spelling */

    static const struct {
        const char  *text;
        const char  *bytes;
    } cases[] = {
        { "", "" }, { "Zg==", "f" }, { "Zm8=", "fo" }, { "Zm9v", "foo" },
        { "Zm9vYg==", "foob" }, { "Zm9vYmE=", "fooba" },
        { "Zm9vYmFy", "foobar" }, { "+/+/", "\xfb\xff\xbf" },
        { "Zh==", NULL }, { "Zm9=", NULL }, { "Zg=", NULL }, { "Zg", NULL },
        { "Zm8", NULL }, { "Z===", NULL }, { "====", NULL }, { "=", NULL },
        { "Zg==Zg==", NULL }, { "Zm9v\n", NULL }, { " Zm9", NULL },
        { "-_-_", NULL }, { "Zm=v", NULL }, { "Zm9v====", NULL }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memcpy(buf, cases[i].text, strlen(cases[i].text));

        n = ngx_crm_base64_decode(buf, buf, strlen(cases[i].text));

        if (cases[i].bytes == NULL) {
            is_int(n, -1, cases[i].text);
            continue;
        }

        is_int(n, strlen(cases[i].bytes), cases[i].text);
        is_mem(buf, cases[i].bytes, strlen(cases[i].bytes), "its bytes");
    }
}


static const struct {
    const char  *text;
    int64_t      epoch;      /* 0: refused */
} headers[] = {
#define BOTH  "\"client_id\":\"isu\",\"client_secret\":\"s/ t\""
    { "{" BOTH ",\"epoch\":1795303384}", 1795303384 },
    { "{" BOTH ",\"epoch\":\"1795303384\"}", 1795303384 },
    { "{" BOTH ",\"epoch\":1795303384.9}", 1795303384 },
    { "{\"x\":[1]," BOTH ",\"epoch\":-5} ", -5 },
    { "{\"epoch\":7,\"client\\u005fid\":\"i\\u0073u\","
      "\"client_secret\":\"s\\/ t\"}", 7 },
    { "{" BOTH "}", 0 },
    { "{" BOTH ",\"epoch\":\"\"}", 0 },
    { "{" BOTH ",\"epoch\":\"1e9\"}", 0 },
    { "{" BOTH ",\"epoch\":1e9}", 0 },
    { "{" BOTH ",\"epoch\":true}", 0 },
    { "{" BOTH ",\"epoch\":\"1234567890123456\"}", 0 },
    { "{" BOTH ",\"epoch\":12345678901234567}", 0 },
    { "{" BOTH ",\"epoch\":7,\"epoch\":7}", 0 },
    { "{" BOTH ",\"epoch\":7}}", 0 },
    { "{" BOTH ",\"epoch\":7", 0 },
    { "{\"client_id\":7,\"client_secret\":\"\",\"epoch\":7}", 0 },
    { "{\"client_id\":\"isu\",\"epoch\":7}", 0 },
    { "[]", 0 }, { "7", 0 }, { "", 0 }, { "{\"client_id\":\"\xff\"}", 0 }
};


static void
secrets(void)
{
    u_char             sealed[256], header[400], buf[NGX_CRM_SECRETS_MAX];
    ngx_int_t          rc;
    ngx_str_t          plain, text;
    ngx_uint_t         i;
    ngx_crm_cipher_t   cipher;
    ngx_crm_secrets_t  s;

    static const ngx_str_t  members[] = {
        ngx_string("client_id"), ngx_string("client_secret"),
        ngx_string("epoch")
    };

    cipher = keyed(NGX_CRM_CIPHER_GCM, "POST /path");

    for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        plain.data = (u_char *) headers[i].text;
        plain.len = strlen(headers[i].text);

        ngx_crm_cipher_seal(&cipher, &plain, sealed);

        text.data = header;
        text.len = EVP_EncodeBlock(header, sealed,
                             ngx_crm_cipher_room(&cipher, plain.len));

        rc = ngx_crm_secrets_open(&cipher, members, &text, buf, &s);

        if (headers[i].epoch == 0) {
            is_int(rc, NGX_DECLINED, headers[i].text);
            continue;
        }

        is_int(rc, NGX_OK, headers[i].text);
        is_text(&s.id, "isu", "the id");
        is_text(&s.secret, "s/ t", "the secret");
        is_int(s.epoch, headers[i].epoch, "the epoch");
    }

    text.len = NGX_CRM_SECRETS_MAX + 4;
    is_int(ngx_crm_secrets_open(&cipher, members, &text, buf, &s),
           NGX_DECLINED, "too long");
    text.len = 3;
    is_int(ngx_crm_secrets_open(&cipher, members, &text, buf, &s),
           NGX_DECLINED, "no base64");
}


int
main(void)
{
    published();
    unwrap();
    both_ways();
    mac_first();
    base64();
    secrets();

    ngx_crm_cipher_free();

    return done_testing();
}
