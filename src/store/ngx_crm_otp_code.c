/* A place's keys share its tag; ngx_crm_otp_code.lua keeps its promises. */

#include "store/ngx_crm_otp_code.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_person.h"
#include "engine/ngx_crm_redis.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_script.h"
#include "base/ngx_crm_digest.h"
#include "base/ngx_crm_text.h"


/* the keys, what issue is told, and the members of a code */
#define NGX_CRM_OTP_CODE_NARGS  (2 + NGX_CRM_PERSON_CREDENTIALS + 6 + 12)


ngx_crm_script(ngx_crm_otp_code_script, "store/ngx_crm_otp_code.lua");


static void ngx_crm_otp_code_wipe(void *data);
static ngx_int_t ngx_crm_otp_code_name(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_otp_code_t *code, const u_char *slot,
    ngx_str_t *name);
static ngx_int_t ngx_crm_otp_code_throttle(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_otp_code_t *code, ngx_str_t *name);
static ngx_int_t ngx_crm_otp_code_limits(ngx_http_request_t *r,
    ngx_str_t *argv);
static ngx_int_t ngx_crm_otp_code_members(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_otp_code_t *code,
    const ngx_str_t *contact, ngx_str_t *argv);
static ngx_str_t ngx_crm_otp_code_text(const u_char *data, size_t len);


u_char *
ngx_crm_otp_code_room(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(r->pool, NGX_CRM_OTP_CODE_MAX);
    if (cln == NULL) {
        return NULL;
    }

    cln->handler = ngx_crm_otp_code_wipe;

    return cln->data;
}


static void
ngx_crm_otp_code_wipe(void *data)
{
    ngx_explicit_memzero(data, NGX_CRM_OTP_CODE_MAX);
}


ngx_int_t
ngx_crm_otp_code_digest(ngx_crm_ctx_t *ctx, ngx_crm_otp_code_t *code,
    const ngx_crm_secret_t *secret, const ngx_str_t *text)
{
    u_char     mac[NGX_CRM_SHA256_LEN];
    ngx_str_t  texts[4];

    texts[0] = *ngx_crm_name_mode(ctx->mode);
    texts[1] = ngx_crm_otp_code_text(code->handle, sizeof(code->handle));
    texts[2] = code->purpose;
    texts[3] = *text;

    if (ngx_crm_digest_hmac(mac, secret->otp, texts, 4) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_crm_text_hex(code->digest, mac, sizeof(mac));

    return NGX_OK;
}


ngx_int_t
ngx_crm_otp_code_issue(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_code_t *code, const ngx_crm_otp_place_t *place,
    const ngx_str_t *contact)
{
    ngx_str_t   argv[NGX_CRM_OTP_CODE_NARGS], *arg;
    ngx_uint_t  nkeys;

    nkeys = 2 + ctx->person->n;
    arg = argv + nkeys;

    ngx_str_set(&arg[0], "issue");
    arg[1] = ngx_crm_otp_code_text(code->handle, sizeof(code->handle));
    arg[2] = code->purpose;

    if (ngx_crm_otp_code_name(r, ctx, code, code->place, &argv[0]) != NGX_OK
        || ngx_crm_otp_code_throttle(r, ctx, code, &argv[1]) != NGX_OK
        || ngx_crm_otp_place_latest(r, ctx, place, &code->purpose, &argv[2])
           != NGX_OK
        || ngx_crm_otp_code_limits(r, &arg[3]) != NGX_OK
        || ngx_crm_otp_code_members(r, ctx, code, contact, &arg[6])
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_script_ask(r, ctx, &ngx_crm_otp_code_script, nkeys,
                              nkeys + 6 + 12, argv);
}


static ngx_int_t
ngx_crm_otp_code_name(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_code_t *code, const u_char *slot, ngx_str_t *name)
{
    return ngx_crm_name(r, ctx, name, "otp:{%*s}:%*s",
                        (size_t) NGX_CRM_OTP_SLOT_LEN, slot,
                        sizeof(code->handle), code->handle);
}


static ngx_int_t
ngx_crm_otp_code_throttle(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_code_t *code, ngx_str_t *name)
{
    return ngx_crm_name(r, ctx, name, "otp:{%*s}:throttle:%*s",
                        (size_t) NGX_CRM_OTP_SLOT_LEN, code->place,
                        sizeof(code->place), code->place);
}


static ngx_int_t
ngx_crm_otp_code_limits(ngx_http_request_t *r, ngx_str_t *argv)
{
    ngx_crm_srv_conf_t  *scf;

    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    if (ngx_crm_name_number(r, &argv[0], scf->otp.ttl) != NGX_OK
        || ngx_crm_name_number(r, &argv[1], scf->otp.cooldown) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_name_number(r, &argv[2], scf->otp.per_hour);
}


static ngx_int_t
ngx_crm_otp_code_members(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_code_t *code, const ngx_str_t *contact,
    ngx_str_t *argv)
{
    ngx_crm_srv_conf_t  *scf;

    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    ngx_str_set(&argv[0], "digest");
    argv[1] = ngx_crm_otp_code_text(code->digest, sizeof(code->digest));
    ngx_str_set(&argv[2], "contact");
    argv[3] = *contact;
    ngx_str_set(&argv[4], "destination");
    argv[5] = ngx_crm_otp_code_text(code->place, sizeof(code->place));
    ngx_str_set(&argv[6], "purpose");
    argv[7] = code->purpose;
    ngx_str_set(&argv[8], "app");
    argv[9] = ctx->app;
    ngx_str_set(&argv[10], "tries");

    return ngx_crm_name_number(r, &argv[11], scf->otp.tries);
}


static ngx_str_t
ngx_crm_otp_code_text(const u_char *data, size_t len)
{
    ngx_str_t  text;

    text.len = len;
    text.data = (u_char *) data;

    return text;
}


ngx_int_t
ngx_crm_otp_code_issued(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    time_t *wait)
{
    int64_t  seconds;

    if (ngx_crm_reply_integer(ctx->walk.reply, &seconds) != NGX_OK) {
        return ngx_crm_reply_wrong(r, "otp issue");
    }

    *wait = seconds;

    return NGX_OK;
}


ngx_int_t
ngx_crm_otp_code_latest(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_code_t *code, const ngx_crm_otp_place_t *place)
{
    ngx_str_t   argv[NGX_CRM_PERSON_CREDENTIALS + 1];
    ngx_uint_t  nkeys;

    nkeys = ctx->person->n;

    ngx_str_set(&argv[nkeys], "latest");

    if (ngx_crm_otp_place_latest(r, ctx, place, &code->purpose, argv)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_script_ask(r, ctx, &ngx_crm_otp_code_script, nkeys,
                              nkeys + 1, argv);
}


ngx_int_t
ngx_crm_otp_code_newest(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_otp_code_t *code, int64_t *left)
{
    int64_t    ms;
    ngx_str_t  handle;

    if (ngx_crm_reply_read(ctx->walk.reply, "ti", &handle, &ms) != NGX_OK) {
        return ngx_crm_reply_wrong(r, "otp latest");
    }

    if (ms <= *left) {
        return NGX_OK;
    }

    if (ngx_crm_otp_handle_normal(code->handle, &handle) != NGX_OK) {
        return ngx_crm_reply_wrong(r, "otp latest");
    }

    *left = ms;

    return NGX_OK;
}


ngx_int_t
ngx_crm_otp_code_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_code_t *code, const ngx_crm_secret_t *secret)
{
    u_char     slot[NGX_CRM_OTP_SLOT_LEN];
    ngx_str_t  argv[4];

    ngx_str_set(&argv[0], "HMGET");
    ngx_str_set(&argv[2], "destination");
    ngx_str_set(&argv[3], "contact");

    if (ngx_crm_otp_handle_slot(slot, secret, code->handle) != NGX_OK
        || ngx_crm_otp_code_name(r, ctx, code, slot, &argv[1]) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_redis_ask(r, ctx, 4, argv);
}


ngx_int_t
ngx_crm_otp_code_found(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_otp_code_t *code, ngx_str_t *contact)
{
    ngx_int_t               rc;
    ngx_str_t               place;
    const ngx_crm_reply_t  *reply;

    reply = ctx->walk.reply;

    if (ngx_crm_reply_array(reply, 2) != NGX_OK) {
        return ngx_crm_reply_wrong(r, "otp");
    }

    rc = ngx_crm_reply_text(ngx_crm_reply_element(reply, 0), &place);

    if (rc == NGX_DECLINED) {
        return NGX_DECLINED;
    }

    if (rc != NGX_OK
        || place.len != sizeof(code->place)
        || ngx_crm_reply_text(ngx_crm_reply_element(reply, 1), contact)
           != NGX_OK
        || !ngx_crm_text_is_id(contact))
    {
        return ngx_crm_reply_wrong(r, "otp");
    }

    ngx_memcpy(code->place, place.data, place.len);

    return NGX_OK;
}


ngx_int_t
ngx_crm_otp_code_try(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_code_t *code, ngx_uint_t hold)
{
    ngx_str_t  argv[8];

    ngx_str_set(&argv[2], "try");
    argv[3] = ngx_crm_otp_code_text(code->handle, sizeof(code->handle));
    argv[4] = code->purpose;
    argv[5] = ctx->app;
    argv[6] = ngx_crm_otp_code_text(code->digest, sizeof(code->digest));
    ngx_str_set(&argv[7], "hold");

    if (ngx_crm_otp_code_name(r, ctx, code, code->place, &argv[0]) != NGX_OK
        || ngx_crm_otp_code_throttle(r, ctx, code, &argv[1]) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_script_ask(r, ctx, &ngx_crm_otp_code_script, 2,
                              hold ? 8 : 7, argv);
}


ngx_int_t
ngx_crm_otp_code_tried(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    time_t *wait)
{
    int64_t    seconds;
    ngx_str_t  contact;

    if (ngx_crm_reply_read(ctx->walk.reply, "it", &seconds, &contact)
        != NGX_OK)
    {
        return ngx_crm_reply_wrong(r, "otp try");
    }

    *wait = seconds;

    return contact.len ? NGX_OK : NGX_DECLINED;
}


void
ngx_crm_otp_code_give_back(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_code_t *code)
{
    ngx_str_t             argv[2];
    ngx_crm_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_crm_module);

    ngx_str_set(&argv[1], "give");

    if (ngx_crm_otp_code_name(r, ctx, code, code->place, &argv[0]) != NGX_OK
        || ngx_crm_script_send(mcf, &ngx_crm_otp_code_script, 1, 2, argv)
           != NGX_OK)
    {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "crm: a one-time password could not be given back");
    }
}
