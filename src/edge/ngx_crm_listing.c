/* What may be written, as a sentence of nginx -t has it: "a, b or c". */

#include "edge/ngx_crm_listing.h"
#include "ngx_crm_demands.h"


#define NGX_CRM_LISTING_MAX  32      /* words; no table has as many */


typedef struct {
    ngx_str_t     words[NGX_CRM_LISTING_MAX];
    ngx_uint_t    n;
} ngx_crm_listing_t;


static void ngx_crm_listing_add(ngx_crm_listing_t *list,
    const ngx_str_t *word);
static void ngx_crm_listing_rows(ngx_crm_listing_t *list,
    const ngx_crm_route_t *row);
static ngx_str_t ngx_crm_listing_text(ngx_conf_t *cf,
    const ngx_crm_listing_t *list);


ngx_str_t
ngx_crm_listing(ngx_conf_t *cf, const void *table, size_t size)
{
    const u_char       *row;
    ngx_crm_listing_t   list;

    list.n = 0;

    for (row = table; ((const ngx_str_t *) row)->len; row += size) {
        ngx_crm_listing_add(&list, (const ngx_str_t *) row);
    }

    return ngx_crm_listing_text(cf, &list);
}


ngx_str_t
ngx_crm_listing_apis(ngx_conf_t *cf)
{
    ngx_uint_t         i;
    ngx_crm_listing_t  list;

    list.n = 0;

    for (i = 0; ngx_crm_apis[i]; i++) {
        ngx_crm_listing_add(&list, &ngx_crm_apis[i]->name);
    }

    return ngx_crm_listing_text(cf, &list);
}


ngx_str_t
ngx_crm_listing_answers(ngx_conf_t *cf, const ngx_crm_api_t *api)
{
    ngx_crm_listing_t  list;

    list.n = 0;

    ngx_crm_listing_rows(&list, api->routes);

    if (api->terms && api->terms->answers) {
        ngx_crm_listing_rows(&list, api->terms->answers);
    }

    return ngx_crm_listing_text(cf, &list);
}


char *
ngx_crm_listing_enum(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t        *args, list;
    ngx_uint_t       *value;
    ngx_conf_enum_t  *word;

    args = cf->args->elts;
    value = (ngx_uint_t *) ((u_char *) conf + cmd->offset);

    if (*value != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    for (word = cmd->post; word->name.len; word++) {

        if (word->name.len == args[1].len
            && ngx_strcasecmp(word->name.data, args[1].data) == 0)
        {
            *value = word->value;
            return NGX_CONF_OK;
        }
    }

    list = ngx_crm_listing(cf, cmd->post, sizeof(ngx_conf_enum_t));

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" of %V: write %V", &args[1],
                       &cmd->name, &list);

    return NGX_CONF_ERROR;
}


/* each once: several routes may be answered by one flow */

static void
ngx_crm_listing_add(ngx_crm_listing_t *list, const ngx_str_t *word)
{
    ngx_uint_t  i;

    for (i = 0; i < list->n; i++) {

        if (list->words[i].len == word->len
            && ngx_memcmp(list->words[i].data, word->data, word->len) == 0)
        {
            return;
        }
    }

    if (list->n < NGX_CRM_LISTING_MAX) {
        list->words[list->n++] = *word;
    }
}


static void
ngx_crm_listing_rows(ngx_crm_listing_t *list, const ngx_crm_route_t *row)
{
    for ( /* void */ ; row->path.len; row++) {
        if (row->steps && row->answer.len) {
            ngx_crm_listing_add(list, &row->answer);
        }
    }
}


static ngx_str_t
ngx_crm_listing_text(ngx_conf_t *cf, const ngx_crm_listing_t *list)
{
    u_char      *p;
    size_t       len;
    ngx_str_t    text;
    ngx_uint_t   i;

    ngx_str_null(&text);
    len = 0;

    for (i = 0; i < list->n; i++) {
        len += list->words[i].len + sizeof(" or ") - 1;
    }

    p = ngx_pnalloc(cf->pool, len + 1);
    if (p == NULL) {
        return text;
    }

    text.data = p;

    for (i = 0; i < list->n; i++) {

        if (i) {
            p = ngx_sprintf(p, i + 1 < list->n ? ", " : " or ");
        }

        p = ngx_cpymem(p, list->words[i].data, list->words[i].len);
    }

    text.len = p - text.data;

    return text;
}
