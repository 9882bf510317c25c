#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_json_quote.h"
#include "base/ngx_crm_jwt.h"
#include "base/ngx_crm_jwt_signature.h"
#include "base/ngx_crm_random.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_JWT_TEXT_MAX  1024    /* bytes of a claim */
#define NGX_CRM_JWT_ID_LEN      16    /* bytes of a jti */

/* characters of base64url for n bytes, at most */
#define ngx_crm_jwt_encoded(n)  ((4 * (n) + 2) / 3)


typedef struct {
    const char  *name;
    ngx_str_t    text;                /* empty: absent */
    ngx_uint_t   bare;                /* a number */
} ngx_crm_jwt_member_t;


static ngx_int_t ngx_crm_jwt_compose(ngx_crm_jwt_key_t *key,
    const ngx_crm_jwt_rules_t *rules, const ngx_crm_jwt_claims_t *claims,
    const ngx_str_t *id, ngx_str_t *token);
static ngx_int_t ngx_crm_jwt_make(ngx_crm_jwt_key_t *key,
    const ngx_crm_jwt_member_t *members, ngx_str_t *token);
static ngx_str_t ngx_crm_jwt_number(u_char *buf, time_t number);
static ngx_int_t ngx_crm_jwt_id(u_char *buf, ngx_str_t *id);
static ngx_uint_t ngx_crm_jwt_fits(const ngx_crm_jwt_member_t *member);
static size_t ngx_crm_jwt_payload(u_char *dst,
    const ngx_crm_jwt_member_t *member);


ngx_int_t
ngx_crm_jwt_mint(ngx_crm_jwt_key_t *key, const ngx_crm_jwt_rules_t *rules,
    const ngx_crm_jwt_claims_t *claims, ngx_str_t *token)
{
    u_char     buf[2 * NGX_CRM_JWT_ID_LEN];
    ngx_str_t  id;

    ngx_str_null(token);

    if ((key->family != NGX_CRM_JWT_HS && !key->private)
        || !ngx_crm_text_is_id(&claims->sub)
        || ngx_crm_jwt_id(buf, &id) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_jwt_compose(key, rules, claims, &id, token);
}


static ngx_int_t
ngx_crm_jwt_compose(ngx_crm_jwt_key_t *key, const ngx_crm_jwt_rules_t *rules,
    const ngx_crm_jwt_claims_t *claims, const ngx_str_t *id, ngx_str_t *token)
{
    u_char  iat[NGX_INT64_LEN], exp[NGX_INT64_LEN];

    const ngx_crm_jwt_member_t  members[] = {
        { "app", claims->app, 0 },
        { "aud", rules->audience, 0 },
        { "exp", ngx_crm_jwt_number(exp, claims->exp), 1 },
        { "iat", ngx_crm_jwt_number(iat, claims->iat), 1 },
        { "iss", rules->issuer, 0 },
        { "jti", *id, 0 },
        { "mode", claims->mode, 0 },
        { "sid", claims->sid, 0 },
        { "sub", claims->sub, 0 },
        { NULL, ngx_null_string, 0 }
    };

    return ngx_crm_jwt_fits(members) ? ngx_crm_jwt_make(key, members, token)
                                     : NGX_ERROR;
}


/* the payload, and then the signature, are made behind the token's own room */

static ngx_int_t
ngx_crm_jwt_make(ngx_crm_jwt_key_t *key, const ngx_crm_jwt_member_t *members,
    ngx_str_t *token)
{
    size_t      len, signed_len, room, spare;
    u_char     *p, *start, *scratch;
    ngx_int_t   rc;
    ngx_str_t   text;

    len = ngx_crm_jwt_payload(NULL, members);
    signed_len = ngx_crm_jwt_signature_room(key);

    room = key->header.len + 1 + ngx_crm_jwt_encoded(len)
           + 1 + ngx_crm_jwt_encoded(signed_len);
    spare = ngx_max(len, signed_len);

    start = malloc(room + spare);

    if (start == NULL) {
        return NGX_ERROR;
    }

    scratch = start + room;
    ngx_crm_jwt_payload(scratch, members);

    p = ngx_cpymem(start, key->header.data, key->header.len);
    *p++ = '.';
    p = ngx_crm_text_base64url(p, scratch, len);

    text.data = start;
    text.len = p - start;

    rc = ngx_crm_jwt_signature_make(key, &text, scratch, &signed_len);

    if (rc == NGX_OK) {
        *p++ = '.';
        p = ngx_crm_text_base64url(p, scratch, signed_len);

        token->data = start;
        token->len = p - start;
    }

    ngx_explicit_memzero(scratch, spare);

    if (rc != NGX_OK) {
        free(start);
    }

    return rc;
}


void
ngx_crm_jwt_free(ngx_str_t *token)
{
    if (token->data) {
        ngx_explicit_memzero(token->data, token->len);
        free(token->data);
    }

    ngx_str_null(token);
}


static ngx_str_t
ngx_crm_jwt_number(u_char *buf, time_t number)
{
    ngx_str_t  text;

    text.data = buf;
    text.len = ngx_crm_text_decimal(buf, number) - buf;

    return text;
}


static ngx_int_t
ngx_crm_jwt_id(u_char *buf, ngx_str_t *id)
{
    u_char  bytes[NGX_CRM_JWT_ID_LEN];

    if (ngx_crm_random_bytes(bytes, sizeof(bytes)) != NGX_OK) {
        return NGX_ERROR;
    }

    id->data = buf;
    id->len = ngx_crm_text_base64url(buf, bytes, sizeof(bytes)) - buf;

    return NGX_OK;
}


static ngx_uint_t
ngx_crm_jwt_fits(const ngx_crm_jwt_member_t *member)
{
    for ( /* void */ ; member->name; member++) {
        if (member->text.len > NGX_CRM_JWT_TEXT_MAX) {
            return 0;
        }
    }

    return 1;
}


/* dst NULL: only measures */

static size_t
ngx_crm_jwt_payload(u_char *dst, const ngx_crm_jwt_member_t *member)
{
    size_t  n, len;

    n = 0;

    for ( /* void */ ; member->name; member++) {

        if (member->text.len == 0) {
            continue;
        }

        len = ngx_strlen(member->name);

        if (dst) {
            dst[n] = n ? ',' : '{';
            dst[n + 1] = '"';
            ngx_memcpy(dst + n + 2, member->name, len);
            ngx_memcpy(dst + n + 2 + len, "\":", 2);
        }

        n += len + 4;

        if (!member->bare) {
            n += ngx_crm_json_quote(dst ? dst + n : NULL, &member->text);
            continue;
        }

        if (dst) {
            ngx_memcpy(dst + n, member->text.data, member->text.len);
        }

        n += member->text.len;
    }

    if (dst) {
        dst[n] = '}';
    }

    return n + 1;
}
