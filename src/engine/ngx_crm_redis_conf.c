#include "engine/ngx_crm_redis_conf.h"
#include "engine/ngx_crm_file.h"
#include "engine/ngx_crm_redis_url.h"


#define NGX_CRM_REDIS_CONF_TIME_MAX  60000   /* ms */
#define NGX_CRM_REDIS_CONF_FILE_MAX  4096    /* bytes of a password */


typedef char *(*ngx_crm_redis_conf_pt)(ngx_conf_t *cf, ngx_crm_redis_t *link,
    ngx_str_t *value);

typedef struct {
    ngx_str_t                prefix;
    ngx_crm_redis_conf_pt    read;      /* NULL: not served yet */
} ngx_crm_redis_conf_row_t;


static char *ngx_crm_redis_conf_row(ngx_conf_t *cf, ngx_crm_redis_t *link,
    ngx_str_t *arg, const ngx_crm_redis_conf_row_t *rows,
    char *otherwise);
static char *ngx_crm_redis_conf_connect_timeout(ngx_conf_t *cf,
    ngx_crm_redis_t *link, ngx_str_t *value);
static char *ngx_crm_redis_conf_timeout(ngx_conf_t *cf,
    ngx_crm_redis_t *link, ngx_str_t *value);
static char *ngx_crm_redis_conf_time(ngx_msec_t *time, ngx_str_t *value);
static char *ngx_crm_redis_conf_password(ngx_conf_t *cf,
    ngx_crm_redis_t *link, ngx_str_t *value);


static const ngx_crm_redis_conf_row_t  ngx_crm_redis_conf_schemes[] = {
    { ngx_string("redis://"), ngx_crm_redis_url_tcp },
    { ngx_string("unix:"), ngx_crm_redis_url_unix },
    { ngx_string("rediss://"), NULL },
    { ngx_string("redis+sentinel://"), NULL },
    { ngx_string("redis+cluster://"), NULL },
    { ngx_null_string, NULL }
};


static const ngx_crm_redis_conf_row_t  ngx_crm_redis_conf_parameters[] = {
    { ngx_string("connect_timeout="), ngx_crm_redis_conf_connect_timeout },
    { ngx_string("timeout="), ngx_crm_redis_conf_timeout },
    { ngx_string("password="), ngx_crm_redis_conf_password },
    { ngx_null_string, NULL }
};


char *
ngx_crm_redis_conf_read(ngx_conf_t *cf, ngx_crm_redis_t *link)
{
    char        *rv;
    ngx_str_t   *args;
    ngx_uint_t   i;

    args = cf->args->elts;

    rv = ngx_crm_redis_conf_row(cf, link, &args[1],
                                ngx_crm_redis_conf_schemes,
                                "wants \"redis://host\" or \"unix:/path\"");

    for (i = 2; rv == NGX_CONF_OK && i < cf->args->nelts; i++) {
        rv = ngx_crm_redis_conf_row(cf, link, &args[i],
                                    ngx_crm_redis_conf_parameters,
                                    "has a parameter that is not "
                                    "\"password=\", \"timeout=\" or "
                                    "\"connect_timeout=\"");
    }

    if (rv == NGX_CONF_OK && link->user.len && link->password.len == 0) {
        return "has a user and no password";
    }

    if (link->connect_timeout == 0) {
        link->connect_timeout = 100;
    }

    if (link->timeout == 0) {
        link->timeout = 500;
    }

    return rv;
}


static char *
ngx_crm_redis_conf_row(ngx_conf_t *cf, ngx_crm_redis_t *link, ngx_str_t *arg,
    const ngx_crm_redis_conf_row_t *rows, char *otherwise)
{
    const ngx_crm_redis_conf_row_t  *row;

    for (row = rows; row->prefix.len; row++) {

        if (arg->len < row->prefix.len
            || ngx_strncmp(arg->data, row->prefix.data, row->prefix.len) != 0)
        {
            continue;
        }

        if (row->read == NULL) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "crm_redis: \"%V\" is not served yet",
                               &row->prefix);
            return NGX_CONF_ERROR;
        }

        arg->data += row->prefix.len;
        arg->len -= row->prefix.len;

        return row->read(cf, link, arg);
    }

    return otherwise;
}


static char *
ngx_crm_redis_conf_connect_timeout(ngx_conf_t *cf, ngx_crm_redis_t *link,
    ngx_str_t *value)
{
    return ngx_crm_redis_conf_time(&link->connect_timeout, value);
}


static char *
ngx_crm_redis_conf_timeout(ngx_conf_t *cf, ngx_crm_redis_t *link,
    ngx_str_t *value)
{
    return ngx_crm_redis_conf_time(&link->timeout, value);
}


static char *
ngx_crm_redis_conf_time(ngx_msec_t *time, ngx_str_t *value)
{
    ngx_int_t  n;

    n = ngx_parse_time(value, 0);

    if (n == NGX_ERROR || n == 0 || n > NGX_CRM_REDIS_CONF_TIME_MAX) {
        return "wants timeouts of 1ms to 60s, \"timeout=500ms\": a number "
               "alone is of seconds";
    }

    if (*time) {
        return "has a timeout twice";
    }

    *time = n;

    return NGX_CONF_OK;
}


static char *
ngx_crm_redis_conf_password(ngx_conf_t *cf, ngx_crm_redis_t *link,
    ngx_str_t *value)
{
    ngx_str_t  name;

    if (link->password.len) {
        return "has two passwords";
    }

    if (value->len < sizeof("file:")
        || ngx_strncmp(value->data, "file:", sizeof("file:") - 1) != 0)
    {
        return "has a password that is not \"file:path\"";
    }

    name.data = value->data + sizeof("file:") - 1;
    name.len = value->len - (sizeof("file:") - 1);

    if (ngx_crm_file_secret(cf, &name, NGX_CRM_REDIS_CONF_FILE_MAX,
                            &link->password)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
