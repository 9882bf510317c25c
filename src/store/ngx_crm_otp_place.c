/*
 * A decoy is made of a digest: its shown address looks like others, and its
 * place is named by all of the digest, so that it never falls together with
 * the place of an address that somebody has.
 */

#include "store/ngx_crm_otp_place.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_person.h"
#include "base/ngx_crm_country.h"
#include "base/ngx_crm_digest.h"
#include "base/ngx_crm_normal.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_OTP_PLACE_PHONE   12   /* characters of a decoy's number */
#define NGX_CRM_OTP_PLACE_DIGITS   4   /* of them, at least, at random */
#define NGX_CRM_OTP_PLACE_LOCAL   16   /* bytes of a decoy's local part */


typedef struct {
    ngx_str_t       name;            /* in the outbox, and in digests */
    ngx_str_t       credential;      /* that is an address of the channel */
    ngx_int_t     (*decoy)(ngx_http_request_t *r, ngx_str_t *address,
                      const u_char *random);
} ngx_crm_otp_channel_t;


static ngx_int_t ngx_crm_otp_place_name(const ngx_crm_ctx_t *ctx,
    ngx_crm_channel_e channel, const ngx_crm_secret_t *secret,
    const ngx_str_t *address, u_char *hex);
static ngx_int_t ngx_crm_otp_place_address(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_crm_channel_e channel, ngx_str_t *address);
static ngx_int_t ngx_crm_otp_place_known(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_crm_channel_e channel, ngx_str_t *address);
static ngx_int_t ngx_crm_otp_place_decoy(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_crm_channel_e channel, ngx_str_t *address,
    ngx_str_t *named);
static ngx_int_t ngx_crm_otp_place_phone(ngx_http_request_t *r,
    ngx_str_t *address, const u_char *random);
static ngx_int_t ngx_crm_otp_place_email(ngx_http_request_t *r,
    ngx_str_t *address, const u_char *random);


/* indexed by ngx_crm_channel_e */

static const ngx_crm_otp_channel_t  ngx_crm_otp_place_channels[] = {
    { ngx_string("SMS"), ngx_string("PHONE"), ngx_crm_otp_place_phone },
    { ngx_string("EMAIL"), ngx_string("EMAIL"), ngx_crm_otp_place_email }
};


/* where most people have their mail */

static const ngx_str_t  ngx_crm_otp_place_domains[] = {
    ngx_string("gmail.com"), ngx_string("yahoo.com"),
    ngx_string("hotmail.com"), ngx_string("outlook.com")
};


const ngx_str_t *
ngx_crm_otp_place_channel(ngx_crm_channel_e channel)
{
    return &ngx_crm_otp_place_channels[channel].name;
}


ngx_int_t
ngx_crm_otp_place_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_channel_e channel, const ngx_crm_secret_t *secret,
    ngx_crm_otp_place_t *place)
{
    ngx_int_t  rc;
    ngx_str_t  named;

    rc = ngx_crm_otp_place_known(r, ctx, channel, &place->address);

    place->real = (rc == NGX_OK);
    place->typed = 0;
    named = place->address;

    if (rc == NGX_DECLINED) {
        rc = ngx_crm_otp_place_decoy(r, ctx, channel, &place->address,
                                     &named);

        place->typed = channel == NGX_CRM_SMS
                       && place->address.data
                          == ctx->person->credentials[0].value.data
                       && ngx_crm_otp_place_allows(r, &place->address);
    }

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_crm_otp_place_name(ctx, channel, secret, &named, place->hex);
}


static ngx_int_t
ngx_crm_otp_place_name(const ngx_crm_ctx_t *ctx, ngx_crm_channel_e channel,
    const ngx_crm_secret_t *secret, const ngx_str_t *address, u_char *hex)
{
    u_char     mac[NGX_CRM_SHA256_LEN];
    ngx_str_t  texts[3];

    texts[0] = *ngx_crm_name_mode(ctx->mode);
    texts[1] = *ngx_crm_otp_place_channel(channel);
    texts[2] = *address;

    if (ngx_crm_digest_hmac(mac, secret->otp, texts, 3) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_crm_text_hex(hex, mac, sizeof(mac));

    return NGX_OK;
}


ngx_int_t
ngx_crm_otp_place_is(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_secret_t *secret, const ngx_str_t *number,
    const u_char *hex)
{
    u_char      named[NGX_CRM_OTP_PLACE_HEX];
    ngx_int_t   rc;
    ngx_str_t   address;
    ngx_uint_t  channel, found;

    found = 0;

    /* of nobody as many are named as of somebody */

    for (channel = NGX_CRM_SMS; channel <= NGX_CRM_MAIL; channel++) {

        if (number->len) {
            rc = (channel == NGX_CRM_SMS) ? NGX_OK : NGX_DECLINED;
            address = *number;

        } else {
            rc = ngx_crm_otp_place_address(r, ctx, channel, &address);
        }

        if (rc == NGX_ERROR
            || ngx_crm_otp_place_name(ctx, channel, secret, &address, named)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        found |= rc == NGX_OK && ngx_memcmp(named, hex, sizeof(named)) == 0;
    }

    return found ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_crm_otp_place_known(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_channel_e channel, ngx_str_t *address)
{
    ngx_int_t  rc;

    rc = ngx_crm_otp_place_address(r, ctx, channel, address);

    return (rc == NGX_OK && channel == NGX_CRM_SMS
            && !ngx_crm_otp_place_allows(r, address)) ? NGX_DECLINED : rc;
}


static ngx_int_t
ngx_crm_otp_place_address(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_channel_e channel, ngx_str_t *address)
{
    ngx_crm_person_t  *person;

    static const ngx_str_t  international = ngx_null_string;

    person = ctx->person;

    ngx_str_null(address);

    address->data = ngx_pnalloc(r->pool, NGX_CRM_NORMAL_MAX);
    if (address->data == NULL) {
        return NGX_ERROR;
    }

    return (channel == NGX_CRM_MAIL)
           ? ngx_crm_normal_email(address, &person->email)
           : ngx_crm_normal_phone(address, &person->mobile, &international);
}


ngx_uint_t
ngx_crm_otp_place_allows(ngx_http_request_t *r, const ngx_str_t *number)
{
    ngx_str_t           *prefix;
    ngx_uint_t           i;
    ngx_crm_srv_conf_t  *scf;

    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    if (scf->otp.prefixes == NULL) {
        return 1;
    }

    prefix = scf->otp.prefixes->elts;

    for (i = 0; i < scf->otp.prefixes->nelts; i++) {
        if (number->len > prefix[i].len
            && ngx_memcmp(number->data, prefix[i].data, prefix[i].len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_crm_otp_place_decoy(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_channel_e channel, ngx_str_t *address, ngx_str_t *named)
{
    ngx_str_t                     texts[4];
    ngx_crm_credential_t         *credential;
    const ngx_crm_secret_t       *secret;
    const ngx_crm_otp_channel_t  *ch;

    ch = &ngx_crm_otp_place_channels[channel];

    /* of the first alone: that somebody guesses at others must not show */

    credential = &ctx->person->credentials[0];

    if (credential->name.len == ch->credential.len
        && ngx_memcmp(credential->name.data, ch->credential.data,
                      ch->credential.len)
           == 0)
    {
        *address = credential->value;
        *named = credential->value;
        return NGX_OK;
    }

    texts[0] = *ngx_crm_name_mode(ctx->mode);
    texts[1] = ch->name;
    texts[2] = credential->name;
    texts[3] = credential->value;

    named->len = NGX_CRM_SHA256_LEN;

    named->data = ngx_pnalloc(r->pool, named->len);
    if (named->data == NULL) {
        return NGX_ERROR;
    }

    secret = ngx_crm_secret_nth(r, 0);

    if (secret == NULL
        || ngx_crm_digest_hmac(named->data, secret->decoy, texts, 4)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ch->decoy(r, address, named->data);
}


static ngx_int_t
ngx_crm_otp_place_phone(ngx_http_request_t *r, ngx_str_t *address,
    const u_char *random)
{
    u_char              *p, *last, *enough;
    ngx_str_t           *prefix;
    ngx_uint_t           n;
    ngx_array_t         *prefixes;
    ngx_crm_srv_conf_t  *scf;

    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);
    prefixes = scf->otp.prefixes;

    n = random[0] << 8 | random[1];
    random += 2;

    p = ngx_pnalloc(r->pool, NGX_CRM_NORMAL_MAX);
    if (p == NULL) {
        return NGX_ERROR;
    }

    address->data = p;
    last = p + NGX_CRM_NORMAL_MAX - NGX_CRM_OTP_PLACE_DIGITS;

    if (prefixes && prefixes->nelts) {
        prefix = prefixes->elts;
        p = ngx_slprintf(p, last, "%V", &prefix[n % prefixes->nelts]);

    } else {
        p = ngx_slprintf(p, last, "+%s", ngx_crm_country_nth(n));
    }

    enough = ngx_max(address->data + NGX_CRM_OTP_PLACE_PHONE,
                     p + NGX_CRM_OTP_PLACE_DIGITS);

    while (p < enough) {
        *p++ = (u_char) ('0' + *random++ % 10);
    }

    address->len = p - address->data;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_otp_place_email(ngx_http_request_t *r, ngx_str_t *address,
    const u_char *random)
{
    u_char           *p;
    ngx_uint_t        n;
    const ngx_str_t  *domains;

    domains = ngx_crm_otp_place_domains;
    n = random[0] % (sizeof(ngx_crm_otp_place_domains) / sizeof(ngx_str_t));

    p = ngx_pnalloc(r->pool, NGX_CRM_NORMAL_MAX);
    if (p == NULL) {
        return NGX_ERROR;
    }

    address->data = p;

    *p++ = (u_char) ('a' + random[1] % 26);
    p = ngx_crm_text_hex(p, random + 2, NGX_CRM_OTP_PLACE_LOCAL / 2);
    p = ngx_sprintf(p, "@%V", &domains[n]);

    address->len = p - address->data;

    return NGX_OK;
}


ngx_int_t
ngx_crm_otp_place_latest(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_place_t *place, const ngx_str_t *purpose,
    ngx_str_t *names)
{
    ngx_uint_t             i;
    ngx_crm_credential_t  *credential;

    for (i = 0; i < ctx->person->n; i++) {
        credential = &ctx->person->credentials[i];

        if (ngx_crm_name(r, ctx, &names[i], "otp:{%*s}:latest:%V:%V:%V",
                         (size_t) NGX_CRM_OTP_SLOT_LEN, place->hex, purpose,
                         &credential->name, &credential->value)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
