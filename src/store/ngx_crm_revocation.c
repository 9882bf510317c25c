#include "store/ngx_crm_revocation.h"
#include "store/ngx_crm_name.h"
#include "base/ngx_crm_digest.h"
#include "base/ngx_crm_text.h"


static ngx_int_t ngx_crm_revocation_read_contact(
    ngx_crm_revocation_t *revocation, ngx_str_t *rest);
static ngx_uint_t ngx_crm_revocation_begins(ngx_str_t *text,
    const ngx_str_t *word);
static u_char *ngx_crm_revocation_name(u_char *dst,
    const ngx_crm_revocation_t *revocation);


ngx_int_t
ngx_crm_revocation_read(ngx_crm_revocation_t *revocation,
    const ngx_str_t *text)
{
    ngx_str_t  rest;

    static const ngx_str_t  session = ngx_string("s");
    static const ngx_str_t  contact = ngx_string("c");

    ngx_memzero(revocation, sizeof(ngx_crm_revocation_t));

    rest = *text;

    if (ngx_crm_revocation_begins(&rest, &contact)) {
        return ngx_crm_revocation_read_contact(revocation, &rest);
    }

    (void) ngx_crm_revocation_begins(&rest, &session);

    if (ngx_crm_revocation_begins(&rest, ngx_crm_name_mode(NGX_CRM_TEST))) {
        revocation->mode = NGX_CRM_TEST;
    }

    revocation->whose = rest;

    return ngx_crm_text_is_id(&rest) ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_crm_revocation_read_contact(ngx_crm_revocation_t *revocation,
    ngx_str_t *rest)
{
    u_char  *colon;

    revocation->contact = 1;

    if (ngx_crm_revocation_begins(rest, ngx_crm_name_mode(NGX_CRM_TEST))) {
        revocation->mode = NGX_CRM_TEST;

    } else if (!ngx_crm_revocation_begins(rest,
                                          ngx_crm_name_mode(NGX_CRM_LIVE)))
    {
        return NGX_ERROR;
    }

    colon = ngx_strlchr(rest->data, rest->data + rest->len, ':');
    if (colon == NULL) {
        return NGX_ERROR;
    }

    revocation->whose.data = rest->data;
    revocation->whose.len = colon - rest->data;

    revocation->issued = ngx_atotm(colon + 1,
                                   rest->data + rest->len - colon - 1);

    return (revocation->issued != (time_t) NGX_ERROR
            && ngx_crm_text_is_id(&revocation->whose))
           ? NGX_OK : NGX_ERROR;
}


/* Takes off a word and the colon behind it. */

static ngx_uint_t
ngx_crm_revocation_begins(ngx_str_t *text, const ngx_str_t *word)
{
    if (text->len <= word->len
        || ngx_memcmp(text->data, word->data, word->len) != 0
        || text->data[word->len] != ':')
    {
        return 0;
    }

    text->data += word->len + 1;
    text->len -= word->len + 1;

    return 1;
}


time_t
ngx_crm_revocation_expires(const ngx_str_t *text)
{
    size_t  n;
    time_t  expires;

    for (n = 0; n < text->len; n++) {
        if (text->data[n] < '0' || text->data[n] > '9') {
            break;
        }
    }

    if (n == text->len || text->data[n] == '.') {
        expires = ngx_atotm(text->data, n);

        if (expires != (time_t) NGX_ERROR && expires < NGX_MAX_TIME_T_VALUE) {
            return (n < text->len) ? expires + 1 : expires;
        }
    }

    return NGX_MAX_TIME_T_VALUE;
}


u_char *
ngx_crm_revocation_write(u_char *dst, const ngx_crm_revocation_t *revocation)
{
    dst = ngx_crm_revocation_name(dst, revocation);

    return revocation->contact ? ngx_sprintf(dst, ":%T", revocation->issued)
                               : dst;
}


/* A session of live has no mode in its name: store and events know it so. */

static u_char *
ngx_crm_revocation_name(u_char *dst, const ngx_crm_revocation_t *revocation)
{
    *dst++ = revocation->contact ? 'c' : 's';

    if (revocation->contact || revocation->mode != NGX_CRM_LIVE) {
        dst = ngx_sprintf(dst, ":%V", ngx_crm_name_mode(revocation->mode));
    }

    return ngx_sprintf(dst, ":%V", &revocation->whose);
}


u_char *
ngx_crm_revocation_key(u_char *dst, const ngx_crm_revocation_t *revocation)
{
    return ngx_sprintf(dst, "crm:%V:revoked:{crm:revoked}:%V",
                       ngx_crm_name_mode(revocation->mode),
                       &revocation->whose);
}


ngx_int_t
ngx_crm_revocation_id(u_char id[NGX_CRM_TABLE_ID],
    const ngx_crm_revocation_t *revocation)
{
    u_char  *last, name[NGX_CRM_REVOCATION_SIZE], digest[NGX_CRM_SHA256_LEN];

    last = ngx_crm_revocation_name(name, revocation);

    if (ngx_crm_digest_sha256(digest, name, last - name) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_memcpy(id, digest, NGX_CRM_TABLE_ID);

    return NGX_OK;
}
