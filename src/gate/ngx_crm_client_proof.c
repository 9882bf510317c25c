#include "gate/ngx_crm_client_proof.h"
#include "base/ngx_crm_digest.h"
#include "base/ngx_crm_secrets.h"
#include "base/ngx_crm_text.h"
#include "engine/ngx_crm_context.h"
#include "engine/ngx_crm_redis.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_reply.h"
#include "store/ngx_crm_api_key.h"
#include "store/ngx_crm_client_keys.h"
#include "store/ngx_crm_pass_key.h"
#include "ngx_crm_sealed.h"


#define NGX_CRM_CLIENT_PROOF_OFF   300     /* s that clocks may be apart */
#define NGX_CRM_CLIENT_PROOF_SEEN  "780"   /* s, and edges' may be by 180 */


static ngx_int_t ngx_crm_client_proof_read(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, u_char *buf, ngx_crm_secrets_t *secrets);
static ngx_int_t ngx_crm_client_proof_aad(ngx_http_request_t *r,
    ngx_str_t *aad);
static ngx_int_t ngx_crm_client_proof_check(const ngx_crm_sealed_t *sealed,
    const ngx_crm_secrets_t *secrets, const char **why);
static ngx_int_t ngx_crm_client_proof_refuse(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const char *why);


ngx_int_t
ngx_crm_client_proof_begin(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_ctx_t     *main;
    ngx_crm_sealed_t  *sealed;

    main = (r == r->main) ? NULL : ngx_crm_context_find(r->main);

    if (ctx->held.sealed == NULL && main) {
        ctx->held.sealed = main->held.sealed;
    }

    if (ctx->held.sealed && ctx->held.sealed->proven) {
        return NGX_OK;
    }

    sealed = ngx_pcalloc(r->pool, sizeof(ngx_crm_sealed_t));
    if (sealed == NULL) {
        return NGX_ERROR;
    }

    sealed->terms = ctx->api->terms->sealing;

    ctx->held.sealed = sealed;

    /* another location may have read others */

    ctx->credentials = 0;
    ctx->authorized = 0;
    ngx_str_null(&ctx->sent_key);
    ngx_str_null(&ctx->sent_secret);

    return NGX_OK;
}


ngx_int_t
ngx_crm_client_proof_find_client(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    if (ctx->held.sealed->proven) {
        return NGX_OK;
    }

    if (ctx->sent_key.data == NULL || ctx->sent_secret.data == NULL) {
        return ngx_crm_client_proof_refuse(r, ctx, "a header is missing");
    }

    ctx->held.sealed->proof = ctx->sent_secret;

    return ngx_crm_pass_key_find(r, ctx);
}


ngx_int_t
ngx_crm_client_proof_find_keys(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ctx->held.sealed->proven ? NGX_OK : ngx_crm_api_key_find(r, ctx);
}


ngx_int_t
ngx_crm_client_proof_open(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    u_char              buf[NGX_CRM_SECRETS_MAX];
    ngx_int_t           rc;
    const char         *why;
    ngx_crm_secrets_t   secrets;

    if (ctx->held.sealed->proven) {
        return NGX_OK;
    }

    if (ctx->held.sealed->key == NULL) {
        return ngx_crm_client_proof_refuse(r, ctx,
                                           "unknown pass key or client");
    }

    why = "it does not open";

    rc = ngx_crm_client_proof_read(r, ctx, buf, &secrets);

    if (rc == NGX_OK) {
        rc = ngx_crm_client_proof_check(ctx->held.sealed, &secrets, &why);
    }

    ngx_explicit_memzero(buf, sizeof(buf));

    return (rc == NGX_DECLINED) ? ngx_crm_client_proof_refuse(r, ctx, why)
                                : rc;
}


/* payload keys that are of no use are found here, before anything is done */

static ngx_int_t
ngx_crm_client_proof_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    u_char *buf, ngx_crm_secrets_t *secrets)
{
    ngx_int_t          rc;
    ngx_str_t          aad;
    ngx_crm_cipher_t   cipher;
    ngx_crm_sealed_t  *sealed;

    sealed = ctx->held.sealed;

    if (ngx_crm_client_proof_aad(r, &aad) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = ngx_crm_client_keys_cipher(r, ctx, NGX_CRM_CLIENT_KEYS_PAYLOAD,
                                    &aad, &cipher);

    if (rc == NGX_OK) {
        rc = ngx_crm_client_keys_cipher(r, ctx, NGX_CRM_CLIENT_KEYS_HEADER,
                                        &aad, &cipher);
    }

    if (rc == NGX_OK) {
        rc = ngx_crm_secrets_open(&cipher, sealed->terms->members,
                                  &sealed->proof, buf, secrets);
    }

    ngx_explicit_memzero(&cipher, sizeof(ngx_crm_cipher_t));

    return rc;
}


/*
 * "POST /path?query" of the request line: a redirect changes the method, and
 * r->uri, but not that; a subrequest has its main one's.
 */

static ngx_int_t
ngx_crm_client_proof_aad(ngx_http_request_t *r, ngx_str_t *aad)
{
    u_char     *p;
    size_t      len;
    ngx_str_t  *line, *target;

    line = &r->request_line;
    target = &r->unparsed_uri;

    for (len = 0; len < line->len && line->data[len] != ' '; len++) {
        /* void */
    }

    aad->len = len + 1 + target->len;

    aad->data = ngx_pnalloc(r->pool, aad->len);
    if (aad->data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(aad->data, line->data, len);
    *p++ = ' ';
    ngx_memcpy(p, target->data, target->len);

    return NGX_OK;
}


/*
 * One edge accepts a proof for 600 seconds.  Of two the one whose clock is
 * slower goes on for what lies between them: 60 seconds to either side are
 * allowed, as for revocations, and a minute more, so that no proof outlives
 * the memory of it.
 */

static ngx_int_t
ngx_crm_client_proof_check(const ngx_crm_sealed_t *sealed,
    const ngx_crm_secrets_t *secrets, const char **why)
{
    u_char   digest[NGX_CRM_SHA256_LEN], hex[2 * NGX_CRM_SHA256_LEN];
    int64_t  age;

    if (ngx_crm_digest_sha256(digest, secrets->secret.data,
                              secrets->secret.len)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_crm_text_hex(hex, digest, sizeof(digest));

    if (!ngx_crm_text_same(hex, sizeof(hex), sealed->digest.data,
                           sealed->digest.len)
        || !ngx_crm_text_same(secrets->id.data, secrets->id.len,
                              sealed->client.data, sealed->client.len))
    {
        *why = "another id or secret";
        return NGX_DECLINED;
    }

    age = (int64_t) ngx_time() - secrets->epoch;

    if (age < -NGX_CRM_CLIENT_PROOF_OFF || age >= NGX_CRM_CLIENT_PROOF_OFF) {
        *why = "its epoch is off";
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/* base64 is read strictly: no other text of the proof has the same bytes */

ngx_int_t
ngx_crm_client_proof_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    u_char             digest[NGX_CRM_SHA256_LEN];
    u_char             hex[2 * NGX_CRM_SHA256_LEN];
    ngx_str_t         *name;
    ngx_crm_sealed_t  *sealed;

    ngx_str_t          argv[] = {
        ngx_string("SET"), ngx_null_string, ngx_string("1"),
        ngx_string("NX"), ngx_string("EX"),
        ngx_string(NGX_CRM_CLIENT_PROOF_SEEN)
    };

    sealed = ctx->held.sealed;

    if (sealed->proven) {
        return NGX_OK;
    }

    if (ngx_crm_digest_sha256(digest, sealed->proof.data, sealed->proof.len)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_crm_text_hex(hex, digest, sizeof(digest));

    name = &argv[1];

    name->data = ngx_pnalloc(r->pool, sizeof("crm:seen:{}:")
                                      + sealed->client.len + sizeof(hex));
    if (name->data == NULL) {
        return NGX_ERROR;
    }

    name->len = ngx_sprintf(name->data, "crm:seen:{%V}:%*s", &sealed->client,
                            sizeof(hex), hex)
                - name->data;

    return ngx_crm_redis_ask(r, ctx, sizeof(argv) / sizeof(argv[0]), argv);
}


ngx_int_t
ngx_crm_client_proof_told(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t          rc;
    ngx_str_t          ok;
    ngx_crm_sealed_t  *sealed;

    sealed = ctx->held.sealed;

    if (!sealed->proven) {
        rc = ngx_crm_reply_text(ctx->walk.reply, &ok);

        if (rc == NGX_DECLINED) {
            return ngx_crm_client_proof_refuse(r, ctx, "it was seen before");
        }

        if (rc != NGX_OK) {
            return ngx_crm_reply_wrong(r, "SET crm:seen");
        }

        sealed->proven = 1;
    }

    ctx->key = sealed->key;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_client_proof_refuse(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const char *why)
{
    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "crm proof refused: %s", why);

    return ngx_crm_refuse(ctx, NGX_CRM_WRONG_API_KEY, NULL);
}
