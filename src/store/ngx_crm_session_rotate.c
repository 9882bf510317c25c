/* A token is read from its end: a contact's id may hold dots. */

#include "store/ngx_crm_session_rotate.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_person.h"
#include "store/ngx_crm_revoked.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_script.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_SESSION_ROTATE_MAX     256   /* bytes of a token */
#define NGX_CRM_SESSION_ROTATE_AGAIN   "10"  /* s; store.md, Refresh */


/* what the script says */
enum {
    NGX_CRM_SESSION_ROTATE_NONE = 0, NGX_CRM_SESSION_ROTATE_FINE,
    NGX_CRM_SESSION_ROTATE_THEFT
};


ngx_crm_script(ngx_crm_session_rotate_script,
               "store/ngx_crm_session_rotate.lua");


static ngx_int_t ngx_crm_session_rotate_split(const ngx_str_t *token,
    ngx_crm_session_t *session);


ngx_int_t
ngx_crm_session_rotate_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *token, ngx_crm_session_t *session)
{
    ngx_str_t                made;
    const ngx_crm_secret_t  *secret;

    static const ngx_str_t  version = ngx_string("v1.");

    if (token->len > NGX_CRM_SESSION_ROTATE_MAX
        || token->len <= version.len + sizeof(secret->kid)
        || ngx_memcmp(token->data, version.data, version.len) != 0
        || ngx_crm_session_rotate_split(token, session) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    secret = ngx_crm_secret_named(r, token->data + version.len);
    if (secret == NULL) {
        return NGX_DECLINED;
    }

    if (ngx_crm_session_refresh_token(r, ctx, secret, session, &made)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!ngx_crm_text_same(made.data, made.len, token->data, token->len)) {
        return NGX_DECLINED;
    }

    session->issued = ngx_crm_revoked_issue(ctx->mode, &session->cid);

    return NGX_OK;
}


/* what the parts hold need not be looked at: they are made into a token */

static ngx_int_t
ngx_crm_session_rotate_split(const ngx_str_t *token,
    ngx_crm_session_t *session)
{
    size_t     before;
    ngx_int_t  n;
    ngx_str_t  rest, generation;

    rest = *token;

    (void) ngx_crm_text_last(&rest, '.');
    generation = ngx_crm_text_last(&rest, '.');
    session->sid = ngx_crm_text_last(&rest, '.');

    before = sizeof("v1..") - 1 + sizeof(((ngx_crm_secret_t *) 0)->kid);

    if (rest.len <= before) {
        return NGX_DECLINED;
    }

    session->cid.data = rest.data + before;
    session->cid.len = rest.len - before;

    n = ngx_atoi(generation.data, generation.len);
    if (n == NGX_ERROR) {
        return NGX_DECLINED;
    }

    session->generation = n;

    return NGX_OK;
}


ngx_int_t
ngx_crm_session_rotate_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_session_t *session)
{
    ngx_str_t  argv[7];

    if (ngx_crm_name(r, ctx, &argv[0], "sessions:{%V}", &session->cid)
        != NGX_OK
        || ngx_crm_name(r, ctx, &argv[1], "session:{%V}:%V", &session->cid,
                        &session->sid)
           != NGX_OK
        || ngx_crm_name(r, ctx, &argv[2], "contact:{%V}", &session->cid)
           != NGX_OK
        || ngx_crm_name_number(r, &argv[4], session->generation) != NGX_OK
        || ngx_crm_name_number(r, &argv[6], NGX_CRM_REPLY_TEXT_MAX)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    argv[3] = session->sid;
    ngx_str_set(&argv[5], NGX_CRM_SESSION_ROTATE_AGAIN);

    return ngx_crm_script_ask(r, ctx, &ngx_crm_session_rotate_script, 3, 7,
                              argv);
}


ngx_int_t
ngx_crm_session_rotate_taken(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_session_t *session)
{
    int64_t                 says, generation, finish;
    ngx_int_t               rc;
    const ngx_crm_reply_t  *reply;

    reply = ctx->walk.reply;

    if (ngx_crm_reply_array(reply, 4) != NGX_OK
        || ngx_crm_reply_integer(ngx_crm_reply_element(reply, 0), &says)
           != NGX_OK
        || ngx_crm_reply_integer(ngx_crm_reply_element(reply, 1), &generation)
           != NGX_OK
        || ngx_crm_reply_integer(ngx_crm_reply_element(reply, 2), &finish)
           != NGX_OK)
    {
        return ngx_crm_reply_wrong(r, "rotated session");
    }

    switch (says) {

    case NGX_CRM_SESSION_ROTATE_FINE:
        session->generation = generation;
        session->finish = (time_t) finish;

        ctx->walk.reply = ngx_crm_reply_element(reply, 3);
        rc = ngx_crm_person_take_contact(r, ctx);

        return (rc == NGX_OK && ctx->person->nobody) ? NGX_DECLINED : rc;

    case NGX_CRM_SESSION_ROTATE_THEFT:
        return NGX_ABORT;

    default:
        return NGX_DECLINED;
    }
}
