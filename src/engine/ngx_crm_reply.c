#include "engine/ngx_crm_reply.h"

#include <hiredis/hiredis.h>


ngx_int_t
ngx_crm_reply_text(const ngx_crm_reply_t *reply, ngx_str_t *text)
{
    if (reply == NULL) {
        return NGX_ERROR;
    }

    if (reply->type == REDIS_REPLY_NIL) {
        return NGX_DECLINED;
    }

    if (reply->type != REDIS_REPLY_STRING && reply->type != REDIS_REPLY_STATUS)
    {
        return NGX_ERROR;
    }

    if ((size_t) reply->len > NGX_CRM_REPLY_TEXT_MAX) {
        return NGX_ERROR;
    }

    text->len = reply->len;
    text->data = (u_char *) reply->str;

    return NGX_OK;
}


ngx_int_t
ngx_crm_reply_integer(const ngx_crm_reply_t *reply, int64_t *n)
{
    if (reply == NULL || reply->type != REDIS_REPLY_INTEGER) {
        return NGX_ERROR;
    }

    *n = reply->integer;

    return NGX_OK;
}


ngx_int_t
ngx_crm_reply_array(const ngx_crm_reply_t *reply, ngx_uint_t n)
{
    if (reply == NULL || reply->type != REDIS_REPLY_ARRAY
        || reply->elements != n)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


const ngx_crm_reply_t *
ngx_crm_reply_element(const ngx_crm_reply_t *reply, ngx_uint_t i)
{
    if (reply == NULL || reply->type != REDIS_REPLY_ARRAY
        || i >= reply->elements)
    {
        return NULL;
    }

    return reply->element[i];
}


ngx_str_t
ngx_crm_reply_error(const ngx_crm_reply_t *reply)
{
    ngx_str_t  text;

    ngx_str_null(&text);

    if (reply && reply->type == REDIS_REPLY_ERROR) {
        text.len = reply->len;
        text.data = (u_char *) reply->str;
    }

    return text;
}


ngx_uint_t
ngx_crm_reply_is(const ngx_crm_reply_t *reply, const char *code)
{
    size_t  n;

    if (reply == NULL || reply->type != REDIS_REPLY_ERROR) {
        return 0;
    }

    n = ngx_strlen(code);

    return (size_t) reply->len >= n
           && ngx_memcmp(reply->str, code, n) == 0
           && ((size_t) reply->len == n || reply->str[n] == ' ');
}


void
ngx_crm_reply_brief(u_char *dst, const ngx_crm_reply_t *reply)
{
    u_char      ch, *start;
    size_t      i;
    ngx_str_t   text;

    text = ngx_crm_reply_error(reply);
    start = dst;

    for (i = 0; i < text.len && i < NGX_CRM_REPLY_BRIEF - 1; i++) {
        ch = text.data[i];

        if (ch == '\'' || ch == '`' || ch == '"') {
            break;
        }

        *dst++ = (ch >= 0x20 && ch <= 0x7e) ? ch : '?';
    }

    while (dst > start && dst[-1] == ' ') {
        dst--;
    }

    *dst = '\0';
}


ngx_int_t
ngx_crm_reply_wrong(ngx_http_request_t *r, const char *what)
{
    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "Redis' reply to \"%s\" is of a wrong form", what);

    return NGX_HTTP_BAD_GATEWAY;
}
