#include "engine/ngx_crm_redis_url.h"
#include "engine/ngx_crm_file.h"


#define NGX_CRM_REDIS_URL_PORT    6379
#define NGX_CRM_REDIS_URL_DB_MAX  65535


static char *ngx_crm_redis_url_login(ngx_conf_t *cf, ngx_crm_redis_t *link,
    u_char *p, u_char *end);
static ngx_int_t ngx_crm_redis_url_unescape(ngx_pool_t *pool,
    ngx_str_t *dst, u_char *p, u_char *last);
static char *ngx_crm_redis_url_db(ngx_crm_redis_t *link, u_char *p,
    u_char *last);
static char *ngx_crm_redis_url_address(ngx_conf_t *cf,
    ngx_crm_redis_t *link, ngx_str_t *url);


char *
ngx_crm_redis_url_tcp(ngx_conf_t *cf, ngx_crm_redis_t *link,
    ngx_str_t *value)
{
    char       *rv;
    u_char     *p, *last, *slash;
    ngx_str_t   url;

    last = value->data + value->len;

    slash = ngx_strlchr(value->data, last, '/');
    if (slash == NULL) {
        slash = last;
    }

    url.data = value->data;

    for (p = slash; p > value->data; p--) {
        if (p[-1] == '@') {
            url.data = p;
            break;
        }
    }

    url.len = slash - url.data;

    rv = ngx_crm_redis_url_login(cf, link, value->data, url.data);

    if (rv == NGX_CONF_OK && slash + 1 < last) {
        rv = ngx_crm_redis_url_db(link, slash + 1, last);
    }

    if (rv == NGX_CONF_OK) {
        rv = ngx_crm_redis_url_address(cf, link, &url);
    }

    return rv;
}


/* Reads "user:password@", "user@" or nothing, and wipes it where it was. */

static char *
ngx_crm_redis_url_login(ngx_conf_t *cf, ngx_crm_redis_t *link, u_char *p,
    u_char *end)
{
    u_char     *colon, *last;
    ngx_int_t   rc;

    if (p == end) {
        return NGX_CONF_OK;
    }

    last = end - 1;

    colon = ngx_strlchr(p, last, ':');
    if (colon == NULL) {
        colon = last;
    }

    rc = ngx_crm_redis_url_unescape(cf->pool, &link->user, p, colon);

    if (rc == NGX_OK && colon < last) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "crm_redis: a password in the configuration; "
                           "\"password=file:path\" keeps it out");

        rc = ngx_crm_redis_url_unescape(cf->pool, &link->password, colon + 1,
                                         last);

        if (rc == NGX_OK) {
            rc = ngx_crm_file_wipe_with(cf->pool, &link->password);
        }
    }

    ngx_explicit_memzero(p, last - p);

    if (rc != NGX_OK) {
        return "has an invalid % in its user or password";
    }

    return NGX_CONF_OK;
}


/* RFC 3986 section 2.1, strictly: a password must not change unnoticed. */

static ngx_int_t
ngx_crm_redis_url_unescape(ngx_pool_t *pool, ngx_str_t *dst, u_char *p,
    u_char *last)
{
    u_char     *d;
    ngx_int_t   ch;

    d = ngx_pnalloc(pool, last - p + 1);
    if (d == NULL) {
        return NGX_ERROR;
    }

    dst->data = d;

    while (p < last) {

        if (*p != '%') {
            *d++ = *p++;
            continue;
        }

        ch = (last - p > 2) ? ngx_hextoi(p + 1, 2) : NGX_ERROR;

        if (ch == NGX_ERROR) {
            return NGX_ERROR;
        }

        *d++ = (u_char) ch;
        p += 3;
    }

    dst->len = d - dst->data;

    return NGX_OK;
}


char *
ngx_crm_redis_url_unix(ngx_conf_t *cf, ngx_crm_redis_t *link,
    ngx_str_t *value)
{
    char       *rv;
    u_char     *colon, *last;
    ngx_str_t   url;

    if (value->len == 0 || value->data[0] != '/') {
        return "wants an absolute path after \"unix:\"";
    }

    url.data = value->data - (sizeof("unix:") - 1);
    last = value->data + value->len;

    colon = ngx_strlchr(value->data, last, ':');
    if (colon == NULL) {
        colon = last;
    }

    url.len = colon - url.data;
    rv = NGX_CONF_OK;

    if (colon < last) {
        rv = ngx_crm_redis_url_db(link, colon + 1, last);
    }

    if (rv == NGX_CONF_OK) {
        rv = ngx_crm_redis_url_address(cf, link, &url);
    }

    return rv;
}


static char *
ngx_crm_redis_url_db(ngx_crm_redis_t *link, u_char *p, u_char *last)
{
    ngx_int_t  n;

    n = ngx_atoi(p, last - p);

    if (n == NGX_ERROR || n > NGX_CRM_REDIS_URL_DB_MAX) {
        return "wants a number as its database";
    }

    link->db = n;

    return NGX_CONF_OK;
}


static char *
ngx_crm_redis_url_address(ngx_conf_t *cf, ngx_crm_redis_t *link,
    ngx_str_t *url)
{
    ngx_url_t  u;

    ngx_memzero(&u, sizeof(ngx_url_t));

    u.url = *url;
    u.default_port = NGX_CRM_REDIS_URL_PORT;

    if (ngx_parse_url(cf->pool, &u) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "crm_redis: %s",
                           u.err ? u.err : "its address cannot be read");
        return NGX_CONF_ERROR;
    }

    link->address = u.addrs[0];

    return NGX_CONF_OK;
}
