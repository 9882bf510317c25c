#include "store/ngx_crm_gone.h"
#include "store/ngx_crm_events.h"
#include "store/ngx_crm_gone_address.h"
#include "store/ngx_crm_name.h"
#include "engine/ngx_crm_script.h"
#include "ngx_crm_demands.h"


#define NGX_CRM_GONE_EVENT  160      /* bytes; an id has 128 at most */


ngx_crm_script(ngx_crm_gone_script, "store/ngx_crm_gone.lua");


static void ngx_crm_gone_contact(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);


void
ngx_crm_gone_note(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_uint_t status)
{
    ngx_crm_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    /* a page in the CRM's stead, and what satisfy any has let through */

    if (lcf->api == NULL || !ctx->passed
        || ctx->verdict.name != NGX_CRM_PASSED)
    {
        return;
    }

    if (r != r->main || ctx->contact.len == 0
        || status < NGX_HTTP_OK || status >= NGX_HTTP_SPECIAL_RESPONSE)
    {
        return;
    }

    if (ctx->route->needs & NGX_CRM_ENDS_CONTACT) {
        ngx_crm_gone_contact(r, ctx);
    }

    if (ctx->demands && ctx->demands->address.len && ctx->held.address.len) {
        ngx_crm_gone_address(r, ctx);
    }
}


static void
ngx_crm_gone_contact(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    u_char                buf[NGX_CRM_GONE_EVENT];
    ngx_str_t             name, event;
    ngx_crm_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_crm_module);

    event.data = buf;
    event.len = ngx_snprintf(buf, sizeof(buf), "contact %V %V",
                             ngx_crm_name_mode(ctx->mode), &ctx->contact)
                - buf;

    /* disabled first: no session opens behind those that end */

    if (ngx_crm_name(r, ctx, &name, "contact:{%V}", &ctx->contact) != NGX_OK
        || ngx_crm_script_send(mcf, &ngx_crm_gone_script, 1, 1, &name)
           != NGX_OK)
    {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "crm: contact \"%V\" has been deleted, and is not "
                      "disabled", &ctx->contact);
    }

    (void) ngx_crm_events_take(mcf, &event);
}
