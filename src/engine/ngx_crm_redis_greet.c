#include "engine/ngx_crm_redis_greet.h"
#include "engine/ngx_crm_redis_io.h"
#include "engine/ngx_crm_redis_listen.h"
#include "engine/ngx_crm_script.h"


static ngx_int_t ngx_crm_redis_greet_scripts(ngx_crm_redis_t *link);
static ngx_int_t ngx_crm_redis_greet_say(ngx_crm_redis_t *link,
    ngx_uint_t argc, const ngx_str_t *argv);
static void ngx_crm_redis_greet_answered(void *data,
    const ngx_crm_reply_t *reply);


/* PING always: Redis takes AUTH and SELECT even while it loads its data. */

ngx_int_t
ngx_crm_redis_greet(ngx_crm_redis_t *link)
{
    u_char      db[NGX_INT_T_LEN];
    ngx_str_t   argv[3];
    ngx_uint_t  n;

    if (link->password.len) {
        n = 0;
        ngx_str_set(&argv[n], "AUTH");
        n++;

        if (link->user.len) {
            argv[n++] = link->user;
        }

        argv[n++] = link->password;

        if (ngx_crm_redis_greet_say(link, n, argv) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (link->db) {
        ngx_str_set(&argv[0], "SELECT");
        argv[1].data = db;
        argv[1].len = ngx_sprintf(db, "%ui", link->db) - db;

        if (ngx_crm_redis_greet_say(link, 2, argv) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (link->listen == NULL && ngx_crm_redis_greet_scripts(link) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_str_set(&argv[0], "PING");

    if (ngx_crm_redis_greet_say(link, 1, argv) != NGX_OK) {
        return NGX_ERROR;
    }

    if (link->listen == NULL) {
        return NGX_OK;
    }

    ngx_str_set(&argv[0], "SUBSCRIBE");
    argv[1] = *ngx_crm_redis_listen_channel(link->listen);

    return ngx_crm_redis_greet_say(link, 2, argv);
}


static ngx_int_t
ngx_crm_redis_greet_scripts(ngx_crm_redis_t *link)
{
    ngx_str_t          argv[3];
    ngx_crm_script_t  *script;

    ngx_str_set(&argv[0], "SCRIPT");
    ngx_str_set(&argv[1], "LOAD");

    for (script = ngx_crm_script_first(); script; script = script->next) {
        argv[2].data = (u_char *) script->source;
        argv[2].len = ngx_strlen(script->source);

        if (ngx_crm_redis_greet_say(link, 3, argv) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_redis_greet_say(ngx_crm_redis_t *link, ngx_uint_t argc,
    const ngx_str_t *argv)
{
    if (ngx_crm_redis_io_send(link, argc, argv, ngx_crm_redis_greet_answered,
                              link)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    link->greetings++;

    return NGX_OK;
}


static void
ngx_crm_redis_greet_answered(void *data, const ngx_crm_reply_t *reply)
{
    ngx_crm_redis_t  *link;

    if (reply == NULL) {
        return;
    }

    link = data;
    link->greetings--;

    if (reply->type == REDIS_REPLY_ERROR) {
        ngx_crm_reply_brief(link->refusal, reply);
        link->refused = 1;
        return;
    }

    if (link->greetings == 0) {
        ngx_crm_redis_link_up(link);
    }
}
