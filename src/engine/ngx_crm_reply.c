#include "engine/ngx_crm_reply.h"

#include <ctype.h>
#include <hiredis/hiredis.h>


static ngx_uint_t ngx_crm_reply_quotes(const ngx_str_t *text, size_t i);


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


ngx_int_t
ngx_crm_reply_read(const ngx_crm_reply_t *reply, const char *types, ...)
{
    va_list                 args;
    ngx_int_t               rc;
    ngx_uint_t              i;
    const ngx_crm_reply_t  *element;

    rc = ngx_crm_reply_array(reply, ngx_strlen(types));

    va_start(args, types);

    for (i = 0; rc == NGX_OK && types[i]; i++) {

        element = ngx_crm_reply_element(reply, i);

        rc = (types[i] == 'i')
             ? ngx_crm_reply_integer(element, va_arg(args, int64_t *))
             : ngx_crm_reply_text(element, va_arg(args, ngx_str_t *));
    }

    va_end(args);

    return rc;
}


ngx_int_t
ngx_crm_reply_texts(const ngx_crm_reply_t *reply, ngx_str_t *texts,
    ngx_uint_t n)
{
    ngx_int_t   rc, found;
    ngx_uint_t  i;

    if (ngx_crm_reply_array(reply, n) != NGX_OK) {
        return NGX_ERROR;
    }

    found = 0;

    for (i = 0; i < n; i++) {

        ngx_str_null(&texts[i]);

        rc = ngx_crm_reply_text(ngx_crm_reply_element(reply, i), &texts[i]);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        found += (rc == NGX_OK);
    }

    return found;
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
    ngx_uint_t  ours;

    text = ngx_crm_reply_error(reply);
    ours = !ngx_crm_reply_is(reply, "NOPERM");
    start = dst;

    for (i = 0; i < text.len && i < NGX_CRM_REPLY_BRIEF - 1; i++) {
        ch = text.data[i];

        if (ours && ngx_crm_reply_quotes(&text, i)) {
            break;
        }

        *dst++ = (ch >= 0x20 && ch <= 0x7e) ? ch : '?';
    }

    while (dst > start && dst[-1] == ' ') {
        dst--;
    }

    *dst = '\0';
}


/* "can't" does not */

static ngx_uint_t
ngx_crm_reply_quotes(const ngx_str_t *text, size_t i)
{
    switch (text->data[i]) {

    case '"':
    case '`':
        return 1;

    case '\'':
        return i == 0 || i + 1 == text->len
               || !isalpha(text->data[i - 1]) || !isalpha(text->data[i + 1]);
    }

    return 0;
}


ngx_int_t
ngx_crm_reply_wrong(ngx_http_request_t *r, const char *what)
{
    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "Redis' reply to \"%s\" is of a wrong form", what);

    return NGX_HTTP_BAD_GATEWAY;
}
