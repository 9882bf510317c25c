#include "fuzz.h"
#include "store/ngx_crm_secret.h"
#include "store/ngx_crm_zone.h"
#include "engine/ngx_crm_context.h"
#include "engine/ngx_crm_redis_link.h"


#define FUZZ_ZONE  (128 * 1024)


fuzz_t               fuzz;
ngx_crm_main_conf_t  fuzz_main;
ngx_crm_srv_conf_t   fuzz_srv;
ngx_crm_loc_conf_t   fuzz_loc;

static ngx_log_t             fuzz_log;
static ngx_cycle_t           fuzz_cycle;
static ngx_connection_t      fuzz_connection;
static ngx_crm_redis_t       fuzz_redis;       /* all zero: it is down */
static ngx_array_t           fuzz_secrets;
static ngx_crm_secret_t      fuzz_secret;

static void                 *fuzz_mains[] = { &fuzz_main };
static void                 *fuzz_srvs[] = { &fuzz_srv };
static void                 *fuzz_locs[] = { &fuzz_loc };
static void                 *fuzz_ctxs[1];
static ngx_http_conf_ctx_t   fuzz_http = { fuzz_mains, fuzz_srvs, fuzz_locs };
static void                 *fuzz_cores[] = { &fuzz_http };


static void fuzz_logged(ngx_log_t *log, ngx_uint_t level, u_char *buf,
    size_t len);
static void fuzz_make_secret(void);


int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    ngx_use_stderr = 0;

    ngx_time_init();
    ((ngx_time_t *) ngx_cached_time)->sec = FUZZ_NOW;

    ngx_pagesize = getpagesize();
    ngx_cacheline_size = 64;

    for (ngx_pagesize_shift = 0; ngx_pagesize >> (ngx_pagesize_shift + 1);
         ngx_pagesize_shift++)
    {
        /* void */
    }

    fuzz_log.log_level = NGX_LOG_INFO;
    fuzz_log.writer = fuzz_logged;

    fuzz_connection.log = &fuzz_log;

    fuzz_cycle.log = &fuzz_log;
    fuzz_cycle.conf_ctx = (void ****) fuzz_cores;
    ngx_cycle = &fuzz_cycle;

    /* as NGINX numbers them when it reads its configuration */

    ngx_http_module.index = 0;
    ngx_crm_module.ctx_index = 0;

    fuzz_main.redis = &fuzz_redis;
    fuzz_main.token_life = 3600;

    fuzz_make_secret();
    fuzz_make_zone();

    return 0;
}


static void
fuzz_make_secret(void)
{
    ngx_str_t  bytes = ngx_string("0123456789abcdef0123456789abcdef");

    fuzz_check(ngx_crm_secret_derive(&fuzz_secret, &bytes) == NGX_OK);

    fuzz_secrets.elts = &fuzz_secret;
    fuzz_secrets.nelts = 1;

    fuzz_main.secrets = &fuzz_secrets;
}


/* as ngx_init_cycle() and ngx_init_zone_pool() do */

void
fuzz_make_zone(void)
{
    ngx_conf_t              cf;
    ngx_slab_pool_t        *shpool;
    static ngx_slab_pool_t *old;

    ngx_memzero(&cf, sizeof(ngx_conf_t));
    cf.cycle = &fuzz_cycle;

    if (old == NULL) {
        ngx_slab_sizes_init();

        fuzz_main.zone_size = FUZZ_ZONE;
        fuzz_cycle.pool = ngx_create_pool(1024, &fuzz_log);
        cf.pool = fuzz_cycle.pool;

        fuzz_check(ngx_list_init(&fuzz_cycle.shared_memory, cf.pool, 1,
                                 sizeof(ngx_shm_zone_t))
                   == NGX_OK);
        fuzz_check(ngx_crm_zone_create(&cf, &fuzz_main) == NGX_OK);

        old = aligned_alloc(ngx_pagesize, FUZZ_ZONE);
    }

    shpool = old;
    ngx_memzero(shpool, FUZZ_ZONE);

    shpool->end = (u_char *) shpool + FUZZ_ZONE;
    shpool->min_shift = 3;
    shpool->addr = shpool;

    fuzz_check(ngx_shmtx_create(&shpool->mutex, &shpool->lock, NULL)
               == NGX_OK);
    ngx_slab_init(shpool);

    fuzz_main.zone->shm.addr = (u_char *) shpool;
    fuzz_check(fuzz_main.zone->init(fuzz_main.zone, NULL) == NGX_OK);
}


static void
fuzz_logged(ngx_log_t *log, ngx_uint_t level, u_char *buf, size_t len)
{
    size_t  i;

    fuzz_check(level != NGX_LOG_ALERT);
    fuzz_check(len > 0 && buf[len - 1] == '\n');

    for (i = 0; i + 1 < len; i++) {
        fuzz_check(buf[i] >= ' ' && buf[i] <= '~');
    }
}


void
fuzz_begin(const ngx_crm_api_t *api)
{
    ngx_http_request_t  *r;

    fuzz.pool = ngx_create_pool(1024, &fuzz_log);
    fuzz_check(fuzz.pool != NULL);

    r = ngx_pcalloc(fuzz.pool, sizeof(ngx_http_request_t));

    fuzz_ctxs[0] = NULL;

    r->signature = NGX_HTTP_MODULE;
    r->main = r;
    r->pool = fuzz.pool;
    r->connection = &fuzz_connection;
    r->ctx = fuzz_ctxs;
    r->main_conf = fuzz_mains;
    r->srv_conf = fuzz_srvs;
    r->loc_conf = fuzz_locs;

    fuzz_check(ngx_list_init(&r->headers_in.headers, fuzz.pool, 4,
                             sizeof(ngx_table_elt_t))
               == NGX_OK);

    fuzz.r = r;
    fuzz.ctx = ngx_crm_context_create(r);
    fuzz.ctx->api = api;
}


void
fuzz_end(void)
{
    ngx_destroy_pool(fuzz.pool);
}


ngx_str_t
fuzz_copy(const void *data, size_t len)
{
    ngx_str_t  copy;

    copy.len = len;
    copy.data = ngx_pnalloc(fuzz.pool, len);

    if (len) {
        ngx_memcpy(copy.data, data, len);
    }

    return copy;
}


ngx_str_t
fuzz_line(ngx_str_t *text)
{
    u_char     *end;
    ngx_str_t   line;

    line = *text;
    end = line.len ? memchr(line.data, '\n', line.len) : NULL;

    if (end == NULL) {
        text->data += text->len;
        text->len = 0;
        return line;
    }

    line.len = end - line.data;

    text->data += line.len + 1;
    text->len -= line.len + 1;

    return line;
}


ngx_uint_t
fuzz_byte(ngx_str_t *text)
{
    if (text->len == 0) {
        return 0;
    }

    text->len--;

    return *text->data++;
}


ngx_uint_t
fuzz_same(const ngx_str_t *a, const ngx_str_t *b)
{
    return a->len == b->len
           && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}


void
fuzz_read(const ngx_str_t *text)
{
    size_t           i;
    volatile u_char  sum;

    sum = 0;

    for (i = 0; i < text->len; i++) {
        sum = (u_char) (sum + text->data[i]);
    }
}


void
fuzz_checked(int so, const char *what, const char *file, int line)
{
    if (!so) {
        fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
        abort();
    }
}
