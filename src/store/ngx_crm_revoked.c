#include "store/ngx_crm_revoked.h"
#include "store/ngx_crm_events.h"
#include "store/ngx_crm_revoked_trust.h"
#include "store/ngx_crm_zone.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_script.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_REVOKED_SKEW  60     /* s that clocks may differ */


/* what the script is told, and where it is written */
typedef struct {
    ngx_str_t    argv[5];      /* the second key is a contact's */
    u_char       key[NGX_CRM_REVOCATION_SIZE];
    u_char       member[NGX_CRM_REVOCATION_SIZE];
    u_char       expires[NGX_TIME_T_LEN];
    u_char       issued[NGX_TIME_T_LEN];
} ngx_crm_revoked_texts_t;


ngx_crm_script(ngx_crm_revoked_script, "store/ngx_crm_revoked.lua");
ngx_crm_script(ngx_crm_revoked_ask_script, "store/ngx_crm_revoked_ask.lua");


static ngx_int_t ngx_crm_revoked_find(ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_revoked_refuse(ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_revoked_ask(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_revoked_store(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_crm_revocation_t *revocation, time_t exp);
static ngx_uint_t ngx_crm_revoked_write(ngx_crm_revoked_texts_t *texts,
    const ngx_crm_revocation_t *revocation);


static const ngx_str_t  ngx_crm_revoked_all = ngx_string("crm:revoked");


ngx_int_t
ngx_crm_revoked_check(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t                 rc;
    ngx_crm_main_conf_t      *conf;
    ngx_crm_revoked_trust_e   trust;

    if (ctx->contact.len == 0) {
        return NGX_OK;
    }

    conf = ngx_http_get_module_main_conf(r, ngx_crm_module);

    /* first: another worker's load may end between this and the look-up */

    trust = ngx_crm_revoked_trust(conf);

    /* what it holds is true, be the zone as old as it may */

    rc = ngx_crm_revoked_find(ctx);

    if (rc != NGX_DECLINED) {
        return (rc == NGX_OK) ? ngx_crm_revoked_refuse(ctx) : NGX_ERROR;
    }

    switch (trust) {

    case NGX_CRM_REVOKED_FRESH:
        return NGX_OK;

    case NGX_CRM_REVOKED_STALE:
        if (conf->revocation == NGX_CRM_REVOCATION_EVENTUAL) {
            ngx_crm_zone_count(NGX_CRM_COUNT_REVOKED_STALE);
            return NGX_OK;
        }

        /* fall through */

    default:
        ngx_crm_zone_count(NGX_CRM_COUNT_REVOKED_ASKED);
        return ngx_crm_revoked_ask(r, ctx);
    }
}


ngx_int_t
ngx_crm_revoked_session(ngx_crm_mode_e mode, const ngx_str_t *sid)
{
    time_t                issued;
    ngx_crm_revocation_t  revocation;

    ngx_memzero(&revocation, sizeof(ngx_crm_revocation_t));

    revocation.mode = mode;
    revocation.whose = *sid;

    return ngx_crm_revoked_zone_find(&revocation, &issued);
}


static ngx_int_t
ngx_crm_revoked_find(ngx_crm_ctx_t *ctx)
{
    time_t                issued;
    ngx_int_t             rc;
    ngx_crm_revocation_t  revocation;

    if (ctx->session.len) {
        rc = ngx_crm_revoked_session(ctx->mode, &ctx->session);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    ngx_memzero(&revocation, sizeof(ngx_crm_revocation_t));

    revocation.mode = ctx->mode;
    revocation.contact = 1;
    revocation.whose = ctx->contact;

    rc = ngx_crm_revoked_zone_find(&revocation, &issued);

    return (rc == NGX_OK && ctx->issued > issued) ? NGX_DECLINED : rc;
}


/* who the token said it was is not proven any more */

static ngx_int_t
ngx_crm_revoked_refuse(ngx_crm_ctx_t *ctx)
{
    ngx_str_null(&ctx->contact);
    ngx_str_null(&ctx->session);

    if (ctx->key == NULL) {
        ngx_str_null(&ctx->app);
    }

    return ngx_crm_refuse(ctx, NGX_CRM_WRONG_TOKEN, NULL);
}


static ngx_int_t
ngx_crm_revoked_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    u_char                key[NGX_CRM_REVOCATION_SIZE];
    u_char                member[NGX_CRM_REVOCATION_SIZE];
    ngx_str_t             argv[3];
    ngx_crm_revocation_t  revocation;

    ngx_memzero(&revocation, sizeof(ngx_crm_revocation_t));

    revocation.mode = ctx->mode;
    revocation.whose = ctx->contact;

    argv[0] = ngx_crm_revoked_all;
    argv[1].data = key;
    argv[1].len = ngx_crm_revocation_key(key, &revocation) - key;

    revocation.whose = ctx->session;

    argv[2].data = member;
    argv[2].len = ctx->session.len
                  ? ngx_crm_revocation_write(member, &revocation) - member
                  : 0;

    return ngx_crm_script_ask(r, ctx, &ngx_crm_revoked_ask_script, 2, 3, argv);
}


ngx_int_t
ngx_crm_revoked_checked(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    int64_t    session;
    ngx_str_t  issued;

    if (ctx->walk.reply == NULL) {
        return NGX_OK;
    }

    if (ngx_crm_reply_read(ctx->walk.reply, "it", &session, &issued)
        != NGX_OK)
    {
        return ngx_crm_reply_wrong(r, "revoked");
    }

    if (session
        || (issued.len && ctx->issued <= ngx_crm_revocation_expires(&issued)))
    {
        return ngx_crm_revoked_refuse(ctx);
    }

    return NGX_OK;
}


ngx_int_t
ngx_crm_revoked_ask_session(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *sid, time_t exp)
{
    ngx_crm_revocation_t  revocation;

    ngx_memzero(&revocation, sizeof(ngx_crm_revocation_t));

    revocation.mode = ctx->mode;
    revocation.whose = *sid;

    return ngx_crm_revoked_store(r, ctx, &revocation, exp);
}


ngx_int_t
ngx_crm_revoked_ask_contact(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *cid)
{
    ngx_crm_revocation_t  revocation;

    ngx_memzero(&revocation, sizeof(ngx_crm_revocation_t));

    revocation.contact = 1;
    revocation.mode = ctx->mode;
    revocation.whose = *cid;
    revocation.issued = ngx_max(ngx_crm_revoked_issue(ctx->mode, cid),
                                ctx->issued);

    return ngx_crm_revoked_store(r, ctx, &revocation, ctx->expires);
}


static ngx_int_t
ngx_crm_revoked_store(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_revocation_t *revocation, time_t exp)
{
    ngx_uint_t                nkeys;
    ngx_crm_srv_conf_t       *scf;
    ngx_crm_main_conf_t      *conf;
    ngx_crm_revoked_texts_t   texts;

    if (!ngx_crm_text_is_id(&revocation->whose)) {
        return NGX_ERROR;
    }

    conf = ngx_http_get_module_main_conf(r, ngx_crm_module);
    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    revocation->expires = ngx_max(ngx_crm_revoked_end(conf, revocation),
                                  exp + scf->leeway + NGX_CRM_REVOKED_SKEW);

    nkeys = ngx_crm_revoked_write(&texts, revocation);

    return ngx_crm_script_ask(r, ctx, &ngx_crm_revoked_script, nkeys,
                              nkeys + 3, &texts.argv[2 - nkeys]);
}


ngx_int_t
ngx_crm_revoked_send(ngx_crm_main_conf_t *conf,
    const ngx_crm_revocation_t *revocation)
{
    ngx_uint_t               nkeys;
    ngx_crm_revoked_texts_t  texts;

    nkeys = ngx_crm_revoked_write(&texts, revocation);

    return ngx_crm_script_send(conf, &ngx_crm_revoked_script, nkeys,
                               nkeys + 3, &texts.argv[2 - nkeys]);
}


/* Returns how many keys there are: a session's list begins behind the first */

static ngx_uint_t
ngx_crm_revoked_write(ngx_crm_revoked_texts_t *texts,
    const ngx_crm_revocation_t *revocation)
{
    texts->argv[0] = ngx_crm_revoked_all;
    texts->argv[1] = ngx_crm_revoked_all;

    if (revocation->contact) {
        texts->argv[1].data = texts->key;
        texts->argv[1].len = ngx_crm_revocation_key(texts->key, revocation)
                         - texts->key;
    }

    texts->argv[2].data = texts->member;
    texts->argv[2].len = ngx_crm_revocation_write(texts->member, revocation)
                         - texts->member;
    texts->argv[3].data = texts->expires;
    texts->argv[3].len = ngx_sprintf(texts->expires, "%T", revocation->expires)
                         - texts->expires;
    texts->argv[4].data = texts->issued;
    texts->argv[4].len = ngx_sprintf(texts->issued, "%T", revocation->issued)
                         - texts->issued;

    return revocation->contact ? 2 : 1;
}


time_t
ngx_crm_revoked_end(ngx_crm_main_conf_t *conf,
    const ngx_crm_revocation_t *revocation)
{
    return ngx_max(ngx_time(), revocation->issued) + conf->token_life
           + NGX_CRM_REVOKED_SKEW;
}


ngx_int_t
ngx_crm_revoked_note(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t             event;
    ngx_crm_main_conf_t  *conf;

    conf = ngx_http_get_module_main_conf(r, ngx_crm_module);

    if (ngx_crm_reply_read(ctx->walk.reply, "t", &event) != NGX_OK
        || ngx_crm_events_take(conf, &event) != NGX_OK)
    {
        return ngx_crm_reply_wrong(r, "revoke");
    }

    return NGX_OK;
}


time_t
ngx_crm_revoked_issue(ngx_crm_mode_e mode, const ngx_str_t *cid)
{
    time_t                issued;
    ngx_crm_revocation_t  revocation;

    ngx_memzero(&revocation, sizeof(ngx_crm_revocation_t));

    revocation.contact = 1;
    revocation.mode = mode;
    revocation.whose = *cid;

    if (ngx_crm_revoked_zone_issue(&revocation, &issued) != NGX_OK) {
        return ngx_time();
    }

    return ngx_max(ngx_time(), issued + 1);
}
