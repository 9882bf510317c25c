#include "store/ngx_crm_record.h"
#include "base/ngx_crm_text.h"


static ngx_int_t ngx_crm_record_put(u_char **p, u_char *last,
    const ngx_str_t *text, u_char *len);


ngx_int_t
ngx_crm_record_pack(ngx_crm_record_t *record, const ngx_str_t *app,
    const ngx_str_t *contact, const ngx_str_t *session)
{
    u_char  *p, *last;

    if (session && session->len > NGX_CRM_RECORD_SESSION) {
        return NGX_DECLINED;
    }

    p = record->texts;
    last = p + sizeof(record->texts);

    if (ngx_crm_record_put(&p, last, app, &record->app) != NGX_OK
        || ngx_crm_record_put(&p, last, contact, &record->contact) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    return ngx_crm_record_put(&p, last, session, &record->session);
}


static ngx_int_t
ngx_crm_record_put(u_char **p, u_char *last, const ngx_str_t *text,
    u_char *len)
{
    if (text == NULL) {
        *len = 0;
        return NGX_OK;
    }

    if (!ngx_crm_text_is_id(text) || text->len > (size_t) (last - *p)) {
        return NGX_DECLINED;
    }

    *len = (u_char) text->len;
    *p = ngx_cpymem(*p, text->data, text->len);

    return NGX_OK;
}


void
ngx_crm_record_keep(ngx_crm_record_t *record,
    const u_char keys[NGX_CRM_RECORD_KEYS])
{
    ngx_memcpy(record->texts + record->app + record->contact, keys,
               NGX_CRM_RECORD_KEYS);

    record->session = NGX_CRM_RECORD_KEYS;
}


ngx_int_t
ngx_crm_record_unpack(const ngx_crm_record_t *record, ngx_pool_t *pool,
    ngx_str_t *app, ngx_str_t *contact, ngx_str_t *session)
{
    u_char  *p;
    size_t   len;

    len = record->app + record->contact + record->session;

    p = ngx_pnalloc(pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, record->texts, len);

    if (app) {
        app->len = record->app;
        app->data = p;
    }

    p += record->app;

    if (contact) {
        contact->len = record->contact;
        contact->data = p;
    }

    p += record->contact;

    if (session) {
        session->len = record->session;
        session->data = p;
    }

    return NGX_OK;
}
