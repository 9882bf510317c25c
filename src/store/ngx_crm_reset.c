#include "store/ngx_crm_reset.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_secret.h"
#include "engine/ngx_crm_redis.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_script.h"
#include "base/ngx_crm_text.h"


ngx_crm_script(ngx_crm_reset_script, "store/ngx_crm_reset.lua");


static ngx_int_t ngx_crm_reset_name(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_ticket_t *ticket, ngx_str_t *name);


ngx_int_t
ngx_crm_reset_announce(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_ticket_t *ticket, time_t ttl)
{
    ngx_str_t  argv[5];

    ngx_str_set(&argv[0], "SET");
    ngx_str_set(&argv[3], "EX");

    argv[2].data = (u_char *) ticket->hex;
    argv[2].len = sizeof(ticket->hex);

    if (ngx_crm_reset_name(r, ctx, ticket, &argv[1]) != NGX_OK
        || ngx_crm_name_number(r, &argv[4], ttl) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_redis_ask(r, ctx, 5, argv);
}


static ngx_int_t
ngx_crm_reset_name(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_ticket_t *ticket, ngx_str_t *name)
{
    return ngx_crm_name(r, ctx, name, "reset:{%V}:newest", &ticket->contact);
}


ngx_int_t
ngx_crm_reset_store(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *password, const char *hash)
{
    u_char                   mac[NGX_CRM_SHA256_LEN];
    u_char                   hex[2 * NGX_CRM_SHA256_LEN];
    ngx_str_t                argv[5], texts[2];
    ngx_crm_ticket_t        *ticket;
    const ngx_crm_secret_t  *secret;

    ticket = ctx->flow;
    secret = ngx_crm_secret_nth(r, 0);

    argv[2].data = ticket->hex;
    argv[2].len = sizeof(ticket->hex);

    texts[0] = argv[2];
    texts[1] = *password;

    /* a MAC, for a digest would tell a thief of the store the password */

    if (secret == NULL
        || ngx_crm_digest_hmac(mac, secret->reset, texts, 2) != NGX_OK
        || ngx_crm_reset_name(r, ctx, ticket, &argv[0]) != NGX_OK
        || ngx_crm_name(r, ctx, &argv[1], "contact:{%V}", &ticket->contact)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    (void) ngx_crm_text_hex(hex, mac, sizeof(mac));

    argv[3].data = hex;
    argv[3].len = sizeof(hex);

    argv[4].data = (u_char *) hash;
    argv[4].len = ngx_strlen(hash);

    return ngx_crm_script_ask(r, ctx, &ngx_crm_reset_script, 2, 5, argv);
}


ngx_int_t
ngx_crm_reset_stored(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    int64_t  stored;

    if (ngx_crm_reply_integer(ctx->walk.reply, &stored) != NGX_OK) {
        return ngx_crm_reply_wrong(r, "new password");
    }

    return stored ? NGX_OK : ngx_crm_ticket_refuse(ctx);
}
