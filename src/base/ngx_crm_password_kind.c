#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_password.h"
#include "base/ngx_crm_password_kind.h"


/* 256 MiB as blocks of 128 bytes, which are the unit of N * r; and its log2 */
#define NGX_CRM_PASSWORD_KIND_BLOCKS  (1 << 21)
#define NGX_CRM_PASSWORD_KIND_LOG2    21


static ngx_int_t ngx_crm_password_kind_yescrypt(const char **p);
static ngx_int_t ngx_crm_password_kind_scrypt(const char **p);
static ngx_int_t ngx_crm_password_kind_bcrypt(const char **p);
static ngx_int_t ngx_crm_password_kind_sha512(const char **p);
static ngx_int_t ngx_crm_password_kind_argon2(const char **p);
static ngx_int_t ngx_crm_password_kind_digits(const char **p, size_t n,
    uint64_t *value);
static ngx_int_t ngx_crm_password_kind_number(const char **p,
    const char *name, uint32_t min, uint32_t max, uint32_t *value);
static ngx_int_t ngx_crm_password_kind_text(const char **p, const char *text);


/* $2x$ is bcrypt as a bug left it: many passwords fit one hash */

static const ngx_crm_password_kind_t  ngx_crm_password_kinds[] = {
    { "$y$", ngx_crm_password_kind_yescrypt, 0, 22, "$", 43 },
    { "$7$", ngx_crm_password_kind_scrypt, 0, 22, "$", 43 },
    { "$2a$", ngx_crm_password_kind_bcrypt, 0, 22, "", 31 },
    { "$2b$", ngx_crm_password_kind_bcrypt, 0, 22, "", 31 },
    { "$2y$", ngx_crm_password_kind_bcrypt, 0, 22, "", 31 },
    { "$6$", ngx_crm_password_kind_sha512, 0, 16, "$", 86 },
    { "$argon2id$v=19$", ngx_crm_password_kind_argon2, 1, 22, "$", 43 },
    { NULL, NULL, 0, 0, NULL, 0 }
};


const ngx_crm_password_kind_t *
ngx_crm_password_kind_find(const char *hash, const char **end)
{
    const ngx_crm_password_kind_t  *kind;

    if (strnlen(hash, NGX_CRM_HASH_MAX) == NGX_CRM_HASH_MAX) {
        return NULL;
    }

    for (kind = ngx_crm_password_kinds; kind->prefix; kind++) {
        *end = hash;

        if (ngx_crm_password_kind_text(end, kind->prefix) == NGX_OK) {
            return kind->cost(end) == NGX_OK ? kind : NULL;
        }
    }

    return NULL;
}


/*
 * As crypt_gensalt(3) writes it: the flavour j, N and r, of one digit each.
 * What may follow (lanes, passes, upgrades, a ROM) it does not write, and it
 * is refused.
 */

static ngx_int_t
ngx_crm_password_kind_yescrypt(const char **p)
{
    uint64_t  n, r;

    if (ngx_crm_password_kind_text(p, "j") != NGX_OK
        || ngx_crm_password_kind_digits(p, 1, &n) != NGX_OK
        || ngx_crm_password_kind_digits(p, 1, &r) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    /* they count from 1; a digit of 48 or more would begin a longer number */

    if (n >= NGX_CRM_PASSWORD_KIND_LOG2 || r > 47
        || (r + 1) << (n + 1) > NGX_CRM_PASSWORD_KIND_BLOCKS)
    {
        return NGX_DECLINED;
    }

    return ngx_crm_password_kind_text(p, "$");
}


static ngx_int_t
ngx_crm_password_kind_scrypt(const char **p)
{
    uint64_t  n, r, turns;

    if (ngx_crm_password_kind_digits(p, 1, &n) != NGX_OK
        || ngx_crm_password_kind_digits(p, 5, &r) != NGX_OK
        || ngx_crm_password_kind_digits(p, 5, &turns) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    /* each turn costs the time of another N * r */

    if (n == 0 || n > NGX_CRM_PASSWORD_KIND_LOG2
        || r == 0 || r > NGX_CRM_PASSWORD_KIND_BLOCKS
        || turns == 0 || turns > NGX_CRM_PASSWORD_KIND_BLOCKS
        || (r * turns) << n > NGX_CRM_PASSWORD_KIND_BLOCKS)
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_password_kind_bcrypt(const char **p)
{
    const char  *s;

    s = *p;

    if (!(s[0] == '0' && s[1] >= '4' && s[1] <= '9')
        && !(s[0] == '1' && s[1] >= '0' && s[1] <= '4'))
    {
        return NGX_DECLINED;
    }

    *p = s + 2;

    return ngx_crm_password_kind_text(p, "$");
}


static ngx_int_t
ngx_crm_password_kind_sha512(const char **p)
{
    uint32_t  rounds;

    if (ngx_strncmp(*p, "rounds=", 7) != 0) {
        return NGX_OK;
    }

    if (ngx_crm_password_kind_number(p, "rounds=", 1000, 1000000, &rounds)
        != NGX_OK)
    {
        return NGX_DECLINED;
    }

    return ngx_crm_password_kind_text(p, "$");
}


static ngx_int_t
ngx_crm_password_kind_argon2(const char **p)
{
    uint32_t  memory, passes, lanes;

    if (ngx_crm_password_kind_number(p, "m=", 8, 262144, &memory) != NGX_OK
        || ngx_crm_password_kind_number(p, ",t=", 1, 16, &passes) != NGX_OK
        || ngx_crm_password_kind_number(p, ",p=", 1, 16, &lanes) != NGX_OK
        || memory < 8 * lanes)
    {
        return NGX_DECLINED;
    }

    return ngx_crm_password_kind_text(p, "$");
}


/* Reads n of crypt(3)'s digits, the lowest first. */

static ngx_int_t
ngx_crm_password_kind_digits(const char **p, size_t n, uint64_t *value)
{
    char    *digit;
    size_t   i;

    static const char  digits[] =
        "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    *value = 0;

    for (i = 0; i < n; i++) {

        if (**p == '\0') {
            return NGX_DECLINED;
        }

        digit = ngx_strchr(digits, **p);
        if (digit == NULL) {
            return NGX_DECLINED;
        }

        *value |= (uint64_t) (digit - digits) << (6 * i);
        (*p)++;
    }

    return NGX_OK;
}


/* Reads a name and a number without leading zeros, as its library would. */

static ngx_int_t
ngx_crm_password_kind_number(const char **p, const char *name, uint32_t min,
    uint32_t max, uint32_t *value)
{
    const char  *s;

    if (ngx_crm_password_kind_text(p, name) != NGX_OK || **p == '0') {
        return NGX_DECLINED;
    }

    *value = 0;

    for (s = *p; *s >= '0' && *s <= '9' && *value <= max; s++) {
        *value = *value * 10 + (uint32_t) (*s - '0');
    }

    *p = s;

    return (*value >= min && *value <= max) ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_crm_password_kind_text(const char **p, const char *text)
{
    size_t  n;

    n = ngx_strlen(text);

    if (ngx_strncmp(*p, text, n) != 0) {
        return NGX_DECLINED;
    }

    *p += n;

    return NGX_OK;
}
