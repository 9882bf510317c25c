/*
 * What the unit tests have in place of NGINX: pools whose every allocation is
 * malloc's own, so that a sanitizer sees each overrun and each leak; and the
 * other half of tap.h.
 */

#include <ngx_config.h>
#include <ngx_core.h>

#include <stdarg.h>

#include "tap.h"


long  tap_pool_left = -1;

static int  tap_count;
static int  tap_failed;


ngx_pool_t *
ngx_create_pool(size_t size, ngx_log_t *log)
{
    ngx_pool_t  *pool;

    (void) size;

    pool = calloc(1, sizeof(ngx_pool_t));

    if (pool) {
        pool->log = log;
    }

    return pool;
}


void
ngx_destroy_pool(ngx_pool_t *pool)
{
    ngx_pool_cleanup_t  *c;

    for (c = pool->cleanup; c; c = c->next) {
        if (c->handler) {
            c->handler(c->data);
        }
    }

    ngx_reset_pool(pool);
    free(pool);
}


void
ngx_reset_pool(ngx_pool_t *pool)
{
    ngx_pool_large_t  *l, *next;

    for (l = (ngx_pool_large_t *) pool->chain; l; l = next) {
        next = l->next;
        free(l->alloc);
        free(l);
    }

    pool->chain = NULL;
}


void *
ngx_palloc(ngx_pool_t *pool, size_t size)
{
    ngx_pool_large_t  *l;

    if (tap_pool_left == 0) {
        return NULL;
    }

    tap_pool_left -= (tap_pool_left > 0);

    l = calloc(1, sizeof(ngx_pool_large_t));
    if (l == NULL) {
        return NULL;
    }

    l->alloc = malloc(size);
    if (l->alloc == NULL) {
        free(l);
        return NULL;
    }

    /* none is large: what is kept where a pool is small is kept here */

    l->next = (ngx_pool_large_t *) pool->chain;
    pool->chain = (ngx_chain_t *) l;

    return l->alloc;
}


void *
ngx_pnalloc(ngx_pool_t *pool, size_t size)
{
    return ngx_palloc(pool, size);
}


void *
ngx_pcalloc(ngx_pool_t *pool, size_t size)
{
    void  *p;

    p = ngx_palloc(pool, size);

    if (p) {
        memset(p, 0, size);
    }

    return p;
}


void
ngx_explicit_memzero(void *buf, size_t n)
{
    if (n) {
        memset(buf, 0, n);
        ngx_memory_barrier();
    }
}


ngx_pool_cleanup_t *
ngx_pool_cleanup_add(ngx_pool_t *pool, size_t size)
{
    ngx_pool_cleanup_t  *c;

    c = ngx_pcalloc(pool, sizeof(ngx_pool_cleanup_t));
    if (c == NULL) {
        return NULL;
    }

    if (size) {
        c->data = ngx_palloc(pool, size);

        if (c->data == NULL) {
            return NULL;
        }
    }

    c->next = pool->cleanup;
    pool->cleanup = c;

    return c;
}


ngx_int_t
ngx_strncasecmp(u_char *s1, u_char *s2, size_t n)
{
    return strncasecmp((char *) s1, (char *) s2, n);
}


int
tap_ok(int passed, const char *name, const char *file, int line)
{
    printf("%sok %d - ", passed ? "" : "not ", ++tap_count);

    /* a line each, and no # in it, which would begin a directive */

    for ( /* void */ ; *name; name++) {
        putchar((*name < ' ' || *name > '~' || *name == '#') ? '?' : *name);
    }

    putchar('\n');

    if (!passed) {
        tap_failed++;
        printf("# %s:%d\n", file, line);
    }

    return passed;
}


int
tap_int(intmax_t got, intmax_t expected, const char *name, const char *file,
    int line)
{
    if (tap_ok(got == expected, name, file, line)) {
        return 1;
    }

    printf("#      got: %jd\n# expected: %jd\n", got, expected);

    return 0;
}


int
tap_str(const char *got, const char *expected, const char *name,
    const char *file, int line)
{
    int  same;

    same = (got && expected) ? strcmp(got, expected) == 0 : got == expected;

    if (tap_ok(same, name, file, line)) {
        return 1;
    }

    printf("#      got: %s\n# expected: %s\n", got ? got : "(null)",
           expected ? expected : "(null)");

    return 0;
}


int
tap_mem(const void *got, const void *expected, size_t n, const char *name,
    const char *file, int line)
{
    size_t  i;

    if (tap_ok(memcmp(got, expected, n) == 0, name, file, line)) {
        return 1;
    }

    printf("#      got: ");

    for (i = 0; i < n; i++) {
        printf("%02x", ((const unsigned char *) got)[i]);
    }

    printf("\n# expected: ");

    for (i = 0; i < n; i++) {
        printf("%02x", ((const unsigned char *) expected)[i]);
    }

    printf("\n");

    return 0;
}


int
tap_text(const char *got, size_t n, const char *expected, const char *name,
    const char *file, int line)
{
    int  same;

    same = (n == strlen(expected)
            && (n == 0 || memcmp(got, expected, n) == 0));

    if (tap_ok(same, name, file, line)) {
        return 1;
    }

    printf("#      got: %.*s\n# expected: %s\n", (int) n, got ? got : "",
           expected);

    return 0;
}


void
tap_note(const char *fmt, ...)
{
    va_list  args;

    printf("# ");

    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);

    printf("\n");
}


int
done_testing(void)
{
    printf("1..%d\n", tap_count);

    if (tap_failed) {
        printf("# %d of %d failed\n", tap_failed, tap_count);
    }

    return (tap_failed || tap_count == 0) ? 1 : 0;
}
