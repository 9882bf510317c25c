#include "store/ngx_crm_throttle.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_secret.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_script.h"
#include "base/ngx_crm_text.h"


ngx_crm_script(ngx_crm_throttle_script, "store/ngx_crm_throttle.lua");


ngx_int_t
ngx_crm_throttle_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const char *purpose, const ngx_str_t *address)
{
    u_char                   mac[NGX_CRM_SHA256_LEN];
    u_char                   hex[2 * NGX_CRM_SHA256_LEN];
    ngx_str_t                argv[3], texts[4];
    ngx_crm_srv_conf_t      *scf;
    const ngx_crm_secret_t  *secret;

    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);
    secret = ngx_crm_secret_nth(r, 0);

    /* with a text more than a code's destination has: no name is both's */

    ngx_str_set(&texts[0], "throttle");
    texts[1] = *ngx_crm_name_mode(ctx->mode);
    texts[2].data = (u_char *) purpose;
    texts[2].len = ngx_strlen(purpose);
    texts[3] = *address;

    if (secret == NULL
        || ngx_crm_digest_hmac(mac, secret->otp, texts, 4) != NGX_OK)
    {
        return NGX_ERROR;
    }

    (void) ngx_crm_text_hex(hex, mac, sizeof(mac));

    if (ngx_crm_name(r, ctx, &argv[0], "%s:{%*s}:sends", purpose,
                     sizeof(hex), hex)
        != NGX_OK
        || ngx_crm_name_number(r, &argv[1], scf->otp.cooldown) != NGX_OK
        || ngx_crm_name_number(r, &argv[2], scf->otp.per_hour) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_script_ask(r, ctx, &ngx_crm_throttle_script, 1, 3, argv);
}


ngx_int_t
ngx_crm_throttle_taken(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    time_t *wait)
{
    int64_t  seconds;

    if (ngx_crm_reply_integer(ctx->walk.reply, &seconds) != NGX_OK) {
        return ngx_crm_reply_wrong(r, "throttle");
    }

    *wait = (time_t) seconds;

    return NGX_OK;
}
