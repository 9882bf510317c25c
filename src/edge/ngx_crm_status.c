#include "edge/ngx_crm_status.h"
#include "store/ngx_crm_revoked_trust.h"
#include "store/ngx_crm_zone.h"
#include "engine/ngx_crm_answer.h"
#include "engine/ngx_crm_redis.h"


#define NGX_CRM_STATUS_SIZE  4096    /* more than the tables below can fill */


typedef struct {
    ngx_str_t              name;
    ngx_http_handler_pt    handler;
} ngx_crm_status_format_t;


typedef struct {
    const char            *name;       /* in JSON */
    const char            *family;     /* rows of one stand together */
    const char            *label;
    const char            *help;
} ngx_crm_status_counter_t;


static ngx_int_t ngx_crm_status_json(ngx_http_request_t *r);
static ngx_int_t ngx_crm_status_prometheus(ngx_http_request_t *r);
static ngx_int_t ngx_crm_status_health(ngx_http_request_t *r);
static ngx_uint_t ngx_crm_status_redis_is_up(ngx_http_request_t *r);
static ngx_uint_t ngx_crm_status_is_told(ngx_http_request_t *r);
static ngx_uint_t ngx_crm_status_is_loaded(ngx_http_request_t *r);
static ngx_atomic_uint_t ngx_crm_status_count(ngx_crm_count_e what);
static ngx_int_t ngx_crm_status_send(ngx_http_request_t *r, ngx_uint_t status,
    const char *type, u_char *text, size_t len);


static const ngx_crm_status_format_t  ngx_crm_status_formats[] = {
    { ngx_string("json"), ngx_crm_status_json },
    { ngx_string("prometheus"), ngx_crm_status_prometheus },
    { ngx_string("health"), ngx_crm_status_health },
    { ngx_null_string, NULL }
};


/* indexed by ngx_crm_count_e */

static const ngx_crm_status_counter_t
    ngx_crm_status_counters[NGX_CRM_NCOUNTS] =
{
    { "requests_passed", "crm_requests_total", "{result=\"passed\"}",
      "Requests, by how the edge ended them." },
    { "requests_answered", "crm_requests_total", "{result=\"answered\"}", "" },
    { "requests_refused", "crm_requests_total", "{result=\"refused\"}", "" },
    { "api_key_hits", "crm_api_key_lookups_total", "{result=\"hit\"}",
      "Look-ups of API keys in the shared zone." },
    { "api_key_misses", "crm_api_key_lookups_total", "{result=\"miss\"}", "" },
    { "api_key_stales", "crm_api_key_lookups_total", "{result=\"stale\"}",
      "" },
    { "token_hits", "crm_token_lookups_total", "{result=\"hit\"}",
      "Look-ups of tokens that were verified before." },
    { "token_misses", "crm_token_lookups_total", "{result=\"miss\"}", "" },
    { "outbox_lost", "crm_outbox_lost_total", "",
      "Messages that crm_outbox threw away unsent." },
    { "revocation_stale", "crm_revocation_checks_total",
      "{result=\"stale\"}",
      "Tokens that the zone was not sure of." },
    { "revocation_asked", "crm_revocation_checks_total",
      "{result=\"asked\"}", "" },
    { "revocations_lost", "crm_revocations_lost_total", "",
      "Revocations without room in the zone." }
};


char *
ngx_crm_status_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_crm_loc_conf_t *lcf = conf;

    ngx_str_t                      *args;
    ngx_http_core_loc_conf_t       *clcf;
    const ngx_crm_status_format_t  *f;

    args = cf->args->elts;
    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->handler) {
        return "is duplicate, or beside another handler";
    }

    for (f = ngx_crm_status_formats; f->handler; f++) {
        if (f->name.len == args[1].len
            && ngx_memcmp(f->name.data, args[1].data, args[1].len) == 0)
        {
            clcf->handler = f->handler;
            lcf->status = f->handler;
            return NGX_CONF_OK;
        }
    }

    return "takes json, prometheus or health";
}


static ngx_int_t
ngx_crm_status_json(ngx_http_request_t *r)
{
    u_char      *text, *p, *last;
    ngx_uint_t   i;

    text = ngx_pnalloc(r->pool, NGX_CRM_STATUS_SIZE);
    if (text == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    p = text;
    last = text + NGX_CRM_STATUS_SIZE;

    *p++ = '{';

    for (i = 0; i < NGX_CRM_NCOUNTS; i++) {
        p = ngx_slprintf(p, last, "\"%s\":%uA,",
                         ngx_crm_status_counters[i].name,
                         ngx_crm_status_count(i));
    }

    p = ngx_slprintf(p, last, "\"revocations\":%ui,\"revocations_told\":%s,"
                     "\"redis_up\":%s}\n", ngx_crm_revoked_trust_count(),
                     ngx_crm_status_is_told(r) ? "true" : "false",
                     ngx_crm_status_redis_is_up(r) ? "true" : "false");

    return ngx_crm_status_send(r, NGX_HTTP_OK, "application/json", text,
                               p - text);
}


static ngx_int_t
ngx_crm_status_prometheus(ngx_http_request_t *r)
{
    u_char                          *text, *p, *last;
    ngx_uint_t                       i;
    const char                      *family;
    const ngx_crm_status_counter_t  *row;

    text = ngx_pnalloc(r->pool, NGX_CRM_STATUS_SIZE);
    if (text == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    p = text;
    last = text + NGX_CRM_STATUS_SIZE;
    family = "";

    for (i = 0; i < NGX_CRM_NCOUNTS; i++) {
        row = &ngx_crm_status_counters[i];

        if (ngx_strcmp(row->family, family) != 0) {
            family = row->family;
            p = ngx_slprintf(p, last, "# HELP %s %s\n# TYPE %s counter\n",
                             family, row->help, family);
        }

        p = ngx_slprintf(p, last, "%s%s %uA\n", family, row->label,
                         ngx_crm_status_count(i));
    }

    p = ngx_slprintf(p, last,
                     "# HELP crm_revocations Revocations in the zone.\n"
                     "# TYPE crm_revocations gauge\n"
                     "crm_revocations %ui\n"
                     "# HELP crm_revocations_told Whether the zone is told "
                     "of new ones.\n"
                     "# TYPE crm_revocations_told gauge\n"
                     "crm_revocations_told %ui\n",
                     ngx_crm_revoked_trust_count(),
                     ngx_crm_status_is_told(r));

    p = ngx_slprintf(p, last,
                     "# HELP crm_redis_up Whether Redis takes commands.\n"
                     "# TYPE crm_redis_up gauge\n"
                     "crm_redis_up %ui\n", ngx_crm_status_redis_is_up(r));

    return ngx_crm_status_send(r, NGX_HTTP_OK,
                               "text/plain; version=0.0.4; charset=utf-8",
                               text, p - text);
}


static ngx_int_t
ngx_crm_status_health(ngx_http_request_t *r)
{
    static u_char  ready[] = "ready\n";
    static u_char  away[] = "not ready: no link to Redis\n";
    static u_char  empty[] = "not ready: no revocations are loaded yet\n";

    if (!ngx_crm_status_redis_is_up(r)) {
        return ngx_crm_status_send(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                   "text/plain", away, sizeof(away) - 1);
    }

    if (!ngx_crm_status_is_loaded(r)) {
        return ngx_crm_status_send(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                   "text/plain", empty, sizeof(empty) - 1);
    }

    return ngx_crm_status_send(r, NGX_HTTP_OK, "text/plain", ready,
                               sizeof(ready) - 1);
}


/* An edge without crm_redis misses nothing. */

static ngx_uint_t
ngx_crm_status_redis_is_up(ngx_http_request_t *r)
{
    ngx_crm_main_conf_t  *conf;

    conf = ngx_http_get_module_main_conf(r, ngx_crm_module);

    return conf->redis == NULL || ngx_crm_redis_is_up(conf->redis);
}


static ngx_uint_t
ngx_crm_status_is_told(ngx_http_request_t *r)
{
    ngx_crm_main_conf_t  *conf;

    conf = ngx_http_get_module_main_conf(r, ngx_crm_module);

    return conf->redis == NULL
           || ngx_crm_revoked_trust(conf) == NGX_CRM_REVOKED_FRESH;
}


/* A zone that is too full for some was loaded: tokens are asked of Redis. */

static ngx_uint_t
ngx_crm_status_is_loaded(ngx_http_request_t *r)
{
    ngx_crm_main_conf_t  *conf;

    conf = ngx_http_get_module_main_conf(r, ngx_crm_module);

    return conf->redis == NULL || ngx_crm_revoked_trust_is_full()
           || ngx_crm_revoked_trust(conf) != NGX_CRM_REVOKED_PARTIAL;
}


static ngx_atomic_uint_t
ngx_crm_status_count(ngx_crm_count_e what)
{
    ngx_crm_zone_t   *zone;
    ngx_slab_pool_t  *shpool;

    zone = ngx_crm_zone(&shpool);

    return zone ? zone->counts[what] : 0;
}


static ngx_int_t
ngx_crm_status_send(ngx_http_request_t *r, ngx_uint_t status,
    const char *type, u_char *text, size_t len)
{
    ngx_int_t         rc;
    ngx_buf_t        *b;
    ngx_chain_t       out;

    static ngx_str_t  no_store = ngx_string("no-store");

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    b = ngx_calloc_buf(r->pool);

    if (b == NULL
        || ngx_crm_answer_header(r, "Cache-Control", &no_store) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = status;
    r->headers_out.content_length_n = len;
    r->headers_out.content_type.data = (u_char *) type;
    r->headers_out.content_type.len = ngx_strlen(type);
    r->headers_out.content_type_len = strcspn(type, ";");
    r->headers_out.content_type_lowcase = NULL;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b->pos = text;
    b->last = text + len;
    b->memory = 1;
    b->last_buf = (r == r->main);
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}
