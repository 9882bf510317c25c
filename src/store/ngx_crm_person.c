/*
 * From credentials to a contact: one GET for each credential, one HMGET for
 * the contact of the first.  Whoever is not found is looked for under a name
 * that nobody has, so that Redis has the same to do.
 */

#include "store/ngx_crm_person.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_person_kind.h"
#include "store/ngx_crm_secret.h"
#include "engine/ngx_crm_redis.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_walk.h"
#include "base/ngx_crm_normal.h"
#include "base/ngx_crm_text.h"


static ngx_uint_t ngx_crm_person_same(const ngx_str_t *a,
    const ngx_str_t *b);
static ngx_int_t ngx_crm_person_narrow(ngx_crm_person_t *person,
    const ngx_str_t *value);
static ngx_int_t ngx_crm_person_name(ngx_crm_person_t *person,
    const ngx_crm_person_kind_t *kind, const ngx_str_t *value);
static ngx_int_t ngx_crm_person_copy(ngx_http_request_t *r, ngx_str_t *dst,
    const ngx_str_t *text);
static ngx_int_t ngx_crm_person_found(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_str_t *id);
static ngx_int_t ngx_crm_person_keep(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


/* in the order of ngx_crm_member_e */

const ngx_str_t  ngx_crm_person_members[NGX_CRM_NMEMBERS] = {
    ngx_string("title"), ngx_string("first_name"), ngx_string("middle_name"),
    ngx_string("last_name"), ngx_string("company_name"),
    ngx_string("avatar"), ngx_string("is_verified"), ngx_string("email"),
    ngx_string("mobile"), ngx_string("segment"), ngx_string("platform"),
    ngx_string("account_number"), ngx_string("account_id"),
    ngx_string("push_notifications"), ngx_string("do_not_disturb"),
    ngx_string("roaming"), ngx_string("profile_image"),
    ngx_string("organisations"), ngx_string("birthdate"),
    ngx_string("password"), ngx_string("state")
};


ngx_int_t
ngx_crm_person_create(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ctx->person = ngx_pcalloc(r->pool, sizeof(ngx_crm_person_t));

    return ctx->person ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_crm_person_add(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *name, const ngx_str_t *value, const ngx_str_t *country)
{
    u_char                        buf[NGX_CRM_NORMAL_MAX];
    ngx_str_t                     normal;
    const ngx_crm_person_kind_t  *kind;

    kind = ngx_crm_person_kind_find(name);

    if (kind == NULL) {
        return NGX_DECLINED;
    }

    normal.len = 0;
    normal.data = buf;

    if (ngx_crm_person_kind_normal(kind, &normal, value, country) != NGX_OK) {
        return NGX_DECLINED;
    }

    if (ngx_crm_person_copy(r, &normal, &normal) != NGX_OK) {
        return NGX_ERROR;
    }

    return kind->narrows ? ngx_crm_person_narrow(ctx->person, &normal)
                         : ngx_crm_person_name(ctx->person, kind, &normal);
}


static ngx_uint_t
ngx_crm_person_same(const ngx_str_t *a, const ngx_str_t *b)
{
    return ngx_crm_text_same(a->data, a->len, b->data, b->len);
}


static ngx_int_t
ngx_crm_person_narrow(ngx_crm_person_t *person, const ngx_str_t *value)
{
    if (person->birthdate.len
        && !ngx_crm_person_same(&person->birthdate, value))
    {
        return NGX_DECLINED;
    }

    person->birthdate = *value;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_person_name(ngx_crm_person_t *person,
    const ngx_crm_person_kind_t *kind, const ngx_str_t *value)
{
    ngx_uint_t             i;
    ngx_crm_credential_t  *credential;

    /* said twice is said once */

    for (i = 0; i < person->n; i++) {
        credential = &person->credentials[i];

        if (credential->name.data == kind->name.data
            && ngx_crm_person_same(&credential->value, value))
        {
            return NGX_OK;
        }
    }

    if (person->n == NGX_CRM_PERSON_CREDENTIALS) {
        return NGX_DECLINED;
    }

    credential = &person->credentials[person->n++];
    credential->name = kind->name;
    credential->value = *value;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_person_copy(ngx_http_request_t *r, ngx_str_t *dst,
    const ngx_str_t *text)
{
    u_char  *p;

    p = ngx_pnalloc(r->pool, text->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, text->data, text->len);

    dst->len = text->len;
    dst->data = p;

    return NGX_OK;
}


ngx_int_t
ngx_crm_person_ask_identity(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t              argv[2];
    ngx_crm_person_t      *person;
    ngx_crm_credential_t  *credential;

    person = ctx->person;
    credential = &person->credentials[person->asked];

    ngx_str_set(&argv[0], "GET");

    if (ngx_crm_name(r, ctx, &argv[1], "identity:{%V:%V}", &credential->name,
                     &credential->value)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_redis_ask(r, ctx, 2, argv);
}


ngx_int_t
ngx_crm_person_take_identity(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t          rc;
    ngx_str_t          id;
    ngx_crm_person_t  *person;

    person = ctx->person;

    rc = ngx_crm_reply_text(ctx->walk.reply, &id);

    if (rc == NGX_ERROR) {
        return ngx_crm_reply_wrong(r, "identity");
    }

    if (rc == NGX_OK && !ngx_crm_text_is_id(&id)) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "crm: an identity of name %V holds no contact id",
                      &person->credentials[person->asked].name);
        rc = NGX_DECLINED;
    }

    if (person->asked++ == 0) {
        rc = ngx_crm_person_found(r, ctx, rc == NGX_OK ? &id : NULL);

        if (rc != NGX_OK) {
            return rc;
        }

    } else if (rc != NGX_OK || !ngx_crm_person_same(&id, &person->id)) {
        person->nobody = 1;
    }

    if (person->asked < person->n) {
        ngx_crm_walk_back(ctx, 2);
        return NGX_OK;
    }

    return ngx_crm_person_ask_contact(r, ctx);
}


static ngx_int_t
ngx_crm_person_found(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *id)
{
    u_char                   mac[NGX_CRM_SHA256_LEN];
    u_char                   hex[2 * NGX_CRM_SHA256_LEN];
    ngx_str_t                texts[3], decoy;
    ngx_crm_person_t        *person;
    const ngx_crm_secret_t  *secret;

    person = ctx->person;

    if (id) {
        return ngx_crm_person_copy(r, &person->id, id);
    }

    person->nobody = 1;

    texts[0] = *ngx_crm_name_mode(ctx->mode);
    texts[1] = person->credentials[0].name;
    texts[2] = person->credentials[0].value;

    secret = ngx_crm_secret_nth(r, 0);

    if (secret == NULL
        || ngx_crm_digest_hmac(mac, secret->decoy, texts, 3) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_crm_text_hex(hex, mac, sizeof(mac));

    decoy.len = sizeof(hex);
    decoy.data = hex;

    return ngx_crm_person_copy(r, &person->id, &decoy);
}


ngx_int_t
ngx_crm_person_ask_contact(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t  argv[2 + NGX_CRM_NMEMBERS];

    ngx_str_set(&argv[0], "HMGET");

    if (ngx_crm_name(r, ctx, &argv[1], "contact:{%V}", &ctx->person->id)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_memcpy(argv + 2, ngx_crm_person_members,
               sizeof(ngx_crm_person_members));

    return ngx_crm_redis_ask(r, ctx, 2 + NGX_CRM_NMEMBERS, argv);
}


ngx_int_t
ngx_crm_person_take_contact(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t          rc;
    ngx_str_t         *members;
    ngx_crm_person_t  *person;

    static const ngx_str_t  active = ngx_string("active");

    person = ctx->person;
    members = person->members;

    rc = ngx_crm_person_keep(r, ctx);

    if (rc != NGX_OK) {
        return rc;
    }

    if (!ngx_crm_person_same(&members[NGX_CRM_STATE], &active)) {
        person->nobody = 1;

    } else {
        person->mobile = members[NGX_CRM_MOBILE];
        person->email = members[NGX_CRM_EMAIL];
    }

    if (person->birthdate.len
        && !ngx_crm_person_same(&members[NGX_CRM_BIRTHDATE],
                                &person->birthdate))
    {
        person->nobody = 1;
    }

    if (person->nobody) {
        ngx_str_null(&person->id);
        ngx_memzero(members, sizeof(person->members));
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_person_keep(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t               rc;
    ngx_str_t               text;
    ngx_uint_t              i;
    const ngx_crm_reply_t  *reply;

    reply = ctx->walk.reply;

    if (ngx_crm_reply_array(reply, NGX_CRM_NMEMBERS) != NGX_OK) {
        return ngx_crm_reply_wrong(r, "contact");
    }

    for (i = 0; i < NGX_CRM_NMEMBERS; i++) {

        rc = ngx_crm_reply_text(ngx_crm_reply_element(reply, i), &text);

        if (rc == NGX_ERROR) {
            return ngx_crm_reply_wrong(r, "contact");
        }

        if (rc == NGX_DECLINED) {
            ngx_str_null(&ctx->person->members[i]);
            continue;
        }

        if (ngx_crm_person_copy(r, &ctx->person->members[i], &text)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
