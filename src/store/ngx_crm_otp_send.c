/* Sending a code: whoever is found or not, the same is done. */

#include "store/ngx_crm_otp.h"
#include "store/ngx_crm_otp_budget.h"
#include "store/ngx_crm_otp_code.h"
#include "store/ngx_crm_outbox.h"
#include "store/ngx_crm_person.h"
#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_shape.h"
#include "engine/ngx_crm_walk.h"
#include "base/ngx_crm_country.h"
#include "base/ngx_crm_normal.h"
#include "base/ngx_crm_random.h"
#include "base/ngx_crm_text.h"
#include "ngx_crm_demands.h"


typedef struct {
    ngx_crm_otp_code_t     code;
    ngx_crm_otp_place_t    place;
    ngx_str_t              digits;
    ngx_str_t              contact;      /* empty: nobody */
} ngx_crm_otp_send_t;


static ngx_int_t ngx_crm_otp_send_go(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_otp_send_issue(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_uint_t ngx_crm_otp_send_registers(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_otp_place_t *place);
static ngx_int_t ngx_crm_otp_send_message(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_otp_send_answer(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


const ngx_crm_step_pt  ngx_crm_otp_send[] = {
    ngx_crm_otp_budget_ask,
    ngx_crm_otp_budget_taken,
    ngx_crm_person_ask_identity,
    ngx_crm_person_take_identity,
    ngx_crm_person_take_contact,
    ngx_crm_otp_send_make,
    ngx_crm_otp_send_go,
    NULL
};


const ngx_crm_step_pt  ngx_crm_otp_send_made[] = {
    ngx_crm_otp_send_issue,
    ngx_crm_otp_send_message,
    ngx_crm_outbox_put,
    ngx_crm_otp_send_answer,
    NULL
};


ngx_int_t
ngx_crm_otp_send_make(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_otp_t           *otp;
    ngx_crm_srv_conf_t      *scf;
    ngx_crm_otp_send_t      *send;
    const ngx_crm_secret_t  *secret;

    static const ngx_str_t  digits = ngx_string("0123456789");

    otp = ctx->flow;
    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);
    secret = ngx_crm_secret_nth(r, 0);

    send = ngx_pcalloc(r->pool, sizeof(ngx_crm_otp_send_t));

    if (send == NULL || secret == NULL) {
        return NGX_ERROR;
    }

    otp->state = send;

    send->code.purpose.len = ngx_strlen(otp->purpose);
    send->code.purpose.data = (u_char *) otp->purpose;

    send->digits.len = ngx_min(scf->otp.digits, NGX_CRM_OTP_CODE_MAX);
    send->digits.data = ngx_crm_otp_code_room(r);

    if (send->digits.data == NULL
        || ngx_crm_random_code(send->digits.data, send->digits.len,
                               ctx->alphabet ? ctx->alphabet : &digits)
           != NGX_OK
        || ngx_crm_otp_place_find(r, ctx, otp->channel, secret, &send->place)
           != NGX_OK
        || ngx_crm_otp_handle_make(send->code.handle, secret,
                                   send->place.hex)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_memcpy(send->code.place, send->place.hex, sizeof(send->code.place));

    otp->handle.len = sizeof(send->code.handle);
    otp->handle.data = send->code.handle;

    return ngx_crm_otp_code_digest(ctx, &send->code, secret, &send->digits);
}


static ngx_int_t
ngx_crm_otp_send_go(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_walk_to(ctx, ngx_crm_otp_send_made);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_otp_send_issue(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    u_char               random[NGX_CRM_SHA256_LEN];
    u_char               id[2 * NGX_CRM_SHA256_LEN];
    ngx_str_t            nobody;
    ngx_crm_otp_t       *otp;
    ngx_crm_otp_send_t  *send;

    otp = ctx->flow;
    send = otp->state;

    if (send->place.real && ctx->person->id.len) {
        send->contact = ctx->person->id;

        return ngx_crm_otp_code_issue(r, ctx, &send->code, &send->place,
                                      &send->contact);
    }

    if (ctx->person->id.len) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "crm: contact \"%V\" has no address that a code may be "
                      "sent to by %V", &ctx->person->id,
                      ngx_crm_otp_place_channel(otp->channel));
    }

    /* nobody's code is no code's digest, and its contact is no contact */

    if (ngx_crm_random_bytes(random, sizeof(random)) != NGX_OK) {
        return NGX_ERROR;
    }

    /* who is to be registered is nobody yet, and proves to have the number */

    if (ngx_crm_otp_send_registers(r, ctx, &send->place)) {
        ngx_str_set(&send->contact, "unregistered");

    } else {
        ngx_crm_text_hex(send->code.digest, random, sizeof(random));
    }

    ngx_crm_text_hex(id, send->code.handle, sizeof(random));

    nobody.len = sizeof(id);
    nobody.data = id;

    return ngx_crm_otp_code_issue(r, ctx, &send->code, &send->place,
                                  &nobody);
}


/*
 * Whether a registration may bring this very number: those of an API whose
 * numbers are of one country bring numbers of that country, and nothing else
 * to tell who it is.
 */

static ngx_uint_t
ngx_crm_otp_send_registers(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_otp_place_t *place)
{
    size_t               len;
    const char          *prefix;
    ngx_crm_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    if (!lcf->otp_verify || ctx->api->terms == NULL || !place->typed
        || ctx->person->n != 1 || ctx->person->birthdate.len)
    {
        return 0;
    }

    prefix = ngx_crm_country_prefix(&ctx->api->terms->country);

    if (prefix == NULL) {
        return 0;
    }

    len = ngx_strlen(prefix);

    return place->address.len > 1 + len
           && ngx_memcmp(place->address.data + 1, prefix, len) == 0;
}


static ngx_int_t
ngx_crm_otp_send_message(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t                  rc;
    ngx_crm_otp_t             *otp;
    ngx_crm_otp_send_t        *send;
    ngx_crm_srv_conf_t        *scf;
    ngx_crm_outbox_message_t   message;

    otp = ctx->flow;
    send = otp->state;
    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    rc = ngx_crm_otp_code_issued(r, ctx, &otp->wait);
    if (rc != NGX_OK) {
        return rc;
    }

    if (otp->wait) {
        ngx_crm_walk_to(ctx, ngx_crm_otp_budget_refuse);
        return NGX_OK;
    }

    message.channel = *ngx_crm_otp_place_channel(otp->channel);
    message.to = send->place.address;
    message.template.data = (u_char *) otp->template;
    message.template.len = ngx_strlen(otp->template);
    ngx_str_set(&message.secret_name, "code");
    message.secret = send->digits;
    message.contact = send->contact;
    message.expires = ngx_time() + scf->otp.ttl;

    rc = ngx_crm_outbox_ask(r, ctx, &message);

    ngx_explicit_memzero(send->digits.data, send->digits.len);

    return rc;
}


static ngx_int_t
ngx_crm_otp_send_answer(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    u_char               buf[NGX_CRM_NORMAL_MAX + 3];
    ngx_str_t            payload;
    ngx_crm_otp_t       *otp;
    ngx_crm_filling_t    fillings[2];
    ngx_crm_otp_send_t  *send;
    ngx_crm_loc_conf_t  *lcf;

    otp = ctx->flow;
    send = otp->state;
    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    ngx_memzero(fillings, sizeof(fillings));

    ngx_str_set(&fillings[0].name, "obfuscated_value");
    fillings[0].value.data = buf;
    ngx_crm_normal_obfuscate(&fillings[0].value, &send->place.address);

    ngx_str_set(&fillings[1].name, "auth_otp");
    fillings[1].value = otp->handle;

    if (ngx_crm_shape_seal(r->pool, lcf->shapes->handle, fillings, 2,
                           &payload)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_answer(r, ctx, &payload);
}
