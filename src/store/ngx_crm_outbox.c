/* Nobody's message is as long as somebody's and says nothing. */

#include "store/ngx_crm_outbox.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_zone.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_script.h"


#define NGX_CRM_OUTBOX_DECOYS  1000  /* messages; more tell nobody anything */

#define NGX_CRM_OUTBOX_ID  36        /* bytes, of a contact id that is none */


/* the script's arguments, in this order */
enum {
    NGX_CRM_OUTBOX_STREAM = 0, NGX_CRM_OUTBOX_KEEP, NGX_CRM_OUTBOX_MAX,
    NGX_CRM_OUTBOX_COUNT, NGX_CRM_OUTBOX_MEMBERS,
    NGX_CRM_OUTBOX_NARGS = NGX_CRM_OUTBOX_MEMBERS + 14
};


ngx_crm_script(ngx_crm_outbox_script, "store/ngx_crm_outbox.lua");


static ngx_int_t ngx_crm_outbox_stream(ngx_http_request_t *r,
    ngx_str_t *argv, ngx_uint_t decoy);
static ngx_int_t ngx_crm_outbox_blank(ngx_http_request_t *r,
    ngx_str_t *text);


ngx_int_t
ngx_crm_outbox_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_outbox_message_t *message)
{
    ngx_str_t   argv[NGX_CRM_OUTBOX_NARGS], expires;
    ngx_uint_t  decoy;
    ngx_str_t   members[] = {
        ngx_string("channel"), message->channel,
        ngx_string("to"), message->to,
        ngx_string("template"), message->template,
        message->secret_name, message->secret,
        ngx_string("contact"), message->contact,
        ngx_string("mode"), *ngx_crm_name_mode(ctx->mode),
        ngx_string("expires"), ngx_null_string
    };

    decoy = (message->contact.len == 0);

    if (ngx_crm_outbox_stream(r, argv, decoy) != NGX_OK
        || ngx_crm_name_number(r, &expires, message->expires) != NGX_OK)
    {
        return NGX_ERROR;
    }

    members[13] = expires;

    if (decoy) {
        members[9].len = NGX_CRM_OUTBOX_ID;

        if (ngx_crm_outbox_blank(r, &members[3]) != NGX_OK
            || ngx_crm_outbox_blank(r, &members[7]) != NGX_OK
            || ngx_crm_outbox_blank(r, &members[9]) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    ngx_memcpy(argv + NGX_CRM_OUTBOX_MEMBERS, members, sizeof(members));

    return ngx_crm_script_ask(r, ctx, &ngx_crm_outbox_script, 1,
                              NGX_CRM_OUTBOX_NARGS, argv);
}


static ngx_int_t
ngx_crm_outbox_stream(ngx_http_request_t *r, ngx_str_t *argv,
    ngx_uint_t decoy)
{
    ngx_uint_t            max;
    ngx_crm_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_crm_module);

    if (decoy) {
        ngx_str_set(&argv[NGX_CRM_OUTBOX_STREAM], "crm:outbox:decoy");
        ngx_str_set(&argv[NGX_CRM_OUTBOX_COUNT], "0");
        max = NGX_CRM_OUTBOX_DECOYS;

    } else {
        ngx_str_set(&argv[NGX_CRM_OUTBOX_STREAM], "crm:outbox");
        ngx_str_set(&argv[NGX_CRM_OUTBOX_COUNT], "1");
        max = mcf->outbox_max;
    }

    if (ngx_crm_name_number(r, &argv[NGX_CRM_OUTBOX_KEEP],
                            (ngx_int_t) mcf->outbox_keep * 1000)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_name_number(r, &argv[NGX_CRM_OUTBOX_MAX], max);
}


static ngx_int_t
ngx_crm_outbox_blank(ngx_http_request_t *r, ngx_str_t *text)
{
    text->data = ngx_pnalloc(r->pool, text->len);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memset(text->data, '-', text->len);

    return NGX_OK;
}


ngx_int_t
ngx_crm_outbox_put(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    int64_t  lost;

    if (ngx_crm_reply_integer(ctx->walk.reply, &lost) != NGX_OK) {
        return ngx_crm_reply_wrong(r, "outbox");
    }

    if (lost > 0) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "crm_outbox max reached: %L messages are lost", lost);
    }

    for ( /* void */ ; lost > 0; lost--) {
        ngx_crm_zone_count(NGX_CRM_COUNT_OUTBOX_LOST);
    }

    return NGX_OK;
}
