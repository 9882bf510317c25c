#include "engine/ngx_crm_echo.h"
#include "engine/ngx_crm_pieces.h"
#include "base/ngx_crm_scan_member.h"
#include "ngx_crm_demands.h"


#define NGX_CRM_ECHO_MAX  1024     /* bytes of a member */


static ngx_int_t ngx_crm_echo_add(ngx_crm_pieces_t *pieces,
    const ngx_str_t *name, const ngx_crm_span_t *value);
static ngx_crm_span_t ngx_crm_echo_find(const ngx_str_t *body,
    const ngx_str_t *name);


ngx_int_t
ngx_crm_echo_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *body)
{
    ngx_crm_span_t         value;
    ngx_crm_pieces_t       pieces;
    const ngx_crm_echo_t  *echo;

    ngx_str_null(&ctx->held.echo);

    if (ctx->demands == NULL || ctx->demands->echo == NULL) {
        return NGX_OK;
    }

    ngx_crm_pieces_init(&pieces, r->pool);

    for (echo = ctx->demands->echo; echo->name.len; echo++) {

        value = ngx_crm_echo_find(body, &echo->name);

        if (value.data == NULL) {
            if (!echo->always) {
                continue;
            }

            value.data = (u_char *) "\"\"";
            value.len = 2;
        }

        if (ngx_crm_echo_add(&pieces, &echo->name, &value) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (pieces.n == 0) {
        return NGX_OK;
    }

    if (ngx_crm_pieces_add(&pieces, (u_char *) "}", 1) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_crm_pieces_join(&pieces, &ctx->held.echo);
}


static ngx_int_t
ngx_crm_echo_add(ngx_crm_pieces_t *pieces, const ngx_str_t *name,
    const ngx_crm_span_t *value)
{
    if (ngx_crm_pieces_add(pieces, (u_char *) (pieces->n ? ",\"" : "{\""), 2)
        != NGX_OK
        || ngx_crm_pieces_add(pieces, name->data, name->len) != NGX_OK
        || ngx_crm_pieces_add(pieces, (u_char *) "\":", 2) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_pieces_add(pieces, value->data, value->len);
}


/* strings alone, and of them the first of that name */

static ngx_crm_span_t
ngx_crm_echo_find(const ngx_str_t *body, const ngx_str_t *name)
{
    u_char          *p, *end;
    ngx_crm_span_t   member, value;

    if (body) {
        p = body->data;
        end = p + body->len;

        while (ngx_crm_scan_member(&p, end, &member, &value) == NGX_OK) {

            if (!ngx_crm_scan_member_is(&member, name)) {
                continue;
            }

            if (*value.data == '"' && value.len <= NGX_CRM_ECHO_MAX) {
                return value;
            }

            break;
        }
    }

    value.data = NULL;
    value.len = 0;

    return value;
}


ngx_int_t
ngx_crm_echo_dress(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_message_t *message)
{
    if (ctx->demands == NULL || message->ok) {
        return NGX_OK;
    }

    /* in place of the API's words, not of what says more than they */

    if (message->status >= NGX_HTTP_INTERNAL_SERVER_ERROR
        && ctx->demands->broken.len
        && (message->text.len == 0
            || (!message->own && message->code.len == 0)))
    {
        message->text = ctx->demands->broken;
        message->own = 1;
    }

    if (message->payload.text.len) {
        return NGX_OK;
    }

    if (ctx->held.echo.len == 0 && ngx_crm_echo_read(r, ctx, NULL) != NGX_OK) {
        return NGX_ERROR;
    }

    message->payload.text = ctx->held.echo;

    return NGX_OK;
}
