/* The one place that knows what a key's name begins with. */

#include "store/ngx_crm_name.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_NAME_MAX  1024       /* bytes; ours have about 400 */


static const ngx_str_t  ngx_crm_name_modes[] = {
    ngx_string("live"), ngx_string("test")
};

static const ngx_str_t  ngx_crm_name_prefixes[] = {
    ngx_string("crm:live:"), ngx_string("crm:test:")
};


ngx_int_t
ngx_crm_name(ngx_http_request_t *r, ngx_crm_ctx_t *ctx, ngx_str_t *name,
    const char *fmt, ...)
{
    u_char            buf[NGX_CRM_NAME_MAX], *p, *last;
    va_list           args;
    const ngx_str_t  *prefix;

    last = buf + NGX_CRM_NAME_MAX;

    prefix = &ngx_crm_name_prefixes[ctx->mode];
    p = ngx_cpymem(buf, prefix->data, prefix->len);

    va_start(args, fmt);
    p = ngx_vslprintf(p, last, fmt, args);
    va_end(args);

    /* a name that was cut off could be another one's */

    if (p == last) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "crm: the name of a key is too long: \"%s\"", fmt);
        return NGX_ERROR;
    }

    name->len = p - buf;

    name->data = ngx_pnalloc(r->pool, name->len);
    if (name->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(name->data, buf, name->len);

    return NGX_OK;
}


const ngx_str_t *
ngx_crm_name_mode(ngx_crm_mode_e mode)
{
    return &ngx_crm_name_modes[mode];
}


ngx_int_t
ngx_crm_name_number(ngx_http_request_t *r, ngx_str_t *text, ngx_int_t n)
{
    text->data = ngx_pnalloc(r->pool, NGX_INT_T_LEN);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    text->len = ngx_crm_text_decimal(text->data, n) - text->data;

    return NGX_OK;
}
