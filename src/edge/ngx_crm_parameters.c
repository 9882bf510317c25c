/* name=value parameters of a directive, described by a table. */

#include "edge/ngx_crm_parameters.h"
#include "base/ngx_crm_text.h"
#include "edge/ngx_crm_listing.h"
#include "engine/ngx_crm_file.h"


#define NGX_CRM_PARAMETERS_FILE_MAX  65536


static char *ngx_crm_parameters_set(ngx_conf_t *cf,
    const ngx_crm_parameter_t *p, ngx_str_t *value, void *conf);
static char *ngx_crm_parameters_list(ngx_conf_t *cf, ngx_str_t *value,
    ngx_array_t **list);
static char *ngx_crm_parameters_hex(ngx_conf_t *cf, ngx_str_t *text,
    ngx_str_t *bytes);


void
ngx_crm_parameters_default(const ngx_crm_parameter_t *table, void *conf)
{
    u_char  *field;

    for ( /* void */ ; table->name.len; table++) {

        field = (u_char *) conf + table->offset;

        if (table->kind == NGX_CRM_LIST) {
            *(ngx_array_t **) field = NULL;
            continue;
        }

        *(ngx_int_t *) field = table->initial;
    }
}


char *
ngx_crm_parameters_read(ngx_conf_t *cf, ngx_uint_t first,
    const ngx_crm_parameter_t *table, void *conf)
{
    char                       *rv;
    ngx_str_t                  *args, value, list;
    uint64_t                    seen;
    ngx_uint_t                  i;
    const ngx_crm_parameter_t  *p;

    args = cf->args->elts;
    seen = 0;

    for (i = first; i < cf->args->nelts; i++) {

        for (p = table; p->name.len; p++) {
            if (args[i].len > p->name.len
                && ngx_memcmp(args[i].data, p->name.data, p->name.len) == 0)
            {
                break;
            }
        }

        if (p->name.len == 0 || (seen & (1ULL << (p - table)))) {
            list = ngx_crm_listing(cf, table, sizeof(ngx_crm_parameter_t));

            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "%s parameter \"%V\" of %V: it takes %V",
                               p->name.len ? "duplicate" : "invalid",
                               &args[i], &args[0], &list);
            return NGX_CONF_ERROR;
        }

        seen |= 1ULL << (p - table);

        value.data = args[i].data + p->name.len;
        value.len = args[i].len - p->name.len;

        rv = ngx_crm_parameters_set(cf, p, &value, conf);

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_crm_parameters_set(ngx_conf_t *cf, const ngx_crm_parameter_t *p,
    ngx_str_t *value, void *conf)
{
    u_char      *field;
    ngx_int_t    n;
    const char  *unit;

    field = (u_char *) conf + p->offset;
    unit = (p->kind == NGX_CRM_SECONDS) ? "s" : "";

    if (p->kind == NGX_CRM_LIST) {
        return ngx_crm_parameters_list(cf, value, (ngx_array_t **) field);
    }

    n = (p->kind == NGX_CRM_SECONDS) ? ngx_parse_time(value, 1)
                                     : ngx_atoi(value->data, value->len);

    if (n == NGX_ERROR || n < p->min || n > p->max) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V%V\", it must be from %i%s to "
                           "%i%s", &p->name, value, p->min, unit, p->max,
                           unit);
        return NGX_CONF_ERROR;
    }

    *(ngx_int_t *) field = n;

    return NGX_CONF_OK;
}


static char *
ngx_crm_parameters_list(ngx_conf_t *cf, ngx_str_t *value, ngx_array_t **list)
{
    u_char     *p, *end;
    ngx_str_t  *item;

    *list = ngx_array_create(cf->pool, 4, sizeof(ngx_str_t));
    if (*list == NULL) {
        return NGX_CONF_ERROR;
    }

    p = value->data;
    end = p + value->len;

    while (p < end) {

        item = ngx_array_push(*list);
        if (item == NULL) {
            return NGX_CONF_ERROR;
        }

        item->data = p;

        while (p < end && *p != ',') {
            p++;
        }

        item->len = p - item->data;
        p++;

        if (item->len < 2 || item->data[0] != '+'
            || ngx_atoi(item->data + 1, item->len - 1) == NGX_ERROR)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid prefix \"%V\", "
                               "write it as \"+357\"", item);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


char *
ngx_crm_parameters_secret(ngx_conf_t *cf, const ngx_str_t *text,
    ngx_str_t *bytes)
{
    ngx_str_t  rest;

    if (text->len > 5 && ngx_strncmp(text->data, "file:", 5) == 0) {
        rest.data = text->data + 5;
        rest.len = text->len - 5;

        return (ngx_crm_file_secret(cf, &rest, NGX_CRM_PARAMETERS_FILE_MAX,
                                    bytes)
                == NGX_OK) ? NGX_CONF_OK : NGX_CONF_ERROR;
    }

    if (text->len > 4 && ngx_strncmp(text->data, "hex:", 4) == 0) {
        rest.data = text->data + 4;
        rest.len = text->len - 4;

        return ngx_crm_parameters_hex(cf, &rest, bytes);
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "write the secret of \"%V\" as file:path or "
                       "hex:digits",
                       (ngx_str_t *) cf->args->elts);

    return NGX_CONF_ERROR;
}


static char *
ngx_crm_parameters_hex(ngx_conf_t *cf, ngx_str_t *text, ngx_str_t *bytes)
{
    bytes->len = text->len / 2;

    bytes->data = ngx_pnalloc(cf->pool, bytes->len);

    if (bytes->data == NULL
        || ngx_crm_file_wipe_with(cf->pool, bytes) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (text->len % 2
        || ngx_crm_text_unhex(bytes->data, text->data, bytes->len) != NGX_OK)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid hex digits in \"%V\"",
                           (ngx_str_t *) cf->args->elts);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
