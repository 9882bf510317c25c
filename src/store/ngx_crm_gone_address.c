#include "store/ngx_crm_gone_address.h"
#include "store/ngx_crm_name.h"
#include "engine/ngx_crm_redis.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_script.h"
#include "base/ngx_crm_normal.h"
#include "base/ngx_crm_text.h"


/* bytes of a name with an address, or an id, in it */
#define NGX_CRM_GONE_ADDRESS_NAME  (NGX_CRM_NORMAL_MAX + 32)


ngx_crm_script(ngx_crm_gone_address_script, "store/ngx_crm_gone_address.lua");


/* outlives the request; freed with the reply */
typedef struct {
    ngx_crm_main_conf_t   *conf;
    const ngx_str_t       *mode;
    ngx_str_t              cid;
    ngx_str_t              kept;      /* the new one; empty: it is none */
} ngx_crm_gone_address_t;


static ngx_crm_gone_address_t *ngx_crm_gone_address_keep(
    ngx_http_request_t *r, ngx_crm_ctx_t *ctx);
static void ngx_crm_gone_address_found(void *data,
    const ngx_crm_reply_t *reply);
static ngx_int_t ngx_crm_gone_address_drop(const ngx_crm_gone_address_t *gone,
    const ngx_str_t *text);
static void ngx_crm_gone_address_failed(const ngx_str_t *cid);


static const ngx_str_t  ngx_crm_gone_address_member = ngx_string("email");


void
ngx_crm_gone_address(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t                argv[3];
    ngx_crm_gone_address_t  *gone;

    ngx_str_set(&argv[0], "HGET");
    argv[2] = ngx_crm_gone_address_member;

    gone = ngx_crm_gone_address_keep(r, ctx);

    if (gone == NULL
        || ngx_crm_name(r, ctx, &argv[1], "contact:{%V}", &ctx->contact)
           != NGX_OK
        || ngx_crm_redis_send(gone->conf->redis, 3, argv,
                              ngx_crm_gone_address_found, gone)
           != NGX_OK)
    {
        ngx_crm_gone_address_failed(&ctx->contact);
        ngx_free(gone);
    }
}


static ngx_crm_gone_address_t *
ngx_crm_gone_address_keep(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    u_char                   buf[NGX_CRM_NORMAL_MAX], *p;
    ngx_str_t                kept;
    ngx_crm_gone_address_t  *gone;

    kept.data = buf;

    if (ngx_crm_normal_email(&kept, &ctx->held.address) != NGX_OK) {
        kept.len = 0;
    }

    gone = ngx_alloc(sizeof(ngx_crm_gone_address_t) + ctx->contact.len
                     + kept.len, r->connection->log);
    if (gone == NULL) {
        return NULL;
    }

    p = (u_char *) (gone + 1);

    gone->conf = ngx_http_get_module_main_conf(r, ngx_crm_module);
    gone->mode = ngx_crm_name_mode(ctx->mode);

    gone->cid.data = p;
    gone->cid.len = ctx->contact.len;
    p = ngx_cpymem(p, ctx->contact.data, ctx->contact.len);

    gone->kept.data = p;
    gone->kept.len = kept.len;
    ngx_memcpy(p, kept.data, kept.len);

    return gone;
}


static void
ngx_crm_gone_address_found(void *data, const ngx_crm_reply_t *reply)
{
    ngx_int_t                rc;
    ngx_str_t                text;
    ngx_crm_gone_address_t  *gone = data;

    rc = reply ? ngx_crm_reply_text(reply, &text) : NGX_ERROR;

    if (rc == NGX_OK) {
        rc = ngx_crm_gone_address_drop(gone, &text);
    }

    if (rc == NGX_ERROR) {
        ngx_crm_gone_address_failed(&gone->cid);
    }

    ngx_free(gone);
}


/* the way in first: as long as the text is there, it is found again */

static ngx_int_t
ngx_crm_gone_address_drop(const ngx_crm_gone_address_t *gone,
    const ngx_str_t *text)
{
    u_char                old[NGX_CRM_NORMAL_MAX];
    u_char                identity[NGX_CRM_GONE_ADDRESS_NAME];
    u_char                contact[NGX_CRM_GONE_ADDRESS_NAME];
    ngx_str_t             address, argv[3];
    ngx_crm_main_conf_t  *conf;

    address.data = old;

    if (ngx_crm_normal_email(&address, text) != NGX_OK
        || ngx_crm_text_same(address.data, address.len, gone->kept.data,
                             gone->kept.len))
    {
        return NGX_OK;
    }

    conf = gone->conf;

    argv[0].data = identity;
    argv[0].len = ngx_snprintf(identity, sizeof(identity),
                               "crm:%V:identity:{EMAIL:%V}", gone->mode,
                               &address)
                  - identity;
    argv[1] = gone->cid;

    if (ngx_crm_script_send(conf, &ngx_crm_gone_address_script, 1, 2, argv)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    argv[0].data = contact;
    argv[0].len = ngx_snprintf(contact, sizeof(contact), "crm:%V:contact:{%V}",
                               gone->mode, &gone->cid)
                  - contact;
    argv[1] = *text;
    argv[2] = ngx_crm_gone_address_member;

    return ngx_crm_script_send(conf, &ngx_crm_gone_address_script, 1, 3,
                               argv);
}


static void
ngx_crm_gone_address_failed(const ngx_str_t *cid)
{
    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "crm: the old address of contact \"%V\" is still a way in",
                  cid);
}
