#include "store/ngx_crm_new_password.h"
#include "engine/ngx_crm_job.h"
#include "base/ngx_crm_password.h"


/* all that the thread sees */
typedef struct {
    char         password[NGX_CRM_PASSWORD_BYTES + 1];
    char         hash[NGX_CRM_HASH_MAX];
    ngx_int_t    rc;
} ngx_crm_new_password_job_t;


static void ngx_crm_new_password_thread(void *data);


ngx_uint_t
ngx_crm_new_password_is_long(ngx_http_request_t *r,
    const ngx_str_t *password)
{
    size_t               n;
    ngx_crm_srv_conf_t  *scf;

    scf = ngx_http_get_module_srv_conf(r, ngx_crm_module);

    n = ngx_utf8_length(password->data, password->len);

    return n >= scf->password.min && n <= scf->password.max
           && password->len <= NGX_CRM_PASSWORD_BYTES;
}


ngx_uint_t
ngx_crm_new_password_is_name(const ngx_str_t *password,
    const ngx_str_t *name)
{
    return password->len == name->len
           && ngx_strncasecmp(password->data, name->data, name->len) == 0;
}


ngx_int_t
ngx_crm_new_password_hash(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *password)
{
    ngx_crm_job_t               *job;
    ngx_crm_new_password_job_t  *data;

    job = ngx_crm_job_create(r, ctx, ngx_crm_new_password_thread,
                             sizeof(ngx_crm_new_password_job_t));
    if (job == NULL) {
        return NGX_ERROR;
    }

    data = ngx_crm_job_data(job);

    (void) ngx_cpystrn((u_char *) data->password, password->data,
                       ngx_min(password->len + 1, sizeof(data->password)));

    return ngx_crm_job_ask(r, ctx, job);
}


static void
ngx_crm_new_password_thread(void *data)
{
    ngx_crm_new_password_job_t  *job = data;

    job->rc = ngx_crm_password_hash(job->password, job->hash);
}


ngx_int_t
ngx_crm_new_password_hashed(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_str_t *hash)
{
    ngx_crm_new_password_job_t  *job;

    job = ngx_crm_job_data(ctx->walk.job);

    if (job->rc != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "crm: a password was not hashed");
        return NGX_ERROR;
    }

    hash->len = ngx_strlen(job->hash);

    hash->data = ngx_pnalloc(r->pool, hash->len + 1);
    if (hash->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(hash->data, job->hash, hash->len + 1);

    return NGX_OK;
}
