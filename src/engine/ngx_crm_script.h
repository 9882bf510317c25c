/*
 * Lua scripts that run in Redis: each a .lua file beside the .c that asks for
 * it, sent as EVALSHA, and as EVAL where Redis does not know it.
 */

#ifndef _NGX_CRM_SCRIPT_H_INCLUDED_
#define _NGX_CRM_SCRIPT_H_INCLUDED_


#include "ngx_crm.h"


typedef struct ngx_crm_script_s  ngx_crm_script_t;

struct ngx_crm_script_s {
    const char         *source;    /* the file's bytes, NUL-terminated */
    const char         *name;      /* for the log */
    ngx_crm_script_t   *next;      /* set by ngx_crm_script_init */
    u_char              sha1[40];  /* hex, alike */
};


/* Defines the script `name` from a .lua file, its path below src/. */
#define ngx_crm_script(var, path)                                             \
    __asm__(".pushsection .rodata\n"                                          \
            ".hidden " #var "_lua\n.globl " #var "_lua\n"                     \
            #var "_lua: .incbin \"" path "\"\n.byte 0\n.popsection\n");       \
    extern const char  var##_lua[] __attribute__((visibility("hidden")));     \
    static ngx_crm_script_t  var = { var##_lua, path, NULL, { 0 } };          \
    static ngx_crm_script_t  *const var##_known                               \
        __attribute__((used, section("ngx_crm_scripts"))) = &var


/*
 * Prepares all scripts that the macro above has defined, when the
 * configuration is read; each new link loads them into Redis.  Returns NGX_OK
 * or NGX_ERROR.
 */
ngx_int_t ngx_crm_script_init(void);

/* The first of the scripts made known, or NULL. */
ngx_crm_script_t *ngx_crm_script_first(void);

/*
 * Asks for a script's run: nkeys keys come first in argv (argc texts in all).
 * Parks; the next step finds the reply in ctx->walk.reply, never an error
 * reply.  Returns NGX_AGAIN, or 503.
 */
ngx_int_t ngx_crm_script_ask(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_script_t *script, ngx_uint_t nkeys, ngx_uint_t argc,
    const ngx_str_t *argv);

/*
 * The same for what nobody waits for: errors are logged.  Returns NGX_OK, or
 * NGX_ERROR: it will not run.
 */
ngx_int_t ngx_crm_script_send(ngx_crm_main_conf_t *conf,
    ngx_crm_script_t *script, ngx_uint_t nkeys, ngx_uint_t argc,
    const ngx_str_t *argv);


#endif /* _NGX_CRM_SCRIPT_H_INCLUDED_ */
