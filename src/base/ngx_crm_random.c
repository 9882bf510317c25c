#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "base/ngx_crm_random.h"


#define NGX_CRM_RANDOM_BATCH  64     /* bytes drawn at a time */


ngx_int_t
ngx_crm_random_bytes(u_char *dst, size_t n)
{
    if (n > NGX_MAX_INT32_VALUE) {
        return NGX_ERROR;
    }

    return RAND_bytes(dst, (int) n) == 1 ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_crm_random_code(u_char *dst, size_t n, const ngx_str_t *alphabet)
{
    u_char      drawn[NGX_CRM_RANDOM_BATCH];
    size_t      i;
    ngx_int_t   rc;
    ngx_uint_t  limit;

    if (alphabet->len == 0 || alphabet->len > 256) {
        return NGX_ERROR;
    }

    /* a byte from here on would favour the alphabet's first characters */

    limit = 256 - 256 % alphabet->len;
    rc = NGX_OK;

    while (n) {
        rc = ngx_crm_random_bytes(drawn, sizeof(drawn));
        if (rc != NGX_OK) {
            break;
        }

        for (i = 0; n && i < sizeof(drawn); i++) {
            if (drawn[i] < limit) {
                *dst++ = alphabet->data[drawn[i] % alphabet->len];
                n--;
            }
        }
    }

    OPENSSL_cleanse(drawn, sizeof(drawn));

    return rc;
}
