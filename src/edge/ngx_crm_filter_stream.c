/* Answers that are wrapped as they pass, and so need not be held. */

#include "edge/ngx_crm_filter_stream.h"
#include "edge/ngx_crm_filter_headers.h"
#include "edge/ngx_crm_filter_kind.h"
#include "edge/ngx_crm_filter_seal.h"
#include "base/ngx_crm_scan_stream.h"
#include "engine/ngx_crm_envelope.h"


struct ngx_crm_filter_stream_s {
    ngx_str_t                before;
    ngx_str_t                after;
    ngx_uint_t               begun;
    ngx_crm_scan_stream_t    scan;
};


static ngx_int_t ngx_crm_filter_stream_scan(ngx_http_request_t *r,
    ngx_crm_filter_stream_t *s, ngx_chain_t *in);
static ngx_chain_t *ngx_crm_filter_stream_first(ngx_http_request_t *r,
    ngx_crm_filter_t *f, ngx_chain_t *in);
static ngx_int_t ngx_crm_filter_stream_last(ngx_http_request_t *r,
    ngx_crm_filter_t *f);
static ngx_int_t ngx_crm_filter_stream_reset(ngx_http_request_t *r);


ngx_int_t
ngx_crm_filter_stream_begin(ngx_http_request_t *r, ngx_crm_filter_t *f)
{
    off_t                     len;
    ngx_str_t                 before, after;
    ngx_crm_filter_stream_t  *s;

    if (ngx_crm_envelope_wrap(f->from, f->to, &before, &after) != NGX_OK) {
        return NGX_DECLINED;
    }

    s = ngx_pcalloc(r->pool, sizeof(ngx_crm_filter_stream_t));
    if (s == NULL) {
        return NGX_ERROR;
    }

    s->before = before;
    s->after = after;

    if (f->held.len
        && ngx_crm_scan_stream_feed(&s->scan, f->held.data,
                                    f->held.data + f->held.len)
           != NGX_OK)
    {
        return NGX_DECLINED;
    }

    len = r->headers_out.content_length_n;

    if (len != -1) {
        len += before.len + after.len;
    }

    ngx_crm_filter_headers_rewrite(r, r->headers_out.status, len);

    f->stream = s;
    f->way = NGX_CRM_FILTER_STREAM;

    return NGX_OK;
}


ngx_int_t
ngx_crm_filter_stream(ngx_http_request_t *r, ngx_crm_filter_t *f,
    ngx_chain_t *in)
{
    ngx_int_t     rc, last;
    ngx_chain_t  *out;

    last = ngx_crm_filter_stream_scan(r, f->stream, in);

    if (last == NGX_ERROR) {
        return ngx_crm_filter_stream_reset(r);
    }

    out = in;

    if (!f->stream->begun) {
        out = ngx_crm_filter_stream_first(r, f, in);
        if (out == NULL) {
            return NGX_ERROR;
        }
    }

    rc = ngx_crm_filter_next_body(r, out);

    if (rc == NGX_ERROR || last != NGX_DONE) {
        return rc;
    }

    return ngx_crm_filter_stream_last(r, f);
}


/* NGX_DONE: it was the last of it, which it is no more */

static ngx_int_t
ngx_crm_filter_stream_scan(ngx_http_request_t *r, ngx_crm_filter_stream_t *s,
    ngx_chain_t *in)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    for (cl = in; cl; cl = cl->next) {
        b = cl->buf;

        if (ngx_buf_in_memory(b)
            && ngx_crm_scan_stream_feed(&s->scan, b->pos, b->last) != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (ngx_crm_filter_kind_is_cut(r, b)) {
            return NGX_ERROR;
        }

        if (!ngx_crm_filter_kind_is_last(r, b)) {
            continue;
        }

        if (!ngx_crm_scan_stream_whole(&s->scan)) {
            return NGX_ERROR;
        }

        b->last_buf = 0;
        b->last_in_chain = 0;
        b->sync = 1;

        return NGX_DONE;
    }

    return NGX_OK;
}


static ngx_chain_t *
ngx_crm_filter_stream_first(ngx_http_request_t *r, ngx_crm_filter_t *f,
    ngx_chain_t *in)
{
    ngx_chain_t  *before, *held;

    before = ngx_crm_filter_seal_link(r, &f->stream->before);
    if (before == NULL) {
        return NULL;
    }

    f->stream->begun = 1;
    before->next = in;

    if (f->held.len == 0) {
        return before;
    }

    held = ngx_crm_filter_seal_link(r, &f->held);
    if (held == NULL) {
        return NULL;
    }

    before->next = held;
    held->next = in;

    return before;
}


static ngx_int_t
ngx_crm_filter_stream_last(ngx_http_request_t *r, ngx_crm_filter_t *f)
{
    ngx_chain_t  *after;

    after = ngx_crm_filter_seal_link(r, &f->stream->after);
    if (after == NULL) {
        return NGX_ERROR;
    }

    ngx_crm_filter_seal_last(r, after->buf);

    return ngx_crm_filter_seal_end(r, f, after);
}


/*
 * A connection that just ends is the end of the answer to a client of
 * HTTP/1.0.  A stream of HTTP/2 shares its socket with others, and NGINX
 * resets it when it closes the request.
 */

static ngx_int_t
ngx_crm_filter_stream_reset(ngx_http_request_t *r)
{
    struct linger      linger;
    ngx_connection_t  *c;

    c = r->connection;

    ngx_log_error(NGX_LOG_ERR, c->log, 0,
                  "crm: the upstream's answer is no JSON, or ended half-way, "
                  "after a part of it was sent");

    if (r->http_version <= NGX_HTTP_VERSION_11) {

        linger.l_onoff = 1;
        linger.l_linger = 0;

        if (setsockopt(c->fd, SOL_SOCKET, SO_LINGER,
                       (const void *) &linger, sizeof(struct linger))
            == -1)
        {
            ngx_log_error(NGX_LOG_ALERT, c->log, ngx_socket_errno,
                          "setsockopt(SO_LINGER) failed");
        }
    }

    c->error = 1;

    return NGX_ERROR;
}
