/*
 * libFuzzer: the address of crm_redis.  The first byte chooses "redis://" or
 * "unix:"; no name is ever resolved.
 */

#include "fuzz.h"
#include "engine/ngx_crm_redis_url.h"

#include <ctype.h>
#include <netdb.h>


static void url_tcp(ngx_conf_t *cf, ngx_str_t *value);
static void url_unix(ngx_conf_t *cf, const ngx_str_t *value);
static ngx_int_t url_decode(const u_char *p, const u_char *end,
    ngx_str_t *text);


int
getaddrinfo(const char *node, const char *service,
    const struct addrinfo *hints, struct addrinfo **res)
{
    (void) node;
    (void) service;
    (void) hints;
    (void) res;

    return EAI_NONAME;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t   value;
    ngx_conf_t  cf;

    fuzz_begin(ngx_crm_apis[0]);

    ngx_memzero(&cf, sizeof(ngx_conf_t));
    cf.pool = fuzz.pool;
    cf.log = fuzz.r->connection->log;
    cf.cycle = (ngx_cycle_t *) ngx_cycle;

    value.data = (u_char *) data;
    value.len = size;

    if (fuzz_byte(&value) & 1) {
        value = fuzz_copy(value.data, value.len);
        url_tcp(&cf, &value);

    } else {
        url_unix(&cf, &value);
    }

    fuzz_end();

    return 0;
}


/* what is before the last @ of the first part is wiped, once it is read */

static void
url_tcp(ngx_conf_t *cf, ngx_str_t *value)
{
    char             *rv;
    u_char           *p, *slash, *at, *colon;
    ngx_str_t         copy, text;
    ngx_crm_redis_t   link;

    ngx_memzero(&link, sizeof(ngx_crm_redis_t));

    copy = fuzz_copy(value->data, value->len);
    rv = ngx_crm_redis_url_tcp(cf, &link, value);

    slash = ngx_strlchr(copy.data, copy.data + copy.len, '/');
    slash = slash ? slash : copy.data + copy.len;

    for (at = slash; at > copy.data && at[-1] != '@'; at--) {
        /* void */
    }

    for (p = copy.data; p + 1 < at; p++) {
        fuzz_check(value->data[p - copy.data] == '\0');
    }

    if (rv != NGX_CONF_OK) {
        fuzz_check(rv == NGX_CONF_ERROR || strlen(rv) < 128);
        return;
    }

    fuzz_check(link.db <= 65535 && link.address.sockaddr != NULL);

    if (at == copy.data) {
        fuzz_check(link.user.len == 0 && link.password.len == 0);
        return;
    }

    colon = ngx_strlchr(copy.data, at - 1, ':');

    fuzz_check(url_decode(copy.data, colon ? colon : at - 1, &text)
               == NGX_OK);
    fuzz_check(fuzz_same(&text, &link.user));

    ngx_str_null(&text);

    fuzz_check(colon == NULL
               || url_decode(colon + 1, at - 1, &text) == NGX_OK);
    fuzz_check(fuzz_same(&text, &link.password));
}


static ngx_int_t
url_decode(const u_char *p, const u_char *end, ngx_str_t *text)
{
    char  hex[3];

    text->len = 0;
    text->data = ngx_pnalloc(fuzz.pool, end - p);

    while (p < end) {

        if (*p != '%') {
            text->data[text->len++] = *p++;
            continue;
        }

        if (end - p < 3 || !isxdigit(p[1]) || !isxdigit(p[2])) {
            return NGX_ERROR;
        }

        ngx_memcpy(hex, p + 1, 2);
        hex[2] = '\0';

        text->data[text->len++] = (u_char) strtol(hex, NULL, 16);
        p += 3;
    }

    return NGX_OK;
}


static void
url_unix(ngx_conf_t *cf, const ngx_str_t *value)
{
    char             *rv;
    u_char           *colon;
    ngx_str_t         whole, copy;
    ngx_crm_redis_t   link;

    ngx_memzero(&link, sizeof(ngx_crm_redis_t));

    /* an argument of a directive is NUL-terminated */

    whole.len = value->len + sizeof("unix:");
    whole.data = ngx_pnalloc(fuzz.pool, whole.len);
    (void) ngx_sprintf(whole.data, "unix:%V%Z", value);

    copy.data = whole.data + sizeof("unix:") - 1;
    copy.len = value->len;

    rv = ngx_crm_redis_url_unix(cf, &link, &copy);

    if (rv != NGX_CONF_OK) {
        fuzz_check(rv == NGX_CONF_ERROR || strlen(rv) < 128);
        return;
    }

    colon = ngx_strlchr(copy.data, copy.data + copy.len, ':');

    fuzz_check(link.address.sockaddr->sa_family == AF_UNIX);
    fuzz_check(copy.data[0] == '/');
    fuzz_check(colon != NULL || link.db == 0);
    fuzz_check(link.db <= 65535);
}
