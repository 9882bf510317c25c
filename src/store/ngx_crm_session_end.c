#include "store/ngx_crm_session_end.h"
#include "store/ngx_crm_name.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_redis.h"
#include "engine/ngx_crm_script.h"
#include "engine/ngx_crm_walk.h"
#include "base/ngx_crm_text.h"


/* at once, so that Redis does not stand still; we open 50 at most */
#define NGX_CRM_SESSION_END_PAGE  500


ngx_crm_script(ngx_crm_session_end_script, "store/ngx_crm_session_end.lua");


static ngx_int_t ngx_crm_session_end_ask(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_str_t *cid, const ngx_str_t *sids,
    ngx_uint_t n);


ngx_int_t
ngx_crm_session_end(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *cid, const ngx_str_t *sid)
{
    return ngx_crm_session_end_ask(r, ctx, cid, sid, 1);
}


ngx_int_t
ngx_crm_session_end_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *cid)
{
    ngx_str_t  argv[] = {
        ngx_string("ZRANGE"), ngx_null_string, ngx_string("0"),
        ngx_null_string
    };

    if (ngx_crm_name(r, ctx, &argv[1], "sessions:{%V}", cid) != NGX_OK
        || ngx_crm_name_number(r, &argv[3], NGX_CRM_SESSION_END_PAGE - 1)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_redis_ask(r, ctx, sizeof(argv) / sizeof(argv[0]), argv);
}


ngx_int_t
ngx_crm_session_end_found(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *cid)
{
    ngx_str_t              *sids;
    ngx_uint_t              n;
    const ngx_crm_reply_t  *e, *reply;

    reply = ctx->walk.reply;

    if (ngx_crm_reply_array(reply, 0) == NGX_OK) {
        return NGX_OK;
    }

    sids = ngx_palloc(r->pool, NGX_CRM_SESSION_END_PAGE * sizeof(ngx_str_t));
    if (sids == NULL) {
        return NGX_ERROR;
    }

    for (n = 0; n < NGX_CRM_SESSION_END_PAGE; n++) {
        e = ngx_crm_reply_element(reply, n);

        if (e == NULL) {
            break;
        }

        if (ngx_crm_reply_text(e, &sids[n]) != NGX_OK
            || !ngx_crm_text_is_id(&sids[n]))
        {
            return ngx_crm_reply_wrong(r, "sessions");
        }
    }

    if (n == 0) {
        return ngx_crm_reply_wrong(r, "sessions");
    }

    /* there may be more of them behind a whole page */

    if (n == NGX_CRM_SESSION_END_PAGE) {
        ngx_crm_walk_back(ctx, 2);
    }

    return ngx_crm_session_end_ask(r, ctx, cid, sids, n);
}


static ngx_int_t
ngx_crm_session_end_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *cid, const ngx_str_t *sids, ngx_uint_t n)
{
    ngx_str_t   *argv;
    ngx_uint_t   i;

    argv = ngx_palloc(r->pool, (1 + 2 * n) * sizeof(ngx_str_t));

    if (argv == NULL
        || ngx_crm_name(r, ctx, &argv[0], "sessions:{%V}", cid) != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        if (ngx_crm_name(r, ctx, &argv[1 + i], "session:{%V}:%V", cid,
                         &sids[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        argv[1 + n + i] = sids[i];
    }

    return ngx_crm_script_ask(r, ctx, &ngx_crm_session_end_script, 1 + n,
                              1 + 2 * n, argv);
}
