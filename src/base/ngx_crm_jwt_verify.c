#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_jwt_claims.h"
#include "base/ngx_crm_jwt_signature.h"
#include "base/ngx_crm_jwt_verify.h"
#include "base/ngx_crm_scan_object.h"
#include "base/ngx_crm_text.h"


typedef struct {
    ngx_str_t    header;       /* as they stand in the token */
    ngx_str_t    payload;
    ngx_str_t    signature;
    ngx_str_t    text;         /* that is signed */
} ngx_crm_jwt_verify_parts_t;


typedef struct {
    ngx_str_t    alg;
    ngx_str_t    kid;          /* data NULL: none */
} ngx_crm_jwt_verify_head_t;


enum {
    NGX_CRM_JWT_VERIFY_ALG,
    NGX_CRM_JWT_VERIFY_KID,
    NGX_CRM_JWT_VERIFY_TYP,
    NGX_CRM_JWT_VERIFY_CRIT,
    NGX_CRM_JWT_VERIFY_ALL
};


static const char *ngx_crm_jwt_verify_token(ngx_crm_jwt_key_t **keys,
    ngx_uint_t n, const ngx_crm_jwt_rules_t *rules, const ngx_str_t *token,
    u_char *buf, ngx_crm_jwt_claims_t *claims);
static ngx_int_t ngx_crm_jwt_verify_split(const ngx_str_t *token,
    ngx_crm_jwt_verify_parts_t *parts);
static u_char *ngx_crm_jwt_verify_decode(ngx_str_t *part, u_char *buf);
static ngx_int_t ngx_crm_jwt_verify_ours(ngx_crm_jwt_key_t **keys,
    ngx_uint_t n, const ngx_str_t *header, ngx_crm_jwt_verify_head_t *head);
static const char *ngx_crm_jwt_verify_head(ngx_str_t *header,
    ngx_crm_jwt_verify_head_t *head);
static ngx_uint_t ngx_crm_jwt_verify_typ(ngx_str_t *typ);
static const char *ngx_crm_jwt_verify_signed(ngx_crm_jwt_key_t **keys,
    ngx_uint_t n, const ngx_crm_jwt_verify_head_t *head,
    const ngx_crm_jwt_verify_parts_t *parts, ngx_crm_jwt_claims_t *claims);


static const char  ngx_crm_jwt_verify_exhausted[] = "memory is out";

static const ngx_str_t  ngx_crm_jwt_verify_names[] = {
    ngx_string("alg"),
    ngx_string("kid"),
    ngx_string("typ"),
    ngx_string("crit")
};


ngx_int_t
ngx_crm_jwt_verify(ngx_crm_jwt_key_t **keys, ngx_uint_t n,
    const ngx_crm_jwt_rules_t *rules, const ngx_str_t *token, u_char *buf,
    ngx_crm_jwt_claims_t *claims, const char **why)
{
    *why = ngx_crm_jwt_verify_token(keys, n, rules, token, buf, claims);

    if (*why == ngx_crm_jwt_verify_exhausted) {
        return NGX_ERROR;
    }

    return (*why == NULL) ? NGX_OK : NGX_DECLINED;
}


static const char *
ngx_crm_jwt_verify_token(ngx_crm_jwt_key_t **keys, ngx_uint_t n,
    const ngx_crm_jwt_rules_t *rules, const ngx_str_t *token, u_char *buf,
    ngx_crm_jwt_claims_t *claims)
{
    const char                  *why;
    ngx_crm_jwt_verify_head_t    head;
    ngx_crm_jwt_verify_parts_t   parts;

    if (token->len > NGX_CRM_JWT_MAX) {
        return "too long";
    }

    if (ngx_crm_jwt_verify_split(token, &parts) != NGX_OK) {
        return "not three parts";
    }

    if (ngx_crm_jwt_verify_ours(keys, n, &parts.header, &head) != NGX_OK) {

        buf = ngx_crm_jwt_verify_decode(&parts.header, buf);

        if (buf == NULL) {
            return "base64url of the header";
        }

        why = ngx_crm_jwt_verify_head(&parts.header, &head);

        if (why) {
            return why;
        }
    }

    buf = ngx_crm_jwt_verify_decode(&parts.signature, buf);

    if (buf == NULL) {
        return "base64url of the signature";
    }

    why = ngx_crm_jwt_verify_signed(keys, n, &head, &parts, claims);

    if (why) {
        return why;
    }

    /* nothing of the payload is looked at before this point */

    if (ngx_crm_jwt_verify_decode(&parts.payload, buf) == NULL) {
        return "base64url of the payload";
    }

    return ngx_crm_jwt_claims_read(claims, &parts.payload, rules);
}


static ngx_int_t
ngx_crm_jwt_verify_split(const ngx_str_t *token,
    ngx_crm_jwt_verify_parts_t *parts)
{
    u_char  *first, *second, *end;

    end = token->data + token->len;

    first = memchr(token->data, '.', token->len);
    second = first ? memchr(first + 1, '.', end - first - 1) : NULL;

    if (second == NULL) {
        return NGX_DECLINED;
    }

    parts->header.data = token->data;
    parts->header.len = first - token->data;

    parts->payload.data = first + 1;
    parts->payload.len = second - parts->payload.data;

    /* a third dot is not of base64url's alphabet, and so refused there */

    parts->signature.data = second + 1;
    parts->signature.len = end - parts->signature.data;

    parts->text.data = token->data;
    parts->text.len = second - token->data;

    return (parts->header.len && parts->payload.len && parts->signature.len)
           ? NGX_OK : NGX_DECLINED;
}


/* Returns where in buf the next part may go, or NULL. */

static u_char *
ngx_crm_jwt_verify_decode(ngx_str_t *part, u_char *buf)
{
    ssize_t  n;

    n = ngx_crm_text_unbase64url(buf, part->data, part->len);

    if (n < 0) {
        return NULL;
    }

    part->data = buf;
    part->len = n;

    return buf + n;
}


/* a header that we wrote need not be read: it is known by its text */

static ngx_int_t
ngx_crm_jwt_verify_ours(ngx_crm_jwt_key_t **keys, ngx_uint_t n,
    const ngx_str_t *header, ngx_crm_jwt_verify_head_t *head)
{
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        if (keys[i]->header.len == header->len
            && ngx_memcmp(keys[i]->header.data, header->data, header->len)
               == 0)
        {
            head->alg = keys[i]->alg;
            ngx_str_null(&head->kid);

            if (keys[i]->kid.len) {
                head->kid = keys[i]->kid;
            }

            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


/*
 * jku, jwk, x5u and x5c are left alone: no key ever comes from a token (RFC
 * 8725 section 3.10).
 */

static const char *
ngx_crm_jwt_verify_head(ngx_str_t *header, ngx_crm_jwt_verify_head_t *head)
{
    ngx_str_t        texts[NGX_CRM_JWT_VERIFY_CRIT];
    ngx_uint_t       i;
    ngx_crm_span_t  *value, values[NGX_CRM_JWT_VERIFY_ALL];

    if (ngx_crm_scan_object_read(header, ngx_crm_jwt_verify_names,
                                 NGX_CRM_JWT_VERIFY_ALL, values)
        != NGX_OK)
    {
        return "header";
    }

    /* RFC 7515 section 4.1.11: we know no extension */

    if (values[NGX_CRM_JWT_VERIFY_CRIT].data) {
        return "crit";
    }

    for (i = 0; i < NGX_CRM_JWT_VERIFY_CRIT; i++) {
        value = &values[i];
        ngx_str_null(&texts[i]);

        if (value->data == NULL) {
            continue;
        }

        if (*value->data != '"') {
            return "a member of the header is no string";
        }

        texts[i].len = ngx_crm_scan_unescape(value->data, value);
        texts[i].data = value->data;
    }

    if (!ngx_crm_jwt_verify_typ(&texts[NGX_CRM_JWT_VERIFY_TYP])) {
        return "typ";
    }

    head->alg = texts[NGX_CRM_JWT_VERIFY_ALG];
    head->kid = texts[NGX_CRM_JWT_VERIFY_KID];

    return NULL;
}


/*
 * RFC 7515 section 4.1.9: a media type in any case, mostly without its
 * "application/"; RFC 9068 section 2.1: that of access tokens.
 */

static ngx_uint_t
ngx_crm_jwt_verify_typ(ngx_str_t *typ)
{
    size_t  i;

    static const ngx_str_t  types[] = {
        ngx_string("jwt"),
        ngx_string("at+jwt"),
        ngx_string("application/jwt"),
        ngx_string("application/at+jwt")
    };

    if (typ->data == NULL) {
        return 1;
    }

    for (i = 0; i < typ->len; i++) {
        typ->data[i] = ngx_tolower(typ->data[i]);
    }

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (ngx_crm_text_same(typ->data, typ->len, types[i].data,
                              types[i].len))
        {
            return 1;
        }
    }

    return 0;
}


/*
 * The one security rule: a key is tried with its own algorithm only, and with
 * none that the token does not name (RFC 8725 section 3.1).
 */

static const char *
ngx_crm_jwt_verify_signed(ngx_crm_jwt_key_t **keys, ngx_uint_t n,
    const ngx_crm_jwt_verify_head_t *head,
    const ngx_crm_jwt_verify_parts_t *parts, ngx_crm_jwt_claims_t *claims)
{
    size_t              kid;
    ngx_int_t           rc;
    ngx_uint_t          i;
    const char         *why;
    ngx_crm_jwt_key_t  *key;

    /* the length of the kid that the key must have */

    kid = 0;

    for (i = 0; i < n && head->kid.len; i++) {
        if (ngx_crm_text_same(keys[i]->kid.data, keys[i]->kid.len,
                              head->kid.data, head->kid.len))
        {
            kid = head->kid.len;
            break;
        }
    }

    why = "no key for it";

    for (i = 0; i < n; i++) {
        key = keys[i];

        if (!ngx_crm_text_same(key->alg.data, key->alg.len, head->alg.data,
                               head->alg.len))
        {
            continue;
        }

        if (head->kid.data
            && !ngx_crm_text_same(key->kid.data, key->kid.len,
                                  head->kid.data, kid))
        {
            continue;
        }

        rc = ngx_crm_jwt_signature_check(key, &parts->text,
                                         &parts->signature);

        if (rc == NGX_OK) {
            claims->key = key;
            return NULL;
        }

        if (rc == NGX_ERROR) {
            return ngx_crm_jwt_verify_exhausted;
        }

        why = "signature";
    }

    return why;
}
