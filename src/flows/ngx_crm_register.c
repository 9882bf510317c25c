/* The order of what is stored is ngx_crm_registration.h's. */

#include "flows/ngx_crm_register.h"
#include "store/ngx_crm_new_password.h"
#include "store/ngx_crm_otp_budget.h"
#include "store/ngx_crm_otp_place.h"
#include "store/ngx_crm_person.h"
#include "store/ngx_crm_registrant.h"
#include "store/ngx_crm_registration.h"
#include "store/ngx_crm_verify_mail.h"
#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_refuse_reason.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_subrequest.h"
#include "engine/ngx_crm_walk.h"


#define NGX_CRM_REGISTER_LOOK  5     /* the step that asks who it is, */
#define NGX_CRM_REGISTER_MAKE  2     /* and that makes a code */


/* in the flow of the ngx_crm_otp_t that ctx->flow is */
typedef struct {
    ngx_crm_registrant_t    who;
    ngx_str_t               hash;        /* of the password; empty: none */
    ngx_keyval_t            header;      /* Idempotency-Key */
    ngx_crm_subrequest_t    crm;
    ngx_crm_created_t       created;
    ngx_uint_t              known;       /* the credential leads somewhere */
    ngx_uint_t              own;         /* the contact has come of it */
    ngx_uint_t              trusted;     /* the password needs no code */
} ngx_crm_register_t;


static ngx_int_t ngx_crm_register_read(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_register_hash(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_register_hashed(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_register_look(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_register_decide(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_register_reserve(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_register_create(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_register_store(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_register_stored(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_register_found(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_register_send(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_register_sign_in(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_register_fail(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


const ngx_crm_step_pt  ngx_crm_register[] = {
    ngx_crm_register_read,
    ngx_crm_otp_budget_ask,
    ngx_crm_otp_budget_taken,
    ngx_crm_register_hash,
    ngx_crm_register_hashed,
    ngx_crm_person_ask_identity,
    ngx_crm_register_look,
    ngx_crm_person_take_contact,
    ngx_crm_register_decide,
    NULL
};

static const ngx_crm_step_pt  ngx_crm_register_new[] = {
    ngx_crm_register_reserve,
    ngx_crm_register_create,
    ngx_crm_register_store,
    ngx_crm_register_stored,
    ngx_crm_register_found,
    NULL
};

/* whoever it is, a code must prove it first */

static const ngx_crm_step_pt  ngx_crm_register_unproven[] = {
    ngx_crm_person_ask_contact,
    ngx_crm_person_take_contact,
    ngx_crm_otp_send_make,
    ngx_crm_register_send,
    NULL
};

static const ngx_crm_step_pt  ngx_crm_register_trusted[] = {
    ngx_crm_person_ask_contact,
    ngx_crm_person_take_contact,
    ngx_crm_register_sign_in,
    NULL
};

static const ngx_crm_step_pt  ngx_crm_register_failed[] = {
    ngx_crm_registration_release,
    ngx_crm_register_fail,
    NULL
};


static ngx_int_t
ngx_crm_register_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_crm_otp_t       *otp;
    ngx_crm_register_t  *reg;

    otp = ngx_crm_otp_create(r, ctx, "login");
    reg = ngx_pcalloc(r->pool, sizeof(ngx_crm_register_t));

    if (otp == NULL || reg == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_crm_registrant_read(r, ctx, &reg->who);

    if (rc == NGX_DECLINED) {
        return ngx_crm_answer_upstream(r, ctx);
    }

    otp->channel = reg->who.channel;
    otp->flow = reg;

    return rc;
}


static ngx_int_t
ngx_crm_register_hash(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_otp_t       *otp = ctx->flow;
    ngx_crm_register_t  *reg = otp->flow;

    /* also of the known, so that it takes them as long */

    return reg->who.password.len
           ? ngx_crm_new_password_hash(r, ctx, &reg->who.password) : NGX_OK;
}


static ngx_int_t
ngx_crm_register_hashed(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_otp_t       *otp = ctx->flow;
    ngx_crm_register_t  *reg = otp->flow;

    return reg->who.password.len
           ? ngx_crm_new_password_hashed(r, ctx, &reg->hash) : NGX_OK;
}


/* a credential whose contact is disabled is known, too */

static ngx_int_t
ngx_crm_register_look(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t            id;
    ngx_crm_otp_t       *otp = ctx->flow;
    ngx_crm_register_t  *reg = otp->flow;

    reg->known = (ngx_crm_reply_text(ctx->walk.reply, &id) == NGX_OK);

    return ngx_crm_person_take_identity(r, ctx);
}


static ngx_int_t
ngx_crm_register_decide(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_uint_t           unknown;
    ngx_crm_otp_t       *otp = ctx->flow;
    ngx_crm_loc_conf_t  *lcf;
    ngx_crm_register_t  *reg = otp->flow;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    if (reg->known) {

        if (!lcf->register_verify) {
            return ngx_crm_refuse(ctx, NGX_CRM_CONFLICT, NULL);
        }

        otp->template = "register-existing";
    }

    /* a number that no code goes to is answered alike, and stays nobody's */

    unknown = !reg->known
              && (otp->channel != NGX_CRM_SMS
                  || ngx_crm_otp_place_allows(r,
                                       &ctx->person->credentials[0].value));

    ngx_crm_walk_to(ctx, unknown ? ngx_crm_register_new
                         : &ngx_crm_register_unproven[NGX_CRM_REGISTER_MAKE]);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_register_reserve(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_otp_t       *otp = ctx->flow;
    ngx_crm_register_t  *reg = otp->flow;

    return ngx_crm_registration_reserve(r, ctx, &reg->header.value);
}


static ngx_int_t
ngx_crm_register_create(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_crm_otp_t       *otp = ctx->flow;
    ngx_crm_register_t  *reg = otp->flow;

    rc = ngx_crm_registration_reserved(r, ctx, &reg->header.value);

    /* somebody else was faster: look again */

    if (rc == NGX_DECLINED) {
        ctx->person->asked = 0;
        ctx->person->nobody = 0;
        ngx_crm_walk_to(ctx, &ngx_crm_register[NGX_CRM_REGISTER_LOOK]);
        return NGX_OK;
    }

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_crm_registrant_body(r, ctx, &reg->crm.body) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_str_set(&reg->header.key, "Idempotency-Key");
    reg->crm.headers = &reg->header;
    reg->crm.n = 1;

    return ngx_crm_subrequest_ask(r, ctx, &reg->crm);
}


static ngx_int_t
ngx_crm_register_store(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_str_t            payload;
    ngx_uint_t           status;
    ngx_crm_otp_t       *otp = ctx->flow;
    ngx_crm_loc_conf_t  *lcf;
    ngx_crm_register_t  *reg = otp->flow;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    /* nobody knows what the CRM has done: the reservation stays */

    if (reg->crm.failed) {
        return ngx_crm_refuse(ctx, ngx_crm_refuse_reason(reg->crm.failed),
                              NULL);
    }

    status = ngx_crm_created_open(r, ctx, &reg->crm, &payload);

    if (status != NGX_HTTP_CONFLICT
        && (status < NGX_HTTP_OK || status >= NGX_HTTP_SPECIAL_RESPONSE))
    {
        ngx_crm_walk_to(ctx, ngx_crm_register_failed);
        return NGX_OK;
    }

    rc = ngx_crm_created_read(r, ctx, &payload, &reg->created);

    if (rc == NGX_OK) {
        reg->trusted = reg->hash.len && !lcf->register_verify
                       && status != NGX_HTTP_CONFLICT;
        return ngx_crm_registration_contact(r, ctx, &reg->created,
                                            reg->trusted ? &reg->hash : NULL);
    }

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (status == NGX_HTTP_CONFLICT) {
        ngx_crm_walk_to(ctx, ngx_crm_register_failed);
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "crm: the CRM's answer to a registration holds no id of a "
                  "contact");

    return ngx_crm_refuse(ctx, NGX_CRM_BAD_GATEWAY, NULL);
}


static ngx_int_t
ngx_crm_register_stored(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_otp_t       *otp = ctx->flow;
    ngx_crm_register_t  *reg = otp->flow;

    return ngx_crm_registration_stored(r, ctx, &reg->created.id, &reg->own);
}


/*
 * A contact that the CRM had before (409), or that another credential leads
 * to, is somebody's who has not said that this is his, too: he gets a code at
 * his own address, and no password.
 */

static ngx_int_t
ngx_crm_register_found(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_uint_t           first;
    ngx_crm_otp_t       *otp = ctx->flow;
    ngx_crm_person_t    *person = ctx->person;
    ngx_crm_loc_conf_t  *lcf;
    ngx_crm_register_t  *reg = otp->flow;

    rc = ngx_crm_registration_found(r, ctx, &person->id, &first);
    if (rc != NGX_OK) {
        return rc;
    }

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    if (!lcf->register_verify && !first) {
        return ngx_crm_refuse(ctx, NGX_CRM_CONFLICT, NULL);
    }

    person->nobody = 0;

    reg->own = reg->own && first && reg->hash.len;

    if (!reg->own || !reg->trusted) {
        ngx_crm_walk_to(ctx, ngx_crm_register_unproven);
        return NGX_OK;
    }

    ngx_crm_walk_to(ctx, ngx_crm_register_trusted);

    return ngx_crm_registration_password(r, ctx, &reg->hash, NULL);
}


static ngx_int_t
ngx_crm_register_send(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_otp_t       *otp = ctx->flow;
    ngx_crm_register_t  *reg = otp->flow;

    ngx_crm_walk_to(ctx, ngx_crm_otp_send_made);

    return reg->own ? ngx_crm_registration_password(r, ctx, &reg->hash,
                                                    &otp->handle)
                    : NGX_OK;
}


static ngx_int_t
ngx_crm_register_sign_in(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_walk_to(ctx, ngx_crm_verify_mail);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_register_fail(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_otp_t         *otp = ctx->flow;
    ngx_crm_subrequest_t  *crm = &((ngx_crm_register_t *) otp->flow)->crm;

    if (ngx_crm_created_is_refusal(crm)) {
        return ngx_crm_answer_as(r, ctx, crm->status, &crm->answer);
    }

    /* a page is not an answer of the CRM */

    return ngx_crm_refuse(ctx, (crm->status < NGX_HTTP_INTERNAL_SERVER_ERROR)
                               ? NGX_CRM_BAD_GATEWAY
                               : ngx_crm_refuse_reason(crm->status), NULL);
}
