/*
 * The client's side of encrypted bodies: reads lines of
 *
 *     seal|open gcm|hmac|cbc KEY MAC AAD TEXT
 *
 * with hex for the last four, - for nothing, and answers each with a line of
 * hex, or "no".  The IV is random.
 */

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>


#define ROOM  (4 << 20)


typedef struct {
    unsigned char  *data;
    int             len;
} text_t;


static text_t
unhex(const char *hex)
{
    int     i;
    char    byte[3] = { 0 };
    text_t  text;

    text.len = (strcmp(hex, "-") == 0) ? 0 : (int) strlen(hex) / 2;
    text.data = malloc(text.len + 1);

    for (i = 0; i < text.len; i++) {
        memcpy(byte, hex + 2 * i, 2);
        text.data[i] = (unsigned char) strtol(byte, NULL, 16);
    }

    return text;
}


/* each text with its length before it, four bytes, the highest first */

static void
mac(unsigned char *out, text_t key, text_t aad, const unsigned char *data,
    int len)
{
    int             i, n;
    unsigned char  *all, *p;

    all = malloc(aad.len + len + 8);
    p = all;

    for (i = 24; i >= 0; i -= 8) {
        *p++ = (unsigned char) (aad.len >> i);
    }

    memcpy(p, aad.data, aad.len);
    p += aad.len;

    for (i = 24; i >= 0; i -= 8) {
        *p++ = (unsigned char) (len >> i);
    }

    memcpy(p, data, len);
    p += len;

    n = 32;
    HMAC(EVP_sha256(), key.data, key.len, all, p - all, out,
         (unsigned int *) &n);
    free(all);
}


static int
crypt_it(int seal, int gcm, const unsigned char *key, unsigned char *iv,
    text_t aad, const unsigned char *data, int len, unsigned char *out)
{
    int              n, last, ok;
    EVP_CIPHER_CTX  *ctx;

    ctx = EVP_CIPHER_CTX_new();
    EVP_CipherInit_ex(ctx, gcm ? EVP_aes_256_gcm() : EVP_aes_256_cbc(), NULL,
                      key, iv, seal);

    if (gcm) {
        EVP_CipherUpdate(ctx, NULL, &n, aad.data, aad.len);
    }

    if (gcm && !seal) {
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16,
                            (void *) (data + len));
    }

    EVP_CipherUpdate(ctx, out, &n, data, len);
    ok = EVP_CipherFinal_ex(ctx, out + n, &last);

    if (gcm && seal) {
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, out + n + last);
    }

    EVP_CIPHER_CTX_free(ctx);

    return (ok == 1) ? n + last : -1;
}


/* Each returns the length, or -1. */

static int
seal(const char *kind, text_t *keys, text_t text, unsigned char *out)
{
    int  n, gcm, iv;

    gcm = strcmp(kind, "gcm") == 0;
    iv = gcm ? 12 : 16;

    RAND_bytes(out, iv);

    n = iv + crypt_it(1, gcm, keys[0].data, out, keys[2], text.data, text.len,
                      out + iv);

    if (strcmp(kind, "hmac") == 0) {
        mac(out + n, keys[1], keys[2], out, n);
        return n + 32;
    }

    return gcm ? n + 16 : n;
}


static int
unseal(const char *kind, text_t *keys, text_t text, unsigned char *out)
{
    int            gcm, hmac, iv, tag;
    unsigned char  expected[32];

    gcm = strcmp(kind, "gcm") == 0;
    hmac = strcmp(kind, "hmac") == 0;
    iv = gcm ? 12 : 16;
    tag = gcm ? 16 : hmac ? 32 : 0;

    if (text.len < iv + tag) {
        return -1;
    }

    if (hmac) {
        mac(expected, keys[1], keys[2], text.data, text.len - tag);

        if (memcmp(expected, text.data + text.len - tag, 32) != 0) {
            return -1;
        }
    }

    return crypt_it(0, gcm, keys[0].data, text.data, keys[2], text.data + iv,
                    text.len - iv - tag, out);
}


int
main(void)
{
    int             i, n;
    char           *line, *words[6];
    text_t          texts[4];
    unsigned char  *out;

    line = malloc(ROOM);
    out = malloc(ROOM);

    while (fgets(line, ROOM, stdin)) {

        words[0] = strtok(line, " \n");

        for (i = 1; i < 6; i++) {
            words[i] = strtok(NULL, " \n");

            if (words[i] == NULL) {
                return 1;
            }
        }

        for (i = 0; i < 4; i++) {
            texts[i] = unhex(words[2 + i]);
        }

        n = (*words[0] == 's') ? seal(words[1], texts, texts[3], out)
                               : unseal(words[1], texts, texts[3], out);

        for (i = 0; i < n; i++) {
            printf("%02x", out[i]);
        }

        puts(n < 0 ? "no" : "");
        fflush(stdout);

        for (i = 0; i < 4; i++) {
            free(texts[i].data);
        }
    }

    free(line);
    free(out);

    return 0;
}
