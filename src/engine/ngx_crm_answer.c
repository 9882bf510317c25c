/* Answers of flows. */

#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_envelope.h"
#include "engine/ngx_crm_envelope_seal.h"
#include "engine/ngx_crm_refuse.h"


static ngx_int_t ngx_crm_answer_send(ngx_http_request_t *r,
    ngx_uint_t status, const ngx_str_t *body);


ngx_int_t
ngx_crm_answer(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *payload)
{
    ngx_str_t          body;
    ngx_uint_t         status;
    ngx_crm_pieces_t   pieces;
    ngx_crm_message_t  message;

    ngx_memzero(&message, sizeof(ngx_crm_message_t));

    message.ok = 1;
    message.status = NGX_HTTP_OK;
    message.payload.text = *payload;

    ngx_crm_pieces_init(&pieces, r->pool);

    if (ngx_crm_envelope_seal(ctx->dialect, &message, &pieces, &status)
        != NGX_OK
        || ngx_crm_pieces_join(&pieces, &body) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_answer_as(r, ctx, status, &body);
}


ngx_int_t
ngx_crm_answer_nothing(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    static const ngx_str_t  nothing = ngx_null_string;

    return ngx_crm_answer(r, ctx, &nothing);
}


ngx_int_t
ngx_crm_answer_as(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_uint_t status, const ngx_str_t *body)
{
    static const ngx_str_t  no_store = ngx_string("no-store");

    if (ngx_crm_answer_header(r, "Cache-Control", &no_store) != NGX_OK) {
        return NGX_ERROR;
    }

    ctx->answered = 1;
    ctx->sent = ngx_crm_answer_send(r, status, body);

    return NGX_DONE;
}


static ngx_int_t
ngx_crm_answer_send(ngx_http_request_t *r, ngx_uint_t status,
    const ngx_str_t *body)
{
    ngx_int_t     rc;
    ngx_buf_t    *b;
    ngx_chain_t   out;

    r->headers_out.status = status;
    r->headers_out.content_length_n = body->len;
    ngx_str_set(&r->headers_out.content_type, "application/json");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    /* it has been done: If-Match is too late to undo it */

    r->disable_not_modified = 1;

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b->pos = body->data;
    b->last = body->data + body->len;
    b->memory = (body->len != 0);
    b->last_buf = (r == r->main);
    b->sync = (r != r->main);
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


ngx_int_t
ngx_crm_answer_upstream(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    /* the one that NGINX found: a location's if {} has none of its own */

    if (ctx->proxy == NULL) {
        return ngx_crm_refuse(ctx, NGX_CRM_NOT_FOUND, NULL);
    }

    /* and its copies for the cache go the same way */

    r->content_handler = ctx->proxy;

    ctx->sent = ctx->proxy(r);

    return NGX_DONE;
}


ngx_int_t
ngx_crm_answer_header(ngx_http_request_t *r, const char *key,
    const ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key.data = (u_char *) key;
    h->key.len = ngx_strlen(key);
    h->value = *value;

    return NGX_OK;
}
