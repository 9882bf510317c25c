/* HKDF makes one key for each use, so that no use can betray another. */

#include "store/ngx_crm_secret.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_SECRET_MIN  32       /* bytes */


typedef struct {
    const char    *info;
    size_t         offset;
} ngx_crm_secret_use_t;


static const ngx_crm_secret_use_t  ngx_crm_secret_uses[] = {
    { "crm otp", offsetof(ngx_crm_secret_t, otp) },
    { "crm handle", offsetof(ngx_crm_secret_t, handle) },
    { "crm refresh", offsetof(ngx_crm_secret_t, refresh) },
    { "crm wrap", offsetof(ngx_crm_secret_t, wrap) },
    { "crm decoy", offsetof(ngx_crm_secret_t, decoy) },
    { "crm reset", offsetof(ngx_crm_secret_t, reset) },
    { NULL, 0 }
};


ngx_int_t
ngx_crm_secret_derive(ngx_crm_secret_t *secret, const ngx_str_t *bytes)
{
    u_char                       kid[NGX_CRM_SHA256_LEN];
    const ngx_crm_secret_use_t  *use;

    if (bytes->len < NGX_CRM_SECRET_MIN) {
        return NGX_ERROR;
    }

    for (use = ngx_crm_secret_uses; use->info; use++) {
        if (ngx_crm_digest_derive((u_char *) secret + use->offset, bytes,
                                  use->info)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (ngx_crm_digest_derive(kid, bytes, "crm kid") != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_crm_text_hex(secret->kid, kid, sizeof(secret->kid) / 2);

    ngx_explicit_memzero(kid, sizeof(kid));

    return ngx_crm_hmac_prepare(&secret->refresh_hmac, 256, secret->refresh,
                                sizeof(secret->refresh));
}


const ngx_crm_secret_t *
ngx_crm_secret_nth(ngx_http_request_t *r, ngx_uint_t n)
{
    ngx_crm_secret_t     *secrets;
    ngx_crm_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_crm_module);

    if (mcf->secrets == NULL || n >= mcf->secrets->nelts) {
        return NULL;
    }

    secrets = mcf->secrets->elts;

    return &secrets[n];
}


const ngx_crm_secret_t *
ngx_crm_secret_named(ngx_http_request_t *r, const u_char *kid)
{
    ngx_uint_t               n;
    const ngx_crm_secret_t  *secret;

    for (n = 0; (secret = ngx_crm_secret_nth(r, n)) != NULL; n++) {
        if (ngx_memcmp(secret->kid, kid, sizeof(secret->kid)) == 0) {
            return secret;
        }
    }

    return NULL;
}
