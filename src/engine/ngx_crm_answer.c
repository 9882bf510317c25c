/* Answers of flows. */

#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_shape.h"


static ngx_int_t ngx_crm_answer_send(ngx_http_request_t *r,
    const ngx_str_t *body);


ngx_int_t
ngx_crm_answer(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *payload)
{
    ngx_str_t          body;
    ngx_crm_filling_t  filling;

    static const ngx_str_t  no_store = ngx_string("no-store");

    ngx_str_set(&filling.name, "payload");
    filling.value = *payload;
    filling.raw = 1;

    if (ngx_crm_shape_seal(r->pool, ctx->shapes->success, &filling, 1, &body)
        != NGX_OK
        || ngx_crm_answer_header(r, "Cache-Control", &no_store) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ctx->answered = 1;
    ctx->sent = ngx_crm_answer_send(r, &body);

    return NGX_DONE;
}


static ngx_int_t
ngx_crm_answer_send(ngx_http_request_t *r, const ngx_str_t *body)
{
    ngx_int_t     rc;
    ngx_buf_t    *b;
    ngx_chain_t   out;

    r->headers_out.status = NGX_HTTP_OK;
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
