/* From an answer to a message of no dialect. */

#include "engine/ngx_crm_envelope.h"
#include "engine/ngx_crm_envelope_words.h"
#include "engine/ngx_crm_refuse_reason.h"
#include "engine/ngx_crm_shape_open.h"
#include "engine/ngx_crm_shape_parts.h"
#include "base/ngx_crm_json_quote.h"
#include "base/ngx_crm_scan_string.h"


typedef enum {
    NGX_CRM_ENVELOPE_STATUS = 0,
    NGX_CRM_ENVELOPE_NUMBER,
    NGX_CRM_ENVELOPE_CODE,
    NGX_CRM_ENVELOPE_MESSAGE,
    NGX_CRM_ENVELOPE_PARAMETERS,
    NGX_CRM_ENVELOPE_HOLES
} ngx_crm_envelope_hole_e;


static ngx_int_t ngx_crm_envelope_success(const ngx_crm_dialect_t *from,
    const ngx_str_t *body, ngx_crm_message_t *message);
static ngx_int_t ngx_crm_envelope_failure(const ngx_crm_dialect_t *from,
    const ngx_str_t *body, ngx_crm_message_t *message);
static ngx_int_t ngx_crm_envelope_text(const ngx_crm_span_t *span,
    ngx_str_t *text);
static void ngx_crm_envelope_parameters(const ngx_crm_span_t *span,
    ngx_crm_message_t *message);
static ngx_uint_t ngx_crm_envelope_status(const ngx_str_t *text);
static void ngx_crm_envelope_reason(const ngx_crm_api_t *api,
    ngx_crm_message_t *message);


ngx_crm_dialect_t *
ngx_crm_envelope_dialect(ngx_pool_t *pool, const ngx_crm_api_t *api)
{
    ngx_crm_dialect_t  *dialect;

    dialect = ngx_palloc(pool, sizeof(ngx_crm_dialect_t));
    if (dialect == NULL) {
        return NULL;
    }

    dialect->api = api;
    dialect->success = ngx_crm_shape_compile(pool, &api->success);
    dialect->failure = ngx_crm_shape_compile(pool, &api->failure);

    return (dialect->success && dialect->failure) ? dialect : NULL;
}


ngx_int_t
ngx_crm_envelope_open(const ngx_crm_dialect_t *from, ngx_uint_t status,
    const ngx_str_t *body, ngx_crm_message_t *message)
{
    ngx_int_t  rc;

    ngx_memzero(message, sizeof(ngx_crm_message_t));

    message->status = status;

    if (!from->api->by_status || status < NGX_HTTP_BAD_REQUEST) {
        rc = ngx_crm_envelope_success(from, body, message);

        if (rc == NGX_OK || from->api->by_status) {
            return rc;
        }
    }

    return ngx_crm_envelope_failure(from, body, message);
}


static ngx_int_t
ngx_crm_envelope_success(const ngx_crm_dialect_t *from, const ngx_str_t *body,
    ngx_crm_message_t *message)
{
    ngx_crm_binding_t  payload = { ngx_string("payload"), { NULL, 0 } };

    if (ngx_crm_shape_open(from->success, body, &payload, 1,
                           &message->payload.members)
        != NGX_OK)
    {
        message->payload.members.n = 0;
        return NGX_DECLINED;
    }

    message->ok = 1;
    message->payload.text.data = payload.span.data;
    message->payload.text.len = payload.span.len;
    message->payload.without = from->success->flat ? from->success : NULL;

    /* its body calls it a success, whatever its status line does */

    if (message->status >= NGX_HTTP_BAD_REQUEST) {
        message->status = NGX_HTTP_OK;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_envelope_failure(const ngx_crm_dialect_t *from, const ngx_str_t *body,
    ngx_crm_message_t *message)
{
    ngx_str_t          status, number;
    ngx_crm_binding_t  found[NGX_CRM_ENVELOPE_HOLES] = {
        { ngx_string("status"), { NULL, 0 } },
        { ngx_string("number"), { NULL, 0 } },
        { ngx_string("code"), { NULL, 0 } },
        { ngx_string("message"), { NULL, 0 } },
        { ngx_string("parameters"), { NULL, 0 } }
    };

    if (ngx_crm_shape_open(from->failure, body, found, NGX_CRM_ENVELOPE_HOLES,
                           NULL)
        != NGX_OK
        || ngx_crm_envelope_text(&found[NGX_CRM_ENVELOPE_STATUS].span,
                                 &status) != NGX_OK
        || ngx_crm_envelope_text(&found[NGX_CRM_ENVELOPE_NUMBER].span,
                                 &number) != NGX_OK
        || ngx_crm_envelope_text(&found[NGX_CRM_ENVELOPE_CODE].span,
                                 &message->code) != NGX_OK
        || ngx_crm_envelope_text(&found[NGX_CRM_ENVELOPE_MESSAGE].span,
                                 &message->text) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    if (message->code.len == 0) {
        message->code = number;
    }

    if (message->status < NGX_HTTP_BAD_REQUEST) {
        message->status = ngx_crm_envelope_status(&status);
    }

    ngx_crm_envelope_parameters(&found[NGX_CRM_ENVELOPE_PARAMETERS].span,
                                message);
    ngx_crm_envelope_reason(from->api, message);

    return NGX_OK;
}


/* a string without its quotes and the spaces around it, or a number */

static ngx_int_t
ngx_crm_envelope_text(const ngx_crm_span_t *span, ngx_str_t *text)
{
    ngx_str_null(text);

    if (span->data == NULL || *span->data == 'n') {
        return NGX_OK;
    }

    text->data = span->data;
    text->len = span->len;

    if (*text->data == '-' || (*text->data >= '0' && *text->data <= '9')) {
        return NGX_OK;
    }

    if (*text->data != '"') {
        return NGX_DECLINED;
    }

    text->data++;
    text->len -= 2;

    while (text->len && *text->data == ' ') {
        text->data++;
        text->len--;
    }

    while (text->len && text->data[text->len - 1] == ' ') {
        text->len--;
    }

    return NGX_OK;
}


static void
ngx_crm_envelope_parameters(const ngx_crm_span_t *span,
    ngx_crm_message_t *message)
{
    u_char  *p, *end;

    if (span->data == NULL || *span->data != '[') {
        return;
    }

    message->parameters.data = span->data;
    message->parameters.len = span->len;

    end = span->data + span->len;
    p = ngx_crm_scan_space(span->data + 1, end);

    if (*p == '"') {
        message->parameter.data = p + 1;
        message->parameter.len = ngx_crm_scan_string_end(p, end) - p - 2;
    }
}


/* 0: it is no failure's */

static ngx_uint_t
ngx_crm_envelope_status(const ngx_str_t *text)
{
    ngx_uint_t  i, status;

    if (text->len != 3) {
        return 0;
    }

    status = 0;

    for (i = 0; i < 3; i++) {
        if (text->data[i] < '0' || text->data[i] > '9') {
            return 0;
        }

        status = status * 10 + (text->data[i] - '0');
    }

    return (status >= NGX_HTTP_BAD_REQUEST && status < 600) ? status : 0;
}


/*
 * A reason that the dialect says with another status than its own, as all
 * failures of a dialect may be 200, has its own again.
 */

static void
ngx_crm_envelope_reason(const ngx_crm_api_t *api, ngx_crm_message_t *message)
{
    ngx_uint_t  status;

    ngx_crm_envelope_words_read(api, message);

    if (message->reason == NGX_CRM_PASSED) {

        if (message->status == 0) {
            message->status = NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        message->reason = ngx_crm_refuse_reason(message->status);
        return;
    }

    status = ngx_crm_refuse_reason_status(message->reason);

    if (message->status == 0
        || ngx_crm_envelope_words_status(api, status) == message->status)
    {
        message->status = status;
    }
}


ngx_int_t
ngx_crm_envelope_refuse(ngx_pool_t *pool, const ngx_crm_refusal_t *refusal,
    ngx_crm_message_t *message)
{
    u_char     *p, digits[NGX_TIME_T_LEN];
    time_t      n;
    ngx_str_t   text;

    ngx_memzero(message, sizeof(ngx_crm_message_t));

    message->status = refusal->status;
    message->reason = refusal->name;

    /* of a table: there is nothing in it to be escaped */

    message->text = refusal->text;
    message->own = (refusal->text.len != 0);

    text = refusal->parameter;

    if (refusal->name == NGX_CRM_TOO_MANY_REQUESTS && refusal->retry > 0) {
        p = digits + sizeof(digits);

        for (n = refusal->retry; n; n /= 10) {
            *--p = (u_char) ('0' + n % 10);
        }

        text.data = p;
        text.len = digits + sizeof(digits) - p;
    }

    if (text.len == 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(pool, ngx_crm_json_quote(NULL, &text) + 2);
    if (p == NULL) {
        return NGX_ERROR;
    }

    message->parameters.data = p;
    message->parameters.len = ngx_crm_json_quote(p + 1, &text) + 2;

    p[0] = '[';
    p[message->parameters.len - 1] = ']';

    message->parameter.data = p + 2;
    message->parameter.len = message->parameters.len - 4;

    return NGX_OK;
}


ngx_int_t
ngx_crm_envelope_wrap(const ngx_crm_dialect_t *from,
    const ngx_crm_dialect_t *to, ngx_str_t *before, ngx_str_t *after)
{
    if (from->success->nfields || !from->api->by_status) {
        return NGX_DECLINED;
    }

    return ngx_crm_shape_write_around(to->success, before, after);
}
