#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/err.h>

#include <jwt.h>

#include "base/ngx_crm_jwt.h"
#include "base/ngx_crm_random.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_JWT_TEXT_MAX  1024    /* bytes of a claim */
#define NGX_CRM_JWT_ID_LEN      16    /* bytes of a jti */


static int ngx_crm_jwt_fill(jwt_t *jwt, ngx_crm_jwt_key_t *key,
    const ngx_crm_jwt_rules_t *rules, const ngx_crm_jwt_claims_t *claims);
static int ngx_crm_jwt_text(jwt_t *jwt, const char *name,
    const ngx_str_t *text);
static int ngx_crm_jwt_id(jwt_t *jwt);


ngx_int_t
ngx_crm_jwt_mint(ngx_crm_jwt_key_t *key, const ngx_crm_jwt_rules_t *rules,
    const ngx_crm_jwt_claims_t *claims, ngx_str_t *token)
{
    char   *text;
    jwt_t  *jwt;

    /* without a key libjwt would write alg none */

    if (key->secret.len == 0
        || (key->family != NGX_CRM_JWT_HS && !key->private)
        || !ngx_crm_text_is_id(&claims->sub))
    {
        return NGX_ERROR;
    }

    if (jwt_new(&jwt) != 0) {
        return NGX_ERROR;
    }

    text = NULL;

    ERR_set_mark();

    if (ngx_crm_jwt_fill(jwt, key, rules, claims) == 0) {
        text = jwt_encode_str(jwt);
    }

    ERR_pop_to_mark();

    jwt_free(jwt);

    if (text == NULL) {
        return NGX_ERROR;
    }

    token->data = (u_char *) text;
    token->len = ngx_strlen(text);

    return NGX_OK;
}


void
ngx_crm_jwt_free(ngx_str_t *token)
{
    if (token->data) {
        OPENSSL_cleanse(token->data, token->len);
        free(token->data);
    }

    ngx_str_null(token);
}


/* Returns 0, or an errno as libjwt's own functions do. */

static int
ngx_crm_jwt_fill(jwt_t *jwt, ngx_crm_jwt_key_t *key,
    const ngx_crm_jwt_rules_t *rules, const ngx_crm_jwt_claims_t *claims)
{
    int         rc;
    ngx_uint_t  i;

    const struct {
        const char       *name;
        const ngx_str_t  *text;
    } texts[] = {
        { "sub", &claims->sub },
        { "sid", &claims->sid },
        { "app", &claims->app },
        { "mode", &claims->mode },
        { "iss", &rules->issuer },
        { "aud", &rules->audience }
    };

    rc = jwt_set_alg(jwt, jwt_str_alg((const char *) key->alg.data),
                     key->secret.data, (int) key->secret.len);

    if (rc == 0 && key->kid.len) {
        rc = jwt_add_header(jwt, "kid", (const char *) key->kid.data);
    }

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]) && rc == 0; i++) {
        if (texts[i].text->len) {
            rc = ngx_crm_jwt_text(jwt, texts[i].name, texts[i].text);
        }
    }

    if (rc == 0) {
        rc = jwt_add_grant_int(jwt, "iat", (long) claims->iat);
    }

    if (rc == 0) {
        rc = jwt_add_grant_int(jwt, "exp", (long) claims->exp);
    }

    return (rc == 0) ? ngx_crm_jwt_id(jwt) : rc;
}


static int
ngx_crm_jwt_text(jwt_t *jwt, const char *name, const ngx_str_t *text)
{
    char  buf[NGX_CRM_JWT_TEXT_MAX + 1];

    if (text->len > NGX_CRM_JWT_TEXT_MAX) {
        return EINVAL;
    }

    *ngx_cpymem(buf, text->data, text->len) = '\0';

    return jwt_add_grant(jwt, name, buf);
}


static int
ngx_crm_jwt_id(jwt_t *jwt)
{
    u_char  bytes[NGX_CRM_JWT_ID_LEN], text[2 * NGX_CRM_JWT_ID_LEN];

    if (ngx_crm_random_bytes(bytes, sizeof(bytes)) != NGX_OK) {
        return EIO;
    }

    *ngx_crm_text_base64url(text, bytes, sizeof(bytes)) = '\0';

    return jwt_add_grant(jwt, "jti", (const char *) text);
}
