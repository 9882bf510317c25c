#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan_stream.h"
#include "base/ngx_crm_scan.h"


static ngx_int_t ngx_crm_scan_stream_take(ngx_crm_scan_stream_t *stream,
    u_char c);
static ngx_int_t ngx_crm_scan_stream_value(ngx_crm_scan_stream_t *stream,
    u_char c);
static void ngx_crm_scan_stream_after(ngx_crm_scan_stream_t *stream);
static ngx_int_t ngx_crm_scan_stream_close(ngx_crm_scan_stream_t *stream,
    u_char c);


ngx_int_t
ngx_crm_scan_stream_feed(ngx_crm_scan_stream_t *stream, u_char *p,
    u_char *end)
{
    ngx_int_t  rc;

    for ( ;; ) {

        if (stream->token.state == NGX_CRM_SCAN_NONE) {
            p = ngx_crm_scan_space(p, end);

            if (p == end) {
                return NGX_OK;
            }

            if (ngx_crm_scan_stream_take(stream, *p++) != NGX_OK) {
                return NGX_ERROR;
            }

            continue;
        }

        rc = ngx_crm_scan_token_feed(&stream->token, &p, end);

        if (rc != NGX_OK) {
            return (rc == NGX_AGAIN) ? NGX_OK : NGX_ERROR;
        }

        if (stream->named) {
            stream->named = 0;
            stream->expected = NGX_CRM_SCAN_COLON;
            continue;
        }

        ngx_crm_scan_stream_after(stream);
    }
}


static ngx_int_t
ngx_crm_scan_stream_take(ngx_crm_scan_stream_t *stream, u_char c)
{
    switch (stream->expected) {

    case NGX_CRM_SCAN_FIRST:
        if (c == ']') {
            return ngx_crm_scan_stream_close(stream, c);
        }

        return ngx_crm_scan_stream_value(stream, c);

    case NGX_CRM_SCAN_VALUE:
        return ngx_crm_scan_stream_value(stream, c);

    case NGX_CRM_SCAN_FIRST_NAME:
        if (c == '}') {
            return ngx_crm_scan_stream_close(stream, c);
        }

        /* fall through */

    case NGX_CRM_SCAN_NAME:
        if (c != '"') {
            return NGX_ERROR;
        }

        stream->named = 1;
        return ngx_crm_scan_token_begin(&stream->token, c);

    case NGX_CRM_SCAN_COLON:
        stream->expected = NGX_CRM_SCAN_VALUE;
        return (c == ':') ? NGX_OK : NGX_ERROR;

    case NGX_CRM_SCAN_AFTER:
        if (c == ',') {
            stream->expected = (stream->objects & 1) ? NGX_CRM_SCAN_NAME
                                                     : NGX_CRM_SCAN_VALUE;
            return NGX_OK;
        }

        return ngx_crm_scan_stream_close(stream, c);

    default:
        return NGX_ERROR;
    }
}


static ngx_int_t
ngx_crm_scan_stream_value(ngx_crm_scan_stream_t *stream, u_char c)
{
    if (c != '{' && c != '[') {
        return ngx_crm_scan_token_begin(&stream->token, c);
    }

    if (stream->depth == NGX_CRM_SCAN_DEPTH) {
        return NGX_ERROR;
    }

    stream->depth++;
    stream->objects = stream->objects << 1 | (c == '{');
    stream->expected = (c == '{') ? NGX_CRM_SCAN_FIRST_NAME
                                  : NGX_CRM_SCAN_FIRST;
    return NGX_OK;
}


static void
ngx_crm_scan_stream_after(ngx_crm_scan_stream_t *stream)
{
    stream->expected = stream->depth ? NGX_CRM_SCAN_AFTER
                                     : NGX_CRM_SCAN_NOTHING;
}


static ngx_int_t
ngx_crm_scan_stream_close(ngx_crm_scan_stream_t *stream, u_char c)
{
    if (c != ((stream->objects & 1) ? '}' : ']')) {
        return NGX_ERROR;
    }

    stream->depth--;
    stream->objects >>= 1;

    ngx_crm_scan_stream_after(stream);

    return NGX_OK;
}


ngx_uint_t
ngx_crm_scan_stream_whole(const ngx_crm_scan_stream_t *stream)
{
    if (stream->token.state != NGX_CRM_SCAN_NONE) {
        return stream->depth == 0
               && ngx_crm_scan_token_may_end(&stream->token);
    }

    return stream->expected == NGX_CRM_SCAN_NOTHING;
}
