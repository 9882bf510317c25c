#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_hmac.h"
#include "base/ngx_crm_text.h"
#include "tap.h"


/* the key NULL: so many bytes 0xaa */

typedef struct {
    size_t       bits;
    size_t       len;
    const char  *key;
    const char  *text;
    const char  *mac;
} hmac_case_t;


/* RFC 4231, test cases 1, 2 and 6 */

static const hmac_case_t  hmac_cases[] = {
    { 256, 20, "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
      "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b",
      "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
    { 384, 20, "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
      "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b",
      "Hi There",
      "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59c"
      "faea9ea9076ede7f4af152e8b2fa9cb6" },
    { 512, 20, "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
      "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b",
      "Hi There",
      "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
      "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854" },
    { 256, 4, "Jefe",
      "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
    { 384, 4, "Jefe",
      "what do ya want for nothing?",
      "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
      "8e2240ca5e69e2c78b3239ecfab21649" },
    { 512, 4, "Jefe",
      "what do ya want for nothing?",
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
      "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737" },
    { 256, 131, NULL,
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
    { 384, 131, NULL,
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c6"
      "0c2ef6ab4030fe8296248df163f44952" },
    { 512, 131, NULL,
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
      "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598" }
};


static void
hmac_is(const ngx_crm_hmac_t *hmac, const hmac_case_t *c, size_t cut,
    const char *name)
{
    u_char     mac[NGX_CRM_HMAC_MAX], hex[2 * NGX_CRM_HMAC_MAX + 1];
    ngx_str_t  texts[3];

    texts[0].data = (u_char *) c->text;
    texts[0].len = cut;
    texts[1].data = NULL;
    texts[1].len = 0;
    texts[2].data = texts[0].data + cut;
    texts[2].len = strlen(c->text) - cut;

    is_int(ngx_crm_hmac(mac, hmac, texts, 3), NGX_OK, "authenticated");

    *ngx_crm_text_hex(hex, mac, c->bits / 8) = '\0';
    is_str((char *) hex, c->mac, name);
}


int
main(void)
{
    u_char              key[131];
    ngx_uint_t          i;
    ngx_crm_hmac_t      hmac;
    const hmac_case_t  *c;

    for (i = 0; i < sizeof(hmac_cases) / sizeof(hmac_cases[0]); i++) {
        c = &hmac_cases[i];

        memset(key, 0xaa, sizeof(key));

        if (c->key) {
            memcpy(key, c->key, c->len);
        }

        is_int(ngx_crm_hmac_prepare(&hmac, c->bits, key, c->len), NGX_OK,
               "prepared");

        hmac_is(&hmac, c, 0, c->text);
        hmac_is(&hmac, c, 3, "the key again, and the text in pieces");
    }

    is_int(ngx_crm_hmac_prepare(&hmac, 224, key, 28), NGX_ERROR,
           "no such hash");

    return done_testing();
}
