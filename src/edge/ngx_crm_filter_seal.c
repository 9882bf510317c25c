/* Sealed answers: their header, their body, and whatever it takes to send. */

#include "edge/ngx_crm_filter_seal.h"
#include "edge/ngx_crm_filter_headers.h"
#include "engine/ngx_crm_echo.h"
#include "engine/ngx_crm_envelope_seal.h"
#include "engine/ngx_crm_envelope_words.h"
#include "engine/ngx_crm_refuse.h"
#include "gate/ngx_crm_sealed_body.h"
#include "store/ngx_crm_zone.h"
#include "ngx_crm_sealed.h"


/* bytes that are sooner copied than sent from several places */

#define NGX_CRM_FILTER_SEAL_SMALL  4096


static ngx_int_t ngx_crm_filter_seal_spoken(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_filter_seal(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_message_t *message);
static ngx_int_t ngx_crm_filter_seal_pieces(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_crm_pieces_t *pieces);
static ngx_chain_t *ngx_crm_filter_seal_chain(ngx_http_request_t *r,
    const ngx_crm_pieces_t *pieces);


ngx_int_t
ngx_crm_filter_seal_refusal(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_uint_t  status;

    status = r->headers_out.status;

    if (ctx->refusal.name == NGX_CRM_PASSED || ctx->refusal.status != status) {
        (void) ngx_crm_refuse(ctx, ngx_crm_refuse_reason(status), NULL);
        ctx->refusal.status = status;
    }

    return ngx_crm_filter_seal_spoken(r, ctx);
}


/*
 * A page of an upstream's, or less, is not an answer of the CRM.  An API with
 * words of its own for that, which it says with a status of its own, says no
 * other.
 */

ngx_int_t
ngx_crm_filter_seal_failure(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_uint_t  status;

    status = r->headers_out.status;

    if (status < NGX_HTTP_INTERNAL_SERVER_ERROR || status > 599
        || ngx_crm_envelope_words_status(ctx->api, NGX_HTTP_BAD_GATEWAY)
           != NGX_HTTP_BAD_GATEWAY)
    {
        status = NGX_HTTP_BAD_GATEWAY;
    }

    (void) ngx_crm_refuse(ctx, ngx_crm_refuse_reason(status), NULL);
    ctx->refusal.status = status;

    return ngx_crm_filter_seal_spoken(r, ctx);
}


static ngx_int_t
ngx_crm_filter_seal_spoken(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_message_t  message;

    ngx_crm_zone_count(NGX_CRM_COUNT_REFUSED);

    if (ngx_crm_envelope_refuse(r->pool, &ctx->refusal, &message) != NGX_OK
        || ngx_crm_echo_dress(r, ctx, &message) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_crm_filter_headers_forget(r);

    if (ngx_crm_filter_headers_refuse(r, &ctx->refusal) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_crm_filter_seal(r, ctx, &message);
}


/* a 401 that its upstream says with another status has no challenge yet */

ngx_int_t
ngx_crm_filter_seal_message(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_message_t *message)
{
    ngx_crm_refusal_t  refusal;
    ngx_crm_message_t  dressed;

    if (!message->ok && message->status == NGX_HTTP_UNAUTHORIZED
        && r->headers_out.status != NGX_HTTP_UNAUTHORIZED)
    {
        ngx_memzero(&refusal, sizeof(ngx_crm_refusal_t));
        refusal.name = NGX_CRM_NO_TOKEN;

        if (ngx_crm_filter_headers_refuse(r, &refusal) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    dressed = *message;

    if (ngx_crm_echo_dress(r, ctx, &dressed) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_crm_filter_seal(r, ctx, &dressed);
}


static ngx_int_t
ngx_crm_filter_seal(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_message_t *message)
{
    ngx_uint_t         status;
    ngx_crm_filter_t  *f;
    ngx_crm_pieces_t   pieces;

    f = ctx->filter;

    if (f == NULL) {
        f = ngx_pcalloc(r->pool, sizeof(ngx_crm_filter_t));
        if (f == NULL) {
            return NGX_ERROR;
        }

        ctx->filter = f;
    }

    ngx_crm_pieces_init(&pieces, r->pool);

    if (ngx_crm_envelope_seal(ctx->dialect, message, &pieces, &status)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_crm_sealed_is(ctx)
        && ngx_crm_filter_seal_pieces(r, ctx, &pieces) != NGX_OK)
    {
        return NGX_ERROR;
    }

    f->out = ngx_crm_filter_seal_chain(r, &pieces);
    if (f->out == NULL) {
        return NGX_ERROR;
    }

    f->way = NGX_CRM_FILTER_SEALED;

    ngx_crm_filter_headers_rewrite(r, status, pieces.len);

    return ngx_crm_filter_next_header(r);
}


static ngx_int_t
ngx_crm_filter_seal_pieces(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_pieces_t *pieces)
{
    ngx_str_t  plain, text;

    if (ngx_crm_pieces_join(pieces, &plain) != NGX_OK
        || ngx_crm_sealed_body_seal(r, ctx, &plain, &text) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_crm_pieces_init(pieces, r->pool);

    return ngx_crm_pieces_add(pieces, text.data, text.len);
}


static ngx_chain_t *
ngx_crm_filter_seal_chain(ngx_http_request_t *r,
    const ngx_crm_pieces_t *pieces)
{
    ngx_str_t     text;
    ngx_uint_t    i;
    ngx_chain_t  *out, *cl, **next;

    out = NULL;
    next = &out;
    i = 0;

    do {
        if (pieces->len > NGX_CRM_FILTER_SEAL_SMALL) {
            text = pieces->elts[i++];

        } else {
            if (ngx_crm_pieces_join(pieces, &text) != NGX_OK) {
                return NULL;
            }

            i = pieces->n;
        }

        cl = ngx_crm_filter_seal_link(r, &text);
        if (cl == NULL) {
            return NULL;
        }

        *next = cl;
        next = &cl->next;

    } while (i < pieces->n);

    ngx_crm_filter_seal_last(r, cl->buf);

    return out;
}


ngx_chain_t *
ngx_crm_filter_seal_link(ngx_http_request_t *r, const ngx_str_t *text)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    b = ngx_calloc_buf(r->pool);
    cl = ngx_alloc_chain_link(r->pool);

    if (b == NULL || cl == NULL) {
        return NULL;
    }

    b->pos = text->data;
    b->last = text->data + text->len;
    b->memory = (text->len != 0);

    cl->buf = b;
    cl->next = NULL;

    return cl;
}


void
ngx_crm_filter_seal_last(ngx_http_request_t *r, ngx_buf_t *b)
{
    b->last_buf = (r == r->main);
    b->sync = (r != r->main);
    b->last_in_chain = 1;
}


ngx_int_t
ngx_crm_filter_seal_held(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t         *text, sealed;
    ngx_crm_filter_t  *f;

    f = ctx->filter;
    text = &f->held;

    if (ngx_crm_sealed_is(ctx)) {

        if (ngx_crm_sealed_body_seal(r, ctx, &f->held, &sealed) != NGX_OK) {
            return NGX_ERROR;
        }

        text = &sealed;
        ngx_crm_filter_headers_rewrite(r, r->headers_out.status, text->len);
    }

    f->out = ngx_crm_filter_seal_link(r, text);
    if (f->out == NULL) {
        return NGX_ERROR;
    }

    ngx_crm_filter_seal_last(r, f->out->buf);

    f->way = NGX_CRM_FILTER_SEALED;

    ngx_http_clear_content_length(r);
    r->headers_out.content_length_n = text->len;

    return ngx_crm_filter_next_header(r);
}


ngx_int_t
ngx_crm_filter_seal_send(ngx_http_request_t *r, ngx_crm_filter_t *f,
    ngx_chain_t *in)
{
    ngx_chain_t  *cl;

    /* whoever made these buffers waits for them to be used up */

    for (cl = in; cl; cl = cl->next) {
        cl->buf->pos = cl->buf->last;
        cl->buf->file_pos = cl->buf->file_last;
    }

    if (f->way == NGX_CRM_FILTER_SENT) {
        return ngx_crm_filter_next_body(r, NULL);
    }

    return ngx_crm_filter_seal_end(r, f, f->out);
}


/* "add_after_body" ends the answer anew, from within the filters after ours */

ngx_int_t
ngx_crm_filter_seal_end(ngx_http_request_t *r, ngx_crm_filter_t *f,
    ngx_chain_t *out)
{
    ngx_int_t  rc;

    f->way = NGX_CRM_FILTER_ENDING;

    rc = ngx_crm_filter_next_body(r, out);

    f->way = NGX_CRM_FILTER_SENT;

    return rc;
}
