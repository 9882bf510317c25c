#include "store/ngx_crm_opaque.h"
#include "store/ngx_crm_lookup.h"
#include "store/ngx_crm_name.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_script.h"
#include "base/ngx_crm_digest.h"
#include "base/ngx_crm_random.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_OPAQUE_BYTES  16     /* half as many as digits */
#define NGX_CRM_OPAQUE_TEST   0x10   /* of the first byte */


ngx_crm_script(ngx_crm_opaque_script, "store/ngx_crm_opaque.lua");


typedef enum {
    NGX_CRM_OPAQUE_CID = 0, NGX_CRM_OPAQUE_SID, NGX_CRM_OPAQUE_APP,
    NGX_CRM_OPAQUE_IAT, NGX_CRM_OPAQUE_EXP, NGX_CRM_OPAQUE_N
} ngx_crm_opaque_member_e;


static ngx_int_t ngx_crm_opaque_name(ngx_http_request_t *r,
    ngx_crm_mode_e mode, const ngx_str_t *token, ngx_str_t *name);
static ngx_int_t ngx_crm_opaque_read(const ngx_crm_reply_t *reply,
    const ngx_str_t *name, ngx_crm_record_t *record);
static ngx_int_t ngx_crm_opaque_set(ngx_crm_ctx_t *ctx,
    const ngx_crm_record_t *record);


static const ngx_str_t  ngx_crm_opaque_members[] = {
    ngx_string("cid"), ngx_string("sid"), ngx_string("app"),
    ngx_string("iat"), ngx_string("exp")
};

static const ngx_crm_lookup_kind_t  ngx_crm_opaque_kind = {
    ngx_null_string, ngx_crm_opaque_members, NGX_CRM_OPAQUE_N,
    ngx_crm_opaque_read, ngx_crm_opaque_set
};


ngx_uint_t
ngx_crm_opaque_is(const ngx_str_t *token)
{
    u_char  bytes[NGX_CRM_OPAQUE_BYTES];

    return token->len == 2 * sizeof(bytes)
           && ngx_crm_text_unhex(bytes, token->data, sizeof(bytes)) == NGX_OK;
}


ngx_int_t
ngx_crm_opaque_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    u_char      first, digest[NGX_CRM_SHA256_LEN];
    ngx_str_t   name;

    static const u_char  kind[NGX_CRM_SHA256_LEN] = "opaque";

    if (ngx_crm_text_unhex(&first, ctx->sent_token.data, 1) != NGX_OK
        || ngx_crm_opaque_name(r, (first & NGX_CRM_OPAQUE_TEST)
                                  ? NGX_CRM_TEST : NGX_CRM_LIVE,
                               &ctx->sent_token, &name)
           != NGX_OK
        || ngx_crm_digest_hmac(digest, kind, &name, 1) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ctx->opaque = NULL;

    return ngx_crm_lookup_find(r, ctx, &ngx_crm_opaque_kind, &name, digest);
}


/* the request's own mode is not known yet, when a token is looked for */

static ngx_int_t
ngx_crm_opaque_name(ngx_http_request_t *r, ngx_crm_mode_e mode,
    const ngx_str_t *token, ngx_str_t *name)
{
    u_char          digest[NGX_CRM_SHA256_LEN];
    u_char          hex[2 * NGX_CRM_SHA256_LEN];
    ngx_crm_ctx_t   ctx;

    ngx_memzero(&ctx, sizeof(ngx_crm_ctx_t));
    ctx.mode = mode;

    if (ngx_crm_digest_sha256(digest, token->data, token->len) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_crm_text_hex(hex, digest, sizeof(digest));

    return ngx_crm_name(r, &ctx, name, "opaque:{%*s}", sizeof(hex), hex);
}


static ngx_int_t
ngx_crm_opaque_read(const ngx_crm_reply_t *reply, const ngx_str_t *name,
    ngx_crm_record_t *record)
{
    ngx_int_t  found;
    ngx_str_t  texts[NGX_CRM_OPAQUE_N], *app;

    static const ngx_str_t  test = ngx_string("crm:test:");

    ngx_memzero(record, sizeof(ngx_crm_record_t));

    found = ngx_crm_reply_texts(reply, texts, NGX_CRM_OPAQUE_N);

    if (found == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (found == 0) {
        return NGX_OK;
    }

    app = &texts[NGX_CRM_OPAQUE_APP];

    /* whoever logged in without an API key has none */

    if (app->len == 0) {
        app = NULL;
    }

    record->issued = ngx_atotm(texts[NGX_CRM_OPAQUE_IAT].data,
                               texts[NGX_CRM_OPAQUE_IAT].len);
    record->expires = ngx_atotm(texts[NGX_CRM_OPAQUE_EXP].data,
                                texts[NGX_CRM_OPAQUE_EXP].len);

    if (found < NGX_CRM_OPAQUE_N
        || record->issued == NGX_ERROR || record->expires == NGX_ERROR
        || ngx_crm_record_pack(record, app, &texts[NGX_CRM_OPAQUE_CID],
                               &texts[NGX_CRM_OPAQUE_SID])
           != NGX_OK)
    {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "crm: \"%V\" is refused, its record is broken", name);
        return NGX_OK;
    }

    record->mode = (ngx_strncmp(name->data, test.data, test.len) == 0)
                   ? NGX_CRM_TEST : NGX_CRM_LIVE;
    record->known = 1;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_opaque_set(ngx_crm_ctx_t *ctx, const ngx_crm_record_t *record)
{
    ngx_crm_opaque_t  *opaque;

    if (!record->known) {
        return NGX_OK;
    }

    opaque = ngx_palloc(ctx->request->pool, sizeof(ngx_crm_opaque_t));

    if (opaque == NULL
        || ngx_crm_record_unpack(record, ctx->request->pool, &opaque->app,
                                 &opaque->contact, &opaque->session)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    opaque->issued = record->issued;
    opaque->expires = record->expires;
    opaque->mode = record->mode;

    ctx->opaque = opaque;

    return NGX_OK;
}


ngx_int_t
ngx_crm_opaque_issue(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_opaque_t *opaque, ngx_str_t *token)
{
    u_char               bytes[NGX_CRM_OPAQUE_BYTES];
    ngx_str_t            argv[2 + 2 * NGX_CRM_OPAQUE_N], *values;
    ngx_uint_t           i;
    ngx_crm_srv_conf_t  *scf;

    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    token->len = 2 * sizeof(bytes);
    token->data = ngx_pnalloc(r->pool, token->len);

    if (token->data == NULL
        || ngx_crm_random_bytes(bytes, sizeof(bytes)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    bytes[0] &= ~NGX_CRM_OPAQUE_TEST;
    bytes[0] |= (opaque->mode == NGX_CRM_TEST) ? NGX_CRM_OPAQUE_TEST : 0;

    ngx_crm_text_hex(token->data, bytes, sizeof(bytes));

    values = argv + 3;

    for (i = 0; i < NGX_CRM_OPAQUE_N; i++) {
        argv[2 + 2 * i] = ngx_crm_opaque_members[i];
    }

    values[2 * NGX_CRM_OPAQUE_CID] = opaque->contact;
    values[2 * NGX_CRM_OPAQUE_SID] = opaque->session;
    values[2 * NGX_CRM_OPAQUE_APP] = opaque->app;

    if (ngx_crm_opaque_name(r, opaque->mode, token, &argv[0]) != NGX_OK
        || ngx_crm_name_number(r, &argv[1], opaque->expires + scf->leeway)
           != NGX_OK
        || ngx_crm_name_number(r, &values[2 * NGX_CRM_OPAQUE_IAT],
                               opaque->issued)
           != NGX_OK
        || ngx_crm_name_number(r, &values[2 * NGX_CRM_OPAQUE_EXP],
                               opaque->expires)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_script_ask(r, ctx, &ngx_crm_opaque_script, 1,
                              2 + 2 * NGX_CRM_OPAQUE_N, argv);
}


ngx_int_t
ngx_crm_opaque_issued(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    int64_t  n;

    return (ngx_crm_reply_integer(ctx->walk.reply, &n) == NGX_OK)
           ? NGX_OK : ngx_crm_reply_wrong(r, "opaque token");
}
