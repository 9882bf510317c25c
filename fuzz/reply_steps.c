#include "reply.h"
#include "store/ngx_crm_api_key_record.h"
#include "store/ngx_crm_attempts.h"
#include "store/ngx_crm_opaque.h"
#include "store/ngx_crm_otp.h"
#include "store/ngx_crm_otp_budget.h"
#include "store/ngx_crm_otp_code.h"
#include "store/ngx_crm_person.h"
#include "store/ngx_crm_registration.h"
#include "store/ngx_crm_reset.h"
#include "store/ngx_crm_revoked.h"
#include "store/ngx_crm_session.h"
#include "store/ngx_crm_session_end.h"
#include "store/ngx_crm_session_rotate.h"
#include "store/ngx_crm_throttle.h"
#include "store/ngx_crm_ticket.h"
#include "base/ngx_crm_text.h"


static ngx_int_t reply_ticket(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static ngx_int_t reply_opened(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static ngx_int_t reply_rotated(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static ngx_int_t reply_ended(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static ngx_int_t reply_counted(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static ngx_int_t reply_throttled(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static ngx_int_t reply_newest(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static ngx_int_t reply_found(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static ngx_int_t reply_tried(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static ngx_int_t reply_issued(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static ngx_int_t reply_reserved(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static ngx_int_t reply_stored(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static ngx_int_t reply_led(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static ngx_int_t reply_key(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static ngx_int_t reply_client(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static ngx_int_t reply_record(ngx_crm_ctx_t *ctx, ngx_int_t rc,
    const ngx_crm_record_t *record);


static const ngx_crm_step_pt  reply_steps[] = {
    ngx_crm_person_take_identity,
    ngx_crm_person_take_contact,
    reply_ticket,
    ngx_crm_ticket_spent,
    reply_opened,
    reply_rotated,
    reply_ended,
    reply_counted,
    reply_throttled,
    reply_newest,
    reply_found,
    reply_tried,
    reply_issued,
    reply_reserved,
    reply_stored,
    reply_led,
    reply_key,
    reply_client,
    ngx_crm_reset_stored,
    ngx_crm_otp_budget_taken,
    ngx_crm_opaque_issued,
    ngx_crm_revoked_checked,
    ngx_crm_revoked_note
};


static ngx_str_t           reply_id;
static ngx_crm_session_t   reply_session;


void
reply_step(ngx_uint_t which, const ngx_crm_reply_t *reply)
{
    ngx_int_t       rc;
    ngx_str_t       name, value;
    ngx_crm_ctx_t  *ctx;

    ngx_str_set(&name, "EMAIL");
    ngx_str_set(&value, "johndoe@crm.com");

    fuzz_begin(ngx_crm_apis[0]);

    ctx = fuzz.ctx;

    ngx_str_null(&reply_id);
    ngx_memzero(&reply_session, sizeof(reply_session));
    ngx_str_set(&reply_session.cid, "CAD1");
    ngx_str_set(&ctx->app, "shop");

    fuzz_check(ngx_crm_person_create(fuzz.r, ctx) == NGX_OK);
    fuzz_check(ngx_crm_person_add(fuzz.r, ctx, &name, &value, NULL)
               == NGX_OK);

    ctx->walk.reply = reply;

    rc = reply_steps[which % (sizeof(reply_steps) / sizeof(reply_steps[0]))](
                                                               fuzz.r, ctx);

    /* Redis is down, so that nobody waits */

    fuzz_check(rc == NGX_OK || rc == NGX_DECLINED || rc == NGX_ABORT
               || rc == NGX_HTTP_BAD_GATEWAY
               || rc == NGX_HTTP_SERVICE_UNAVAILABLE
               || (ctx->refusal.name != NGX_CRM_PASSED
                   && rc == (ngx_int_t) ctx->refusal.status));

    ctx->walk.reply = NULL;
}


void
reply_kept(void)
{
    ngx_uint_t         i;
    ngx_crm_person_t  *person;

    person = fuzz.ctx->person;

    fuzz_read(&person->id);
    fuzz_read(&person->mobile);
    fuzz_read(&person->email);
    fuzz_read(&fuzz.ctx->contact);
    fuzz_read(&fuzz.ctx->refusal.parameter);
    fuzz_read(&reply_id);
    fuzz_read(&reply_session.sid);
    fuzz_read(&reply_session.oldest);

    for (i = 0; i < NGX_CRM_NMEMBERS; i++) {
        fuzz_read(&person->members[i]);
    }

    for (i = 0; i < person->n; i++) {
        fuzz_read(&person->credentials[i].value);
    }

    fuzz_end();
}


static ngx_int_t
reply_ticket(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t          rc;
    ngx_crm_ticket_t  *ticket;

    ticket = ngx_pcalloc(r->pool, sizeof(ngx_crm_ticket_t));
    ctx->flow = ticket;

    rc = ngx_crm_ticket_found(r, ctx);

    if (rc == NGX_OK) {
        fuzz_check(ctx->person->n == 1);
        reply_id = ticket->contact;

        /* nobody was found yet, and nobody is no holder */

        fuzz_check(ngx_crm_ticket_holder(r, ctx) != NGX_OK
                   || ticket->contact.len == 0);
    }

    return rc;
}


/* it is asked for again with the oldest session that came */

static ngx_int_t
reply_opened(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_crm_session_opened(r, ctx, &reply_session);

    if (rc == NGX_BUSY) {
        fuzz_check(reply_session.oldest.len != 0);
        rc = ngx_crm_session_open(r, ctx, &reply_session);
    }

    ngx_str_null(&reply_session.oldest);

    return rc;
}


static ngx_int_t
reply_rotated(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ngx_crm_session_rotate_taken(r, ctx, &reply_session);
}


static ngx_int_t
reply_ended(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    return ngx_crm_session_end_found(r, ctx, &reply_session.cid);
}


static ngx_int_t
reply_counted(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t          rc;
    ngx_crm_attempt_t  attempt;

    rc = ngx_crm_attempts_counted(r, ctx, &attempt);

    if (rc == NGX_OK) {
        reply_id = attempt.id;
    }

    return rc;
}


static ngx_int_t
reply_throttled(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    time_t  wait;

    return ngx_crm_throttle_taken(r, ctx, &wait);
}


static ngx_int_t
reply_newest(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    int64_t             left;
    ngx_crm_otp_code_t  code;

    left = 0;

    return ngx_crm_otp_code_newest(r, ctx, &code, &left);
}


static ngx_int_t
reply_found(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t           contact;
    ngx_crm_otp_code_t  code;

    return ngx_crm_otp_code_found(r, ctx, &code, &contact);
}


static ngx_int_t
reply_tried(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    time_t  wait;

    return ngx_crm_otp_code_tried(r, ctx, &wait);
}


static ngx_int_t
reply_issued(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    time_t  wait;

    return ngx_crm_otp_code_issued(r, ctx, &wait);
}


/* the key has its length, and room, already */

static ngx_int_t
reply_reserved(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    reply_id = fuzz_copy("0123456789abcdef", 16);

    return ngx_crm_registration_reserved(r, ctx, &reply_id);
}


static ngx_int_t
reply_stored(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_uint_t  own;

    return ngx_crm_registration_stored(r, ctx, &reply_session.cid, &own);
}


static ngx_int_t
reply_led(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_uint_t  first;

    return ngx_crm_registration_found(r, ctx, &reply_id, &first);
}


static ngx_int_t
reply_key(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t         rc;
    ngx_str_t         name;
    ngx_crm_record_t  record;

    ngx_str_set(&name, "crm:apikey:{0}");

    rc = ngx_crm_api_key_record_read(ctx->walk.reply, &name, &record);

    return reply_record(ctx, rc, &record);
}


static ngx_int_t
reply_client(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t         rc;
    ngx_str_t         name;
    ngx_crm_record_t  record;

    ngx_str_set(&name, "crm:client:{0}");

    rc = ngx_crm_api_key_record_client(ctx->walk.reply, &name, &record);

    return reply_record(ctx, rc, &record);
}


/* what is known has an app, and of what is not nothing is looked at */

static ngx_int_t
reply_record(ngx_crm_ctx_t *ctx, ngx_int_t rc,
    const ngx_crm_record_t *record)
{
    ngx_str_t  app;

    if (rc != NGX_OK) {
        return NGX_DECLINED;
    }

    if (record->known) {
        fuzz_check(ngx_crm_record_unpack(record, fuzz.pool, &app, &reply_id,
                                         NULL)
                   == NGX_OK);
        fuzz_check(app.len && ngx_crm_text_is_id(&app));
    }

    return NGX_OK;
}
