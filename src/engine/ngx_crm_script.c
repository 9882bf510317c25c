#include "engine/ngx_crm_script.h"
#include "engine/ngx_crm_redis.h"
#include "engine/ngx_crm_reply.h"
#include "base/ngx_crm_text.h"

#include <openssl/evp.h>
#include <openssl/sha.h>


/* kept until the reply, for the script may have to be sent itself */
typedef struct {
    void                 *asker;      /* first: the handler's data */
    ngx_crm_redis_t      *redis;
    ngx_crm_script_t     *script;
    size_t                size;       /* in all */
    ngx_uint_t            argc;
    ngx_str_t            *argv;
    ngx_uint_t            alone;      /* nobody waits */
} ngx_crm_script_question_t;


static ngx_int_t ngx_crm_script_prepare(ngx_crm_script_t *script);
static ngx_crm_script_question_t *ngx_crm_script_keep(
    ngx_crm_main_conf_t *conf, ngx_crm_script_t *script, ngx_uint_t nkeys,
    ngx_uint_t argc, const ngx_str_t *argv);
static void ngx_crm_script_free(ngx_crm_script_question_t *q);
static void ngx_crm_script_answered(void *data,
    const ngx_crm_reply_t *reply);


/* the linker's names for the section that the macro fills */

extern ngx_crm_script_t  *const __start_ngx_crm_scripts[]
    __attribute__((visibility("hidden")));
extern ngx_crm_script_t  *const __stop_ngx_crm_scripts[]
    __attribute__((visibility("hidden")));

static ngx_crm_script_t  *ngx_crm_script_list;


ngx_int_t
ngx_crm_script_init(void)
{
    ngx_crm_script_t  *const *known;

    for (known = __start_ngx_crm_scripts; known < __stop_ngx_crm_scripts;
         known++)
    {
        if (ngx_crm_script_prepare(*known) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_script_prepare(ngx_crm_script_t *script)
{
    u_char  sha1[SHA_DIGEST_LENGTH];

    if (script->sha1[0]) {
        return NGX_OK;
    }

    if (EVP_Digest(script->source, ngx_strlen(script->source), sha1, NULL,
                   EVP_sha1(), NULL)
        != 1)
    {
        return NGX_ERROR;
    }

    ngx_hex_dump(script->sha1, sha1, SHA_DIGEST_LENGTH);

    script->next = ngx_crm_script_list;
    ngx_crm_script_list = script;

    return NGX_OK;
}


ngx_crm_script_t *
ngx_crm_script_first(void)
{
    return ngx_crm_script_list;
}


ngx_int_t
ngx_crm_script_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_script_t *script, ngx_uint_t nkeys, ngx_uint_t argc,
    const ngx_str_t *argv)
{
    ngx_int_t                   rc;
    ngx_crm_main_conf_t        *mcf;
    ngx_crm_script_question_t  *q;

    mcf = ngx_http_get_module_main_conf(r, ngx_crm_module);

    q = ngx_crm_script_keep(mcf, script, nkeys, argc, argv);
    if (q == NULL) {
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    }

    rc = ngx_crm_redis_wait(r, ctx, q->argc, q->argv, ngx_crm_script_answered,
                            &q->asker);

    if (rc != NGX_AGAIN) {
        ngx_crm_script_free(q);
    }

    return rc;
}


ngx_int_t
ngx_crm_script_send(ngx_crm_main_conf_t *conf, ngx_crm_script_t *script,
    ngx_uint_t nkeys, ngx_uint_t argc, const ngx_str_t *argv)
{
    ngx_crm_script_question_t  *q;

    q = ngx_crm_script_keep(conf, script, nkeys, argc, argv);
    if (q == NULL) {
        return NGX_ERROR;
    }

    q->alone = 1;

    if (ngx_crm_redis_send(q->redis, q->argc, q->argv,
                           ngx_crm_script_answered, &q->asker)
        != NGX_OK)
    {
        ngx_crm_script_free(q);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* One block: the question, its texts' places, the texts. */

static ngx_crm_script_question_t *
ngx_crm_script_keep(ngx_crm_main_conf_t *conf, ngx_crm_script_t *script,
    ngx_uint_t nkeys, ngx_uint_t argc, const ngx_str_t *argv)
{
    u_char                     *p;
    size_t                      size;
    ngx_uint_t                  i;
    ngx_crm_script_question_t  *q;

    size = sizeof(ngx_crm_script_question_t) + (argc + 3) * sizeof(ngx_str_t)
           + NGX_INT_T_LEN;

    for (i = 0; i < argc; i++) {
        size += argv[i].len;
    }

    q = ngx_alloc(size, ngx_cycle->log);
    if (q == NULL) {
        return NULL;
    }

    q->asker = NULL;
    q->alone = 0;
    q->redis = conf->redis;
    q->script = script;
    q->size = size;
    q->argc = argc + 3;
    q->argv = (ngx_str_t *) (q + 1);

    p = (u_char *) (q->argv + q->argc);

    ngx_str_set(&q->argv[0], "EVALSHA");
    q->argv[1].len = sizeof(script->sha1);
    q->argv[1].data = script->sha1;
    q->argv[2].data = p;
    p = ngx_crm_text_decimal(p, nkeys);
    q->argv[2].len = p - q->argv[2].data;

    for (i = 0; i < argc; i++) {
        q->argv[i + 3].data = p;
        q->argv[i + 3].len = argv[i].len;

        if (argv[i].len) {
            p = ngx_cpymem(p, argv[i].data, argv[i].len);
        }
    }

    return q;
}


static void
ngx_crm_script_free(ngx_crm_script_question_t *q)
{
    ngx_explicit_memzero(q, q->size);
    ngx_free(q);
}


/* NOSCRIPT: nothing has run, so it is safe to ask again, once. */

static void
ngx_crm_script_answered(void *data, const ngx_crm_reply_t *reply)
{
    ngx_crm_ctx_t              *ctx;
    ngx_crm_script_question_t  *q;

    q = data;

    if ((q->asker || q->alone) && q->argv[1].data == q->script->sha1
        && ngx_crm_reply_is(reply, "NOSCRIPT"))
    {
        ngx_str_set(&q->argv[0], "EVAL");
        q->argv[1].data = (u_char *) q->script->source;
        q->argv[1].len = ngx_strlen(q->script->source);

        if (ngx_crm_redis_send(q->redis, q->argc, q->argv,
                               ngx_crm_script_answered, q)
            == NGX_OK)
        {
            return;
        }
    }

    ctx = q->asker;
    ngx_crm_script_free(q);

    ngx_crm_redis_wake(ctx, reply);
}
