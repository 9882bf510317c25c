/*
 * The counters of one identity share its hash tag: login:{EMAIL:value}:… .
 * All of them are asked for in one script, so that concurrent guesses are
 * counted one after the other.
 */

#include "store/ngx_crm_attempts.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_person.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_reply.h"
#include "engine/ngx_crm_script.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_ATTEMPTS_NETWORK  16   /* hex digits of an IPv6 /64 */


ngx_crm_script(ngx_crm_attempts_script, "store/ngx_crm_attempts.lua");
ngx_crm_script(ngx_crm_attempts_back, "store/ngx_crm_attempts_back.lua");


static ngx_int_t ngx_crm_attempts_names(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_crm_attempt_t *attempt);
static size_t ngx_crm_attempts_network(ngx_connection_t *c,
    u_char network[NGX_CRM_ATTEMPTS_NETWORK]);


ngx_int_t
ngx_crm_attempts_count(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_attempt_t *attempt)
{
    ngx_str_t              argv[NGX_CRM_ATTEMPTS_KEYS + 4], *limits;
    ngx_crm_srv_conf_t    *scf;
    ngx_crm_login_conf_t  *login;

    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);
    login = &scf->login;

    limits = argv + NGX_CRM_ATTEMPTS_KEYS;

    if (ngx_crm_attempts_names(r, ctx, attempt) != NGX_OK
        || ngx_crm_name_number(r, &limits[0], login->failures) != NGX_OK
        || ngx_crm_name_number(r, &limits[1], login->window) != NGX_OK
        || ngx_crm_name_number(r, &limits[2], login->lockout) != NGX_OK
        || ngx_crm_name_number(r, &limits[3], login->global) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_memcpy(argv, attempt->keys, sizeof(attempt->keys));

    return ngx_crm_script_ask(r, ctx, &ngx_crm_attempts_script,
                              NGX_CRM_ATTEMPTS_KEYS,
                              sizeof(argv) / sizeof(argv[0]), argv);
}


static ngx_int_t
ngx_crm_attempts_names(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_attempt_t *attempt)
{
    u_char                 buf[NGX_CRM_ATTEMPTS_NETWORK];
    ngx_str_t              network;
    ngx_crm_credential_t  *who;

    who = &ctx->person->credentials[0];

    network.data = buf;
    network.len = ngx_crm_attempts_network(r->connection, buf);

    if (ngx_crm_name(r, ctx, &attempt->keys[0], "login:{%V:%V}:failures",
                     &who->name, &who->value)
        != NGX_OK
        || ngx_crm_name(r, ctx, &attempt->keys[1],
                        "login:{%V:%V}:failures:%V",
                        &who->name, &who->value, &network)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_name(r, ctx, &attempt->keys[2], "login:{%V:%V}:locked:%V",
                        &who->name, &who->value, &network);
}


/* what of an address its owner cannot choose freely */

static size_t
ngx_crm_attempts_network(ngx_connection_t *c,
    u_char network[NGX_CRM_ATTEMPTS_NETWORK])
{
    u_char               *p;
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    switch (c->sockaddr->sa_family) {

    case AF_INET:
        sin = (struct sockaddr_in *) c->sockaddr;
        p = ngx_crm_text_hex(network, (u_char *) &sin->sin_addr, 3);
        break;

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) c->sockaddr;
        p = sin6->sin6_addr.s6_addr;

        if (IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr)) {
            p = ngx_crm_text_hex(network, p + 12, 3);
            break;
        }

        p = ngx_crm_text_hex(network, p, 8);
        break;
#endif

    default: /* AF_UNIX */
        p = ngx_cpymem(network, "local", 5);
    }

    return p - network;
}


ngx_int_t
ngx_crm_attempts_counted(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_attempt_t *attempt)
{
    int64_t  allowed, seconds;

    if (ngx_crm_reply_read(ctx->walk.reply, "iit", &allowed, &seconds,
                           &attempt->id)
        != NGX_OK)
    {
        return ngx_crm_reply_wrong(r, "counted login attempts");
    }

    if (!allowed) {
        return ngx_crm_refuse_for(ctx, NGX_CRM_TOO_MANY_REQUESTS, seconds);
    }

    attempt->id.data = ngx_pstrdup(r->pool, &attempt->id);

    return attempt->id.data ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_crm_attempts_give_back(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_attempt_t *attempt)
{
    ngx_str_t            argv[NGX_CRM_ATTEMPTS_KEYS + 2];
    ngx_crm_srv_conf_t  *scf;

    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    ngx_memcpy(argv, attempt->keys, sizeof(attempt->keys));
    argv[NGX_CRM_ATTEMPTS_KEYS] = attempt->id;

    if (ngx_crm_name_number(r, &argv[NGX_CRM_ATTEMPTS_KEYS + 1],
                            scf->login.failures)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_crm_script_ask(r, ctx, &ngx_crm_attempts_back,
                              NGX_CRM_ATTEMPTS_KEYS,
                              sizeof(argv) / sizeof(argv[0]), argv);
}
