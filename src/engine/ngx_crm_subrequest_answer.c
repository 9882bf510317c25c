/*
 * NGINX's own in-memory subrequests end the whole request where an answer is
 * larger than subrequest_output_buffer_size.  Here the answer is taken by a
 * filter in front of theirs, so that the client hears of it.
 */

#include "engine/ngx_crm_subrequest_answer.h"
#include "engine/ngx_crm_walk.h"


static ngx_crm_subrequest_t *ngx_crm_subrequest_answer_of(
    ngx_http_request_t *r);
static ngx_int_t ngx_crm_subrequest_answer_header_filter(
    ngx_http_request_t *r);
static ngx_int_t ngx_crm_subrequest_answer_body_filter(
    ngx_http_request_t *r, ngx_chain_t *in);
static ngx_int_t ngx_crm_subrequest_answer_take(ngx_http_request_t *r,
    ngx_crm_subrequest_t *sub, ngx_buf_t *b);
static ngx_int_t ngx_crm_subrequest_answer_failure(ngx_http_request_t *r,
    ngx_crm_subrequest_t *sub, ngx_int_t rc);


static ngx_http_output_header_filter_pt  ngx_crm_subrequest_answer_next_header;
static ngx_http_output_body_filter_pt    ngx_crm_subrequest_answer_next_body;


ngx_uint_t
ngx_crm_subrequest_answer_is(ngx_http_request_t *r)
{
    return ngx_crm_subrequest_answer_of(r) != NULL;
}


static ngx_crm_subrequest_t *
ngx_crm_subrequest_answer_of(ngx_http_request_t *r)
{
    return (r != r->main && r->post_subrequest
            && r->post_subrequest->handler == ngx_crm_subrequest_answer_done)
           ? r->post_subrequest->data : NULL;
}


static ngx_int_t
ngx_crm_subrequest_answer_header_filter(ngx_http_request_t *r)
{
    ngx_str_t             *type;
    ngx_crm_subrequest_t  *sub;

    static const ngx_str_t  json = ngx_string("application/json");

    sub = ngx_crm_subrequest_answer_of(r);

    if (sub == NULL) {
        return ngx_crm_subrequest_answer_next_header(r);
    }

    type = &r->headers_out.content_type;

    r->header_sent = 1;

    sub->answered = 1;
    sub->status = r->headers_out.status;
    sub->json = type->len >= json.len
                && ngx_strncasecmp(type->data, json.data, json.len) == 0;

    return NGX_OK;
}


static ngx_int_t
ngx_crm_subrequest_answer_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_crm_subrequest_t  *sub;

    sub = ngx_crm_subrequest_answer_of(r);

    if (sub == NULL) {
        return ngx_crm_subrequest_answer_next_body(r, in);
    }

    for ( /* void */ ; in; in = in->next) {

        if (ngx_crm_subrequest_answer_take(r, sub, in->buf) != NGX_OK) {
            return NGX_ERROR;
        }

        /* NGINX ends with it an answer that came whole, and no other */

        if (in->buf->last_buf || in->buf->last_in_chain) {
            sub->complete = 1;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_subrequest_answer_take(ngx_http_request_t *r,
    ngx_crm_subrequest_t *sub, ngx_buf_t *b)
{
    size_t                     len, max;
    ngx_http_core_loc_conf_t  *clcf;

    if (!ngx_buf_in_memory(b)) {
        return NGX_OK;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    max = clcf->subrequest_output_buffer_size;
    len = b->last - b->pos;

    if (len > max - sub->answer.len) {
        sub->large = 1;
    }

    if (sub->answer.data == NULL) {
        sub->answer.data = ngx_pnalloc(r->pool, max);
        if (sub->answer.data == NULL) {
            return NGX_ERROR;
        }
    }

    if (!sub->large) {
        ngx_memcpy(sub->answer.data + sub->answer.len, b->pos, len);
        sub->answer.len += len;
    }

    b->pos = b->last;

    return NGX_OK;
}


/* NGX_OK: whatever became of it, the request that asked goes on */

ngx_int_t
ngx_crm_subrequest_answer_done(ngx_http_request_t *r, void *data, ngx_int_t rc)
{
    ngx_crm_subrequest_t *sub = data;

    if (rc == NGX_HTTP_CLIENT_CLOSED_REQUEST || r->connection->error) {
        return rc;
    }

    sub->failed = ngx_crm_subrequest_answer_failure(r, sub, rc);

    ngx_crm_walk_return(sub->asker);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_subrequest_answer_failure(ngx_http_request_t *r,
    ngx_crm_subrequest_t *sub, ngx_int_t rc)
{
    if (sub->large) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "crm: the answer to a request of the edge's own is "
                      "larger than subrequest_output_buffer_size");
        return NGX_HTTP_BAD_GATEWAY;
    }

    if (sub->answered && sub->complete) {
        return 0;
    }

    /* proxy_intercept_errors has kept the header, and there is no body */

    if (!sub->answered && r->upstream && rc >= NGX_HTTP_BAD_REQUEST
        && r->upstream->headers_in.status_n == (ngx_uint_t) rc)
    {
        sub->status = rc;
        return 0;
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "crm: no whole answer came to a request of the edge's own");

    return (rc >= NGX_HTTP_INTERNAL_SERVER_ERROR) ? rc : NGX_HTTP_BAD_GATEWAY;
}


ngx_int_t
ngx_crm_subrequest_answer_init(ngx_conf_t *cf)
{
    ngx_crm_subrequest_answer_next_header = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_crm_subrequest_answer_header_filter;

    ngx_crm_subrequest_answer_next_body = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_crm_subrequest_answer_body_filter;

    return NGX_OK;
}
