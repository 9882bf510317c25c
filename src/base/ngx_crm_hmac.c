/* SHA256_Init() and its like, which OpenSSL 3 deprecates in favour of EVP */
#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif

#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/crypto.h>

#include "base/ngx_crm_hmac.h"


#define NGX_CRM_HMAC_INNER  0x36
#define NGX_CRM_HMAC_OUTER  0x5c


static int ngx_crm_hmac_pad(ngx_crm_hmac_state_t *state, size_t bits,
    const u_char *key, size_t len, u_char with);
static int ngx_crm_hmac_init(ngx_crm_hmac_state_t *state, size_t bits);
static int ngx_crm_hmac_update(ngx_crm_hmac_state_t *state, size_t bits,
    const u_char *data, size_t len);
static int ngx_crm_hmac_final(ngx_crm_hmac_state_t *state, size_t bits,
    u_char *out);


ngx_int_t
ngx_crm_hmac_prepare(ngx_crm_hmac_t *hmac, size_t bits, const u_char *key,
    size_t len)
{
    int                    rc;
    u_char                 digest[NGX_CRM_HMAC_MAX];
    ngx_crm_hmac_state_t   state;

    hmac->bits = bits;
    rc = 1;

    /* a key longer than the hash's block stands for its digest */

    if (len > (bits == 256 ? SHA256_CBLOCK : SHA512_CBLOCK)) {
        rc = ngx_crm_hmac_init(&state, bits)
             && ngx_crm_hmac_update(&state, bits, key, len)
             && ngx_crm_hmac_final(&state, bits, digest);

        key = digest;
        len = bits / 8;

        ngx_explicit_memzero(&state, sizeof(state));
    }

    rc = rc
         && ngx_crm_hmac_pad(&hmac->inner, bits, key, len, NGX_CRM_HMAC_INNER)
         && ngx_crm_hmac_pad(&hmac->outer, bits, key, len,
                             NGX_CRM_HMAC_OUTER);

    ngx_explicit_memzero(digest, sizeof(digest));

    return rc ? NGX_OK : NGX_ERROR;
}


static int
ngx_crm_hmac_pad(ngx_crm_hmac_state_t *state, size_t bits, const u_char *key,
    size_t len, u_char with)
{
    int     rc;
    u_char  block[SHA512_CBLOCK];
    size_t  i, size;

    size = (bits == 256) ? SHA256_CBLOCK : SHA512_CBLOCK;

    for (i = 0; i < size; i++) {
        block[i] = (i < len ? key[i] : 0) ^ with;
    }

    rc = ngx_crm_hmac_init(state, bits)
         && ngx_crm_hmac_update(state, bits, block, size);

    ngx_explicit_memzero(block, sizeof(block));

    return rc;
}


ngx_int_t
ngx_crm_hmac(u_char *mac, const ngx_crm_hmac_t *hmac, const ngx_str_t *texts,
    ngx_uint_t n)
{
    int                    rc;
    size_t                 bits;
    u_char                 digest[NGX_CRM_HMAC_MAX];
    ngx_uint_t             i;
    ngx_crm_hmac_state_t   state;

    bits = hmac->bits;
    state = hmac->inner;

    for (rc = 1, i = 0; rc && i < n; i++) {
        rc = ngx_crm_hmac_update(&state, bits, texts[i].data, texts[i].len);
    }

    rc = rc && ngx_crm_hmac_final(&state, bits, digest);

    state = hmac->outer;

    rc = rc
         && ngx_crm_hmac_update(&state, bits, digest, bits / 8)
         && ngx_crm_hmac_final(&state, bits, mac);

    ngx_explicit_memzero(&state, sizeof(state));
    ngx_explicit_memzero(digest, sizeof(digest));

    return rc ? NGX_OK : NGX_ERROR;
}


static int
ngx_crm_hmac_init(ngx_crm_hmac_state_t *state, size_t bits)
{
    switch (bits) {

    case 256:
        return SHA256_Init(&state->narrow);

    case 384:
        return SHA384_Init(&state->wide);

    case 512:
        return SHA512_Init(&state->wide);
    }

    return 0;
}


static int
ngx_crm_hmac_update(ngx_crm_hmac_state_t *state, size_t bits,
    const u_char *data, size_t len)
{
    return (bits == 256) ? SHA256_Update(&state->narrow, data, len)
                         : SHA512_Update(&state->wide, data, len);
}


/* SHA-384 is SHA-512 from another state, which knows how much it gives */

static int
ngx_crm_hmac_final(ngx_crm_hmac_state_t *state, size_t bits, u_char *out)
{
    return (bits == 256) ? SHA256_Final(out, &state->narrow)
                         : SHA512_Final(out, &state->wide);
}
