#include "engine/ngx_crm_file.h"


static ngx_int_t ngx_crm_file_check(ngx_conf_t *cf, ngx_str_t *name,
    ngx_fd_t fd, size_t max, ngx_file_info_t *fi);
static void ngx_crm_file_warn(ngx_conf_t *cf, ngx_str_t *name,
    ngx_file_info_t *fi, const ngx_str_t *text);
static ngx_uint_t ngx_crm_file_public(const ngx_str_t *text);
static size_t ngx_crm_file_line(const ngx_str_t *text);
static void ngx_crm_file_wipe(void *data);


ngx_int_t
ngx_crm_file_secret(ngx_conf_t *cf, const ngx_str_t *name, size_t max,
    ngx_str_t *secret)
{
    ssize_t          n;
    ngx_fd_t         fd;
    ngx_str_t        full;
    ngx_file_info_t  fi;

    full = *name;

    if (ngx_conf_full_name(cf->cycle, &full, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    fd = ngx_open_file(full.data, NGX_FILE_RDONLY | NGX_FILE_NONBLOCK,
                       NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" failed", &full);
        return NGX_ERROR;
    }

    n = -1;
    secret->len = max;
    secret->data = ngx_pnalloc(cf->pool, max);

    if (secret->data
        && ngx_crm_file_wipe_with(cf->pool, secret) == NGX_OK
        && ngx_crm_file_check(cf, &full, fd, max, &fi) == NGX_OK)
    {
        n = ngx_read_fd(fd, secret->data, max);

        if (n == -1) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                               ngx_read_fd_n " \"%V\" failed", &full);
        }
    }

    (void) ngx_close_file(fd);

    secret->len = ngx_max(n, 0);

    if (secret->len) {
        ngx_crm_file_warn(cf, &full, &fi, secret);
    }

    secret->len = ngx_crm_file_line(secret);

    if (secret->len == 0 && n >= 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" holds an empty line and no secret", &full);
    }

    return secret->len ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_crm_file_check(ngx_conf_t *cf, ngx_str_t *name, ngx_fd_t fd, size_t max,
    ngx_file_info_t *fi)
{
    if (ngx_fd_info(fd, fi) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_fd_info_n " \"%V\" failed", name);
        return NGX_ERROR;
    }

    if (!ngx_is_file(fi) || ngx_file_size(fi) == 0
        || ngx_file_size(fi) > (off_t) max)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is not a file of 1 to %uz bytes", name,
                           max);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static void
ngx_crm_file_warn(ngx_conf_t *cf, ngx_str_t *name, ngx_file_info_t *fi,
    const ngx_str_t *text)
{
    if ((ngx_file_access(fi) & (S_IROTH|S_IWOTH)) == 0) {
        return;
    }

    if (!ngx_crm_file_public(text)) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"%V\" holds a secret, and others may read or "
                           "write it", name);
        return;
    }

    /* whoever puts a key of his own there makes tokens that are good */

    if (ngx_file_access(fi) & S_IWOTH) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"%V\" holds a key, and others may write it",
                           name);
    }
}


/* a PEM in which nothing is private, wherever in it that might be */

static ngx_uint_t
ngx_crm_file_public(const ngx_str_t *text)
{
    return ngx_strnstr(text->data, "-----BEGIN PUBLIC KEY-----", text->len)
           != NULL
           && ngx_strlcasestrn(text->data, text->data + text->len,
                               (u_char *) "PRIVATE", 7 - 1)
              == NULL;
}


/* an editor's newline is not meant; a random byte of that value is */

static size_t
ngx_crm_file_line(const ngx_str_t *text)
{
    size_t  i;

    if (text->len == 0 || text->data[text->len - 1] != LF) {
        return text->len;
    }

    for (i = 0; i < text->len - 1; i++) {
        if (text->data[i] < 0x20 || text->data[i] > 0x7e) {
            return text->len;
        }
    }

    return text->len - 1;
}


ngx_int_t
ngx_crm_file_wipe_with(ngx_pool_t *pool, ngx_str_t *secret)
{
    ngx_str_t           *wiped;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(pool, sizeof(ngx_str_t));
    if (cln == NULL) {
        return NGX_ERROR;
    }

    /* a copy: the caller may shorten its own */

    wiped = cln->data;
    *wiped = *secret;

    cln->handler = ngx_crm_file_wipe;

    return NGX_OK;
}


static void
ngx_crm_file_wipe(void *data)
{
    ngx_str_t  *secret = data;

    ngx_explicit_memzero(secret->data, secret->len);
}
