/*
 * Checking a code.  Its contact is read before it is spent, so that little
 * can fail between spending it and signing in; whoever is not found, or is
 * not the one that the code was sent to, tries a digest that fits nothing.
 */

#include "store/ngx_crm_first_proof.h"
#include "store/ngx_crm_otp.h"
#include "store/ngx_crm_otp_budget.h"
#include "store/ngx_crm_otp_code.h"
#include "store/ngx_crm_person.h"
#include "store/ngx_crm_sign_in.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_walk.h"
#include "base/ngx_crm_text.h"


typedef struct {
    ngx_crm_otp_code_t     code;
    ngx_str_t              typed;
    ngx_str_t              contact;  /* that the credentials lead to */
    ngx_str_t              number;   /* that must have got it; or empty */
    ngx_uint_t             n;        /* secret, or secret and channel */
    int64_t                left;     /* of the newest code's life, ms */
    unsigned               by_handle:1;
    unsigned               by_credentials:1;
} ngx_crm_otp_check_t;


static ngx_int_t ngx_crm_otp_check_begin(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_otp_check_choose(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_otp_check_person(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_otp_check_ask_latest(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_otp_check_take_latest(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_otp_check_find(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_otp_check_found(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_otp_check_try(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_otp_check_tried(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_otp_check_proven(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


const ngx_crm_step_pt  ngx_crm_otp_check[] = {
    ngx_crm_otp_check_begin,
    ngx_crm_otp_budget_ask,
    ngx_crm_otp_budget_taken,
    ngx_crm_otp_check_choose,
    NULL
};


static const ngx_crm_step_pt  ngx_crm_otp_check_credentials[] = {
    ngx_crm_person_ask_identity,
    ngx_crm_person_take_identity,
    ngx_crm_person_take_contact,
    ngx_crm_otp_check_person,
    ngx_crm_otp_check_ask_latest,
    ngx_crm_otp_check_take_latest,
    NULL
};


static const ngx_crm_step_pt  ngx_crm_otp_check_handle[] = {
    ngx_crm_otp_check_find,
    ngx_crm_otp_check_found,
    ngx_crm_person_take_contact,
    ngx_crm_otp_check_try,
    ngx_crm_otp_check_tried,
    ngx_crm_otp_check_proven,
    NULL
};


static ngx_int_t
ngx_crm_otp_check_begin(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    size_t                i;
    ngx_crm_otp_t        *otp;
    ngx_crm_otp_check_t  *check;

    otp = ctx->flow;

    check = ngx_pcalloc(r->pool, sizeof(ngx_crm_otp_check_t));
    if (check == NULL) {
        return NGX_ERROR;
    }

    otp->state = check;

    check->code.purpose.len = ngx_strlen(otp->purpose);
    check->code.purpose.data = (u_char *) otp->purpose;

    check->by_handle = (otp->handle.len != 0);
    check->by_credentials = (ctx->person->n != 0);

    if (otp->then) {
        check->number = ctx->person->credentials[0].value;
    }

    /* what no edge ever issued is wrong without asking */

    if (!ngx_crm_otp_is_code(&otp->code)
        || (check->by_handle
            && ngx_crm_otp_handle_normal(check->code.handle, &otp->handle)
               != NGX_OK))
    {
        return ngx_crm_refuse(ctx, NGX_CRM_WRONG_OTP, NULL);
    }

    check->typed.len = otp->code.len;

    check->typed.data = ngx_crm_otp_code_room(r);
    if (check->typed.data == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < otp->code.len; i++) {
        check->typed.data[i] = ngx_toupper(otp->code.data[i]);
    }

    ngx_explicit_memzero(otp->code.data, otp->code.len);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_otp_check_choose(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_otp_t        *otp;
    ngx_crm_otp_check_t  *check;

    otp = ctx->flow;
    check = otp->state;

    ngx_crm_walk_to(ctx, check->by_credentials ? ngx_crm_otp_check_credentials
                                               : ngx_crm_otp_check_handle);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_otp_check_person(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_otp_t        *otp;
    ngx_crm_otp_check_t  *check;

    otp = ctx->flow;
    check = otp->state;

    check->contact = ctx->person->id;

    if (check->by_handle) {
        ngx_crm_walk_to(ctx, ngx_crm_otp_check_handle);
    }

    return NGX_OK;
}


/*
 * Which channel it went by is not said: each is asked, and each secret.  A
 * number alone has it by SMS.
 */

static ngx_int_t
ngx_crm_otp_check_ask_latest(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_otp_t           *otp;
    ngx_crm_channel_e        channel;
    ngx_crm_otp_place_t      place;
    ngx_crm_otp_check_t     *check;
    const ngx_crm_secret_t  *secret;

    otp = ctx->flow;
    check = otp->state;

    channel = (check->n % 2) ? NGX_CRM_MAIL : NGX_CRM_SMS;
    secret = ngx_crm_secret_nth(r, check->n / 2);

    if (secret == NULL
        || ngx_crm_otp_place_find(r, ctx, channel, secret, &place) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_otp_code_latest(r, ctx, &check->code, &place);
}


static ngx_int_t
ngx_crm_otp_check_take_latest(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t             rc;
    ngx_crm_otp_t        *otp;
    ngx_crm_otp_check_t  *check;

    otp = ctx->flow;
    check = otp->state;

    rc = ngx_crm_otp_code_newest(r, ctx, &check->code, &check->left);
    if (rc != NGX_OK) {
        return rc;
    }

    check->n += check->number.len ? 2 : 1;

    if (ngx_crm_secret_nth(r, check->n / 2)) {
        ngx_crm_walk_back(ctx, 2);
        return NGX_OK;
    }

    if (check->left == 0) {
        return ngx_crm_refuse(ctx, NGX_CRM_WRONG_OTP, NULL);
    }

    check->n = 0;
    ngx_crm_walk_to(ctx, ngx_crm_otp_check_handle);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_otp_check_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_otp_t           *otp;
    ngx_crm_otp_check_t     *check;
    const ngx_crm_secret_t  *secret;

    otp = ctx->flow;
    check = otp->state;

    secret = ngx_crm_secret_nth(r, check->n);

    if (secret == NULL) {
        return ngx_crm_refuse(ctx, NGX_CRM_WRONG_OTP, NULL);
    }

    return ngx_crm_otp_code_find(r, ctx, &check->code, secret);
}


static ngx_int_t
ngx_crm_otp_check_found(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t             rc;
    ngx_str_t             contact;
    ngx_crm_otp_t        *otp;
    ngx_crm_person_t     *person;
    ngx_crm_otp_check_t  *check;

    otp = ctx->flow;
    check = otp->state;

    rc = ngx_crm_otp_code_found(r, ctx, &check->code, &contact);

    if (rc == NGX_DECLINED) {
        check->n++;
        ngx_crm_walk_back(ctx, 2);
        return NGX_OK;
    }

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_crm_person_create(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    person = ctx->person;

    person->id.data = ngx_pstrdup(r->pool, &contact);
    if (person->id.data == NULL) {
        return NGX_ERROR;
    }

    person->id.len = contact.len;

    person->nobody = check->by_credentials && otp->then == NULL
                     && !ngx_crm_text_same(contact.data, contact.len,
                                           check->contact.data,
                                           check->contact.len);

    return ngx_crm_person_ask_contact(r, ctx);
}


static ngx_int_t
ngx_crm_otp_check_try(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t                rc;
    ngx_crm_otp_t           *otp;
    ngx_crm_otp_check_t     *check;
    const ngx_crm_secret_t  *secret;

    otp = ctx->flow;
    check = otp->state;

    /* the secret that named its slot made the code, too */

    secret = ngx_crm_secret_nth(r, check->n);

    if (secret == NULL
        || ngx_crm_otp_code_digest(ctx, &check->code, secret, &check->typed)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_explicit_memzero(check->typed.data, check->typed.len);

    /* an address that is not the contact's any more proves nobody */

    rc = ngx_crm_otp_place_is(r, ctx, secret, &check->number,
                              check->code.place);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED
        || (ctx->person->id.len == 0 && otp->then == NULL))
    {
        ngx_memset(check->code.digest, '-', sizeof(check->code.digest));
    }

    return ngx_crm_otp_code_try(r, ctx, &check->code, otp->then != NULL);
}


static ngx_int_t
ngx_crm_otp_check_tried(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t       rc;
    ngx_crm_otp_t  *otp;

    otp = ctx->flow;

    rc = ngx_crm_otp_code_tried(r, ctx, &otp->wait);

    if (rc != NGX_OK && rc != NGX_DECLINED) {
        return rc;
    }

    if (otp->wait) {
        ngx_crm_walk_to(ctx, ngx_crm_otp_budget_refuse);
        return NGX_OK;
    }

    if (rc == NGX_DECLINED) {
        return ngx_crm_refuse(ctx, NGX_CRM_WRONG_OTP, NULL);
    }

    return ngx_crm_otp_budget_return(r, ctx);
}


/*
 * Who knows the handle is the client that asked for the code; by credentials
 * it may be that of anybody's registration.
 */

static ngx_int_t
ngx_crm_otp_check_proven(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t             handle;
    ngx_crm_otp_t        *otp;
    ngx_crm_otp_check_t  *check;

    otp = ctx->flow;
    check = otp->state;

    otp->spent = &check->code;

    if (otp->then) {
        ngx_crm_walk_to(ctx, otp->then);
        return NGX_OK;
    }

    handle.len = sizeof(check->code.handle);
    handle.data = check->code.handle;

    return ngx_crm_first_proof_begin(r, ctx, check->by_handle ? &handle
                                                              : NULL,
                                     ngx_crm_sign_in);
}
