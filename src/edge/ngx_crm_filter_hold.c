/* Answers that are held until they are whole, then opened and sealed. */

#include "edge/ngx_crm_filter_hold.h"
#include "edge/ngx_crm_filter.h"
#include "edge/ngx_crm_filter_kind.h"
#include "edge/ngx_crm_filter_seal.h"
#include "edge/ngx_crm_filter_stream.h"
#include "engine/ngx_crm_envelope.h"
#include "store/ngx_crm_gone.h"
#include "ngx_crm_sealed.h"


#define NGX_CRM_FILTER_HOLD_ROOM  8192     /* bytes, to begin with */


static ngx_int_t ngx_crm_filter_hold_add(ngx_http_request_t *r,
    ngx_crm_filter_t *f, const ngx_buf_t *b);
static ngx_int_t ngx_crm_filter_hold_grow(ngx_http_request_t *r,
    ngx_crm_filter_t *f, size_t need);
static ngx_int_t ngx_crm_filter_hold_overflow(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_filter_hold_cut(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_filter_hold_end(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
static ngx_int_t ngx_crm_filter_hold_open(ngx_http_request_t *r,
    const ngx_crm_filter_t *f, ngx_crm_message_t *message);
static ngx_int_t ngx_crm_filter_hold_send(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_int_t rc, ngx_chain_t *rest);


ngx_int_t
ngx_crm_filter_hold_begin(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_dialect_t *from, ngx_uint_t whole)
{
    off_t                len;
    ngx_crm_filter_t    *f;
    ngx_crm_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_crm_module);

    f = ngx_pcalloc(r->pool, sizeof(ngx_crm_filter_t));
    if (f == NULL) {
        return NGX_ERROR;
    }

    f->from = from;
    f->to = ctx->dialect;
    f->max = lcf->envelope;
    f->whole = whole;

    ctx->filter = f;
    r->filter_need_in_memory = 1;

    len = r->headers_out.content_length_n;

    if (len > (off_t) f->max) {
        return ngx_crm_filter_hold_overflow(r, ctx);
    }

    if (len > 0 && ngx_crm_filter_hold_grow(r, f, (size_t) len) != NGX_OK) {
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_crm_filter_hold(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_chain_t *in)
{
    ngx_int_t          rc;
    ngx_buf_t         *b;
    ngx_chain_t       *cl;
    ngx_crm_filter_t  *f;

    f = ctx->filter;

    for (cl = in; cl; cl = cl->next) {
        b = cl->buf;

        rc = ngx_crm_filter_hold_add(r, f, b);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED) {
            rc = ngx_crm_filter_hold_overflow(r, ctx);
            return ngx_crm_filter_hold_send(r, ctx, rc, cl);
        }

        b->pos = b->last;

        if (ngx_crm_filter_kind_is_last(r, b)) {
            rc = ngx_crm_filter_hold_end(r, ctx);
            return ngx_crm_filter_hold_send(r, ctx, rc, cl);
        }

        if (ngx_crm_filter_kind_is_cut(r, b)) {
            rc = ngx_crm_filter_hold_cut(r, ctx);
            return ngx_crm_filter_hold_send(r, ctx, rc, cl);
        }
    }

    return NGX_OK;
}


/* NGX_DECLINED: it is more than may be held */

static ngx_int_t
ngx_crm_filter_hold_add(ngx_http_request_t *r, ngx_crm_filter_t *f,
    const ngx_buf_t *b)
{
    size_t  size;

    if (!ngx_buf_in_memory(b)) {
        return NGX_OK;
    }

    size = b->last - b->pos;

    if (size > f->max - f->held.len) {
        return NGX_DECLINED;
    }

    if (size > f->room - f->held.len
        && ngx_crm_filter_hold_grow(r, f, f->held.len + size) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_memcpy(f->held.data + f->held.len, b->pos, size);
    f->held.len += size;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_filter_hold_grow(ngx_http_request_t *r, ngx_crm_filter_t *f,
    size_t need)
{
    u_char  *p;
    size_t   room;

    room = need;

    if (r->headers_out.content_length_n == -1) {
        room = ngx_max(room, 2 * f->room);
        room = ngx_max(room, NGX_CRM_FILTER_HOLD_ROOM);
        room = ngx_min(room, f->max);
    }

    p = ngx_pnalloc(r->pool, room);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (f->held.len) {
        ngx_memcpy(p, f->held.data, f->held.len);
    }

    if (f->held.data) {
        (void) ngx_pfree(r->pool, f->held.data);
    }

    f->held.data = p;
    f->room = room;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_filter_hold_overflow(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    if (r->headers_out.status < NGX_HTTP_BAD_REQUEST
        && !ngx_crm_sealed_is(ctx))
    {
        switch (ngx_crm_filter_stream_begin(r, ctx->filter)) {

        case NGX_OK:
            ngx_crm_gone_note(r, ctx, r->headers_out.status);
            return ngx_crm_filter_next_header(r);

        case NGX_ERROR:
            return NGX_ERROR;
        }
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "crm: the upstream's answer is larger than %uz bytes: "
                  "write a larger crm_envelope_buffer_size",
                  ctx->filter->max);

    return ngx_crm_filter_seal_failure(r, ctx);
}


static ngx_int_t
ngx_crm_filter_hold_cut(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "crm: the upstream's answer ended half-way");

    return ngx_crm_filter_seal_failure(r, ctx);
}


static ngx_int_t
ngx_crm_filter_hold_end(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_crm_filter_t   *f;
    ngx_crm_message_t   message;

    f = ctx->filter;

    /* where nothing is said, the status says it */

    if (f->held.len == 0 && r->headers_out.status >= NGX_HTTP_BAD_REQUEST) {
        return ngx_crm_filter_seal_refusal(r, ctx);
    }

    if (f->whole) {
        return ngx_crm_filter_seal_held(r, ctx);
    }

    if (ngx_crm_filter_hold_open(r, f, &message) != NGX_OK) {

        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "crm: the upstream's answer is no JSON, or no \"%V\" "
                      "envelope", &f->from->api->name);

        return ngx_crm_filter_seal_failure(r, ctx);
    }

    if (message.ok) {
        ngx_crm_gone_note(r, ctx, message.status);
    }

    return (f->from->api == f->to->api)
           ? ngx_crm_filter_seal_held(r, ctx)
           : ngx_crm_filter_seal_message(r, ctx, &message);
}


/* a success that neither has a type nor a byte says all by its status */

static ngx_int_t
ngx_crm_filter_hold_open(ngx_http_request_t *r, const ngx_crm_filter_t *f,
    ngx_crm_message_t *message)
{
    if (f->held.len == 0 && f->from->api->by_status
        && (r->headers_out.content_length_n == 0
            || (r->upstream && r->upstream->headers_in.chunked))
        && ngx_crm_filter_kind_is_untyped(r))
    {
        ngx_memzero(message, sizeof(ngx_crm_message_t));
        message->ok = 1;
        message->status = r->headers_out.status;

        return NGX_OK;
    }

    return ngx_crm_envelope_open(f->from, r->headers_out.status, &f->held,
                                 message);
}


/* the body follows its header, and uses up the rest of what came in */

static ngx_int_t
ngx_crm_filter_hold_send(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_int_t rc, ngx_chain_t *rest)
{
    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return NGX_ERROR;
    }

    if (ctx->filter->way == NGX_CRM_FILTER_STREAM) {
        return ngx_crm_filter_stream(r, ctx->filter, rest);
    }

    return ngx_crm_filter_seal_send(r, ctx->filter, rest);
}
