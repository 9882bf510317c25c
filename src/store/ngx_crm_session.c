#include "store/ngx_crm_session.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_revoked.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_script.h"
#include "base/ngx_crm_random.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_SESSION_MAX     "50"
#define NGX_CRM_SESSION_RANDOM  16
#define NGX_CRM_SESSION_MAC     43     /* base64url of a SHA-256 */

/* what the script says */
#define NGX_CRM_SESSION_OVER    0      /* the contact, or its password */
#define NGX_CRM_SESSION_OPEN    1
#define NGX_CRM_SESSION_FULL    2


ngx_crm_script(ngx_crm_session_script, "store/ngx_crm_session.lua");


static ngx_int_t ngx_crm_session_id(ngx_http_request_t *r, ngx_str_t *sid);


ngx_int_t
ngx_crm_session_open(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_session_t *session)
{
    ngx_str_t            argv[12];
    ngx_crm_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    session->generation = 1;
    session->issued = ngx_crm_revoked_issue(ctx->mode, &session->cid);
    session->finish = ngx_time() + lcf->refresh_ttl;

    if (ngx_crm_session_id(r, &session->sid) != NGX_OK
        || ngx_crm_name(r, ctx, &argv[0], "sessions:{%V}", &session->cid)
           != NGX_OK
        || ngx_crm_name(r, ctx, &argv[1], "session:{%V}:%V", &session->cid,
                        &session->sid)
           != NGX_OK
        || ngx_crm_name(r, ctx, &argv[2], "contact:{%V}", &session->cid)
           != NGX_OK
        || ngx_crm_name(r, ctx, &argv[3], "session:{%V}:%V", &session->cid,
                        &session->oldest)
           != NGX_OK
        || ngx_crm_name_number(r, &argv[7], lcf->refresh_ttl) != NGX_OK)
    {
        return NGX_ERROR;
    }

    argv[4] = session->sid;
    argv[5] = ctx->app;
    argv[6] = session->device;
    ngx_str_set(&argv[8], NGX_CRM_SESSION_MAX);
    argv[9] = session->push;
    argv[10] = session->hash;
    argv[11] = session->oldest;

    return ngx_crm_script_ask(r, ctx, &ngx_crm_session_script, 4, 12, argv);
}


static ngx_int_t
ngx_crm_session_id(ngx_http_request_t *r, ngx_str_t *sid)
{
    u_char  bytes[NGX_CRM_SESSION_RANDOM];

    if (ngx_crm_random_bytes(bytes, sizeof(bytes)) != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "crm: no random bytes for a session");
        return NGX_ERROR;
    }

    sid->len = 2 * sizeof(bytes);

    sid->data = ngx_pnalloc(r->pool, sid->len);
    if (sid->data == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_crm_text_hex(sid->data, bytes, sizeof(bytes));

    return NGX_OK;
}


ngx_int_t
ngx_crm_session_opened(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_session_t *session)
{
    int64_t    open;
    ngx_str_t  oldest;

    if (ngx_crm_reply_read(ctx->walk.reply, "it", &open, &oldest) != NGX_OK) {
        return ngx_crm_reply_wrong(r, "opened session");
    }

    switch (open) {

    case NGX_CRM_SESSION_OVER:
        return NGX_DECLINED;

    case NGX_CRM_SESSION_OPEN:
        return NGX_OK;

    case NGX_CRM_SESSION_FULL:

        if (!ngx_crm_text_is_id(&oldest)) {
            break;
        }

        session->oldest.len = oldest.len;
        session->oldest.data = ngx_pstrdup(r->pool, &oldest);

        return session->oldest.data ? NGX_BUSY : NGX_ERROR;
    }

    return ngx_crm_reply_wrong(r, "opened session");
}


ngx_int_t
ngx_crm_session_refresh_token(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_secret_t *secret, const ngx_crm_session_t *session,
    ngx_str_t *token)
{
    u_char     *p, mac[NGX_CRM_SHA256_LEN];
    size_t      len;
    ngx_str_t   texts[3];

    len = sizeof("v1.....") - 1 + sizeof(secret->kid) + session->cid.len
          + session->sid.len + NGX_INT64_LEN + NGX_CRM_SESSION_MAC;

    token->data = ngx_pnalloc(r->pool, len);
    if (token->data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(token->data, "v1.%*s.%V.%V.%L", sizeof(secret->kid),
                    secret->kid, &session->cid, &session->sid,
                    session->generation);

    texts[0] = *ngx_crm_name_mode(ctx->mode);
    texts[1] = ctx->app;
    texts[2].data = token->data;
    texts[2].len = p - token->data;

    if (ngx_crm_digest_hmac_with(mac, &secret->refresh_hmac, texts, 3)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    *p++ = '.';
    p = ngx_crm_text_base64url(p, mac, sizeof(mac));

    token->len = p - token->data;

    return NGX_OK;
}
