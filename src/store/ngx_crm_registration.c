#include "store/ngx_crm_registration.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_person.h"
#include "engine/ngx_crm_redis.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_script.h"
#include "base/ngx_crm_random.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_REGISTRATION_TTL  "86400"    /* s of a reservation */


ngx_crm_script(ngx_crm_registration_script, "store/ngx_crm_registration.lua");


static ngx_int_t ngx_crm_registration_name(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const char *kind, ngx_str_t *name);


ngx_int_t
ngx_crm_registration_reserve(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_str_t *key)
{
    u_char     bytes[NGX_CRM_REGISTRATION_KEY / 2];
    ngx_str_t  argv[5];

    key->len = NGX_CRM_REGISTRATION_KEY;

    key->data = ngx_pnalloc(r->pool, key->len);

    if (key->data == NULL
        || ngx_crm_random_bytes(bytes, sizeof(bytes)) != NGX_OK
        || ngx_crm_registration_name(r, ctx, "register", &argv[0]) != NGX_OK
        || ngx_crm_registration_name(r, ctx, "identity", &argv[1]) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_crm_text_hex(key->data, bytes, sizeof(bytes));

    ngx_str_set(&argv[2], "reserve");
    argv[3] = *key;
    ngx_str_set(&argv[4], NGX_CRM_REGISTRATION_TTL);

    return ngx_crm_script_ask(r, ctx, &ngx_crm_registration_script, 2, 5,
                              argv);
}


static ngx_int_t
ngx_crm_registration_name(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const char *kind, ngx_str_t *name)
{
    ngx_crm_credential_t  *credential;

    credential = &ctx->person->credentials[0];

    return ngx_crm_name(r, ctx, name, "%s:{%V:%V}", kind, &credential->name,
                        &credential->value);
}


ngx_int_t
ngx_crm_registration_reserved(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_str_t *key)
{
    ngx_str_t  reserved;

    if (ngx_crm_reply_text(ctx->walk.reply, &reserved) != NGX_OK) {
        return ngx_crm_reply_wrong(r, "reservation");
    }

    if (reserved.len == 0) {
        return NGX_DECLINED;
    }

    /* it will stand in a header line */

    if (reserved.len != key->len || !ngx_crm_text_is_id(&reserved)) {
        return ngx_crm_reply_wrong(r, "reservation");
    }

    ngx_memcpy(key->data, reserved.data, reserved.len);

    return NGX_OK;
}


ngx_int_t
ngx_crm_registration_release(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t  argv[] = { ngx_string("DEL"), ngx_null_string };

    if (ngx_crm_registration_name(r, ctx, "register", &argv[1]) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_crm_redis_ask(r, ctx, 2, argv);
}


ngx_int_t
ngx_crm_registration_contact(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_created_t *created, const ngx_str_t *hash)
{
    u_char                *p;
    ngx_str_t              argv[3 + 2 * (NGX_CRM_CREATED_MEMBERS + 1)];
    ngx_uint_t             i, n;
    ngx_crm_credential_t  *credential;

    credential = &ctx->person->credentials[0];

    if (ngx_crm_name(r, ctx, &argv[0], "contact:{%V}", &created->id)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_set(&argv[1], "contact");

    argv[2].len = credential->name.len + 1 + credential->value.len;

    p = ngx_pnalloc(r->pool, argv[2].len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    argv[2].data = p;
    (void) ngx_sprintf(p, "%V:%V", &credential->name, &credential->value);

    n = 3;

    for (i = 0; i < created->n; i++) {
        argv[n++] = created->members[i].key;
        argv[n++] = created->members[i].value;
    }

    if (hash) {
        argv[n++] = ngx_crm_person_members[NGX_CRM_PASSWORD];
        argv[n++] = *hash;
    }

    return ngx_crm_script_ask(r, ctx, &ngx_crm_registration_script, 1, n,
                              argv);
}


ngx_int_t
ngx_crm_registration_stored(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *id, ngx_uint_t *own)
{
    int64_t    whose;
    ngx_str_t  argv[5];

    if (ngx_crm_reply_integer(ctx->walk.reply, &whose) != NGX_OK) {
        return ngx_crm_reply_wrong(r, "new contact");
    }

    *own = (whose == 1);

    if (ngx_crm_registration_name(r, ctx, "identity", &argv[0]) != NGX_OK
        || ngx_crm_registration_name(r, ctx, "register", &argv[1]) != NGX_OK
        || ngx_crm_name_number(r, &argv[4], whose) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_set(&argv[2], "identity");
    argv[3] = *id;

    return ngx_crm_script_ask(r, ctx, &ngx_crm_registration_script, 2, 5,
                              argv);
}


ngx_int_t
ngx_crm_registration_found(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_str_t *id, ngx_uint_t *first)
{
    int64_t    n;
    ngx_str_t  text;

    if (ngx_crm_reply_read(ctx->walk.reply, "it", &n, &text) != NGX_OK
        || !ngx_crm_text_is_id(&text))
    {
        return ngx_crm_reply_wrong(r, "new identity");
    }

    id->data = ngx_pstrdup(r->pool, &text);
    if (id->data == NULL) {
        return NGX_ERROR;
    }

    id->len = text.len;
    *first = (n == 1);

    return NGX_OK;
}


ngx_int_t
ngx_crm_registration_password(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *hash, const ngx_str_t *handle)
{
    ngx_str_t  argv[6];

    if (ngx_crm_name(r, ctx, &argv[1], "contact:{%V}", &ctx->person->id)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_set(&argv[0], "HSET");
    argv[3] = *hash;

    if (handle == NULL) {
        ngx_str_set(&argv[2], "password");
        ctx->person->hash = *hash;
        return ngx_crm_redis_ask(r, ctx, 4, argv);
    }

    ngx_str_set(&argv[2], "pending");
    ngx_str_set(&argv[4], "pending_otp");
    argv[5] = *handle;

    return ngx_crm_redis_ask(r, ctx, 6, argv);
}
