#include <ngx_config.h>
#include <ngx_core.h>

#include <argon2.h>
#include <crypt.h>

#include "base/ngx_crm_password.h"
#include "base/ngx_crm_password_kind.h"
#include "base/ngx_crm_text.h"


static ngx_int_t ngx_crm_password_argon2(const char *password,
    const char *hash);
static ngx_int_t ngx_crm_password_crypt(const char *password,
    const char *setting, char hash[NGX_CRM_HASH_MAX]);
static ngx_int_t ngx_crm_password_salt(char setting[NGX_CRM_HASH_MAX]);


ngx_int_t
ngx_crm_password_verify(const char *password, const char *hash)
{
    char                            made[NGX_CRM_HASH_MAX];
    ngx_int_t                       rc;
    const char                     *end;
    const ngx_crm_password_kind_t  *kind;

    kind = ngx_crm_password_kind_find(hash, &end);
    if (kind == NULL) {
        return NGX_ERROR;
    }

    if (ngx_strlen(password) > NGX_CRM_PASSWORD_BYTES) {
        return NGX_DECLINED;
    }

    if (kind->argon2) {
        return ngx_crm_password_argon2(password, hash);
    }

    rc = ngx_crm_password_crypt(password, hash, made);

    if (rc == NGX_OK
        && !ngx_crm_text_same((u_char *) made, ngx_strlen(made),
                              (u_char *) hash, ngx_strlen(hash)))
    {
        rc = NGX_DECLINED;
    }

    ngx_explicit_memzero(made, sizeof(made));

    return rc;
}


static ngx_int_t
ngx_crm_password_argon2(const char *password, const char *hash)
{
    switch (argon2id_verify(hash, password, ngx_strlen(password))) {

    case ARGON2_OK:
        return NGX_OK;

    case ARGON2_VERIFY_MISMATCH:
        return NGX_DECLINED;

    case ARGON2_MEMORY_ALLOCATION_ERROR:
    case ARGON2_THREAD_FAIL:
        return NGX_ABORT;

    default:
        return NGX_ERROR;
    }
}


static ngx_int_t
ngx_crm_password_crypt(const char *password, const char *setting,
    char hash[NGX_CRM_HASH_MAX])
{
    char               *made;
    ngx_int_t           rc;
    struct crypt_data  *data;

    /* 32 KB, much for the stack of a thread */

    data = calloc(1, sizeof(struct crypt_data));
    if (data == NULL) {
        return NGX_ABORT;
    }

    errno = 0;
    made = crypt_r(password, setting, data);

    /* *0 or *1 says that it failed */

    rc = (errno == ENOMEM) ? NGX_ABORT : NGX_ERROR;

    if (made && made[0] == '$' && ngx_strlen(made) < NGX_CRM_HASH_MAX) {
        ngx_memcpy(hash, made, ngx_strlen(made) + 1);
        rc = NGX_OK;
    }

    ngx_explicit_memzero(data, sizeof(struct crypt_data));
    free(data);

    return rc;
}


ngx_int_t
ngx_crm_password_hash(const char *password, char hash[NGX_CRM_HASH_MAX])
{
    char  setting[NGX_CRM_HASH_MAX];

    if (ngx_crm_password_salt(setting) != NGX_OK) {
        return NGX_ERROR;
    }

    return (ngx_crm_password_crypt(password, setting, hash) == NGX_OK)
           ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_crm_password_salt(char setting[NGX_CRM_HASH_MAX])
{
    /* cost 0 is the library's default, and no bytes are random ones */

    return crypt_gensalt_rn("$y$", 0, NULL, 0, setting, NGX_CRM_HASH_MAX)
           ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_crm_password_setting(const char *hash, char setting[NGX_CRM_SETTING_MAX])
{
    const char  *end;

    if (ngx_crm_password_kind_find(hash, &end) == NULL
        || end - hash >= NGX_CRM_SETTING_MAX)
    {
        return NGX_DECLINED;
    }

    *ngx_cpymem(setting, hash, end - hash) = '\0';

    return NGX_OK;
}


ngx_int_t
ngx_crm_password_decoy(const char *setting, char hash[NGX_CRM_HASH_MAX])
{
    char                           *p, zero;
    const char                     *end;
    const ngx_crm_password_kind_t  *kind;

    kind = ngx_crm_password_kind_find(setting, &end);

    if (kind == NULL || *end || end - setting >= NGX_CRM_SETTING_MAX) {
        return NGX_ERROR;
    }

    /* a digest of zeros: nobody knows a password that has it */

    zero = kind->argon2 ? 'A' : '.';

    p = (char *) ngx_cpymem(hash, setting, end - setting);

    ngx_memset(p, zero, kind->salt);
    p += kind->salt;

    p = (char *) ngx_cpymem(p, kind->separator, ngx_strlen(kind->separator));

    ngx_memset(p, zero, kind->digest);
    p[kind->digest] = '\0';

    return NGX_OK;
}


ngx_uint_t
ngx_crm_password_is_current(const char *hash)
{
    char  fresh[NGX_CRM_HASH_MAX];
    char  ours[NGX_CRM_SETTING_MAX], its[NGX_CRM_SETTING_MAX];

    return ngx_crm_password_salt(fresh) == NGX_OK
           && ngx_crm_password_setting(fresh, ours) == NGX_OK
           && ngx_crm_password_setting(hash, its) == NGX_OK
           && ngx_strcmp(ours, its) == 0;
}
