/* What a server writes within bounds: crm_otp, crm_login, crm_password. */

#include "edge/ngx_crm_bounds.h"
#include "edge/ngx_crm_parameters.h"


#define NGX_CRM_BOUNDS_LEEWAY  600    /* s */

#define ngx_crm_bounds_end                                                    \
    { ngx_null_string, NGX_CRM_NUMBER, 0, 0, 0, 0 }


struct ngx_crm_bounds_s {
    const ngx_crm_parameter_t   *table;
    size_t                       offset;   /* of a struct of the server's */
    size_t                       size;
};


static char *ngx_crm_bounds_leeway_check(ngx_conf_t *cf, void *post,
    void *data);
static char *ngx_crm_bounds_plain_check(ngx_conf_t *cf, void *post,
    void *data);
static ngx_uint_t *ngx_crm_bounds_of(const ngx_crm_bounds_t *bounds,
    ngx_crm_srv_conf_t *scf);


static const ngx_crm_parameter_t  ngx_crm_bounds_otp_table[] = {
    { ngx_string("digits="), NGX_CRM_NUMBER,
      offsetof(ngx_crm_otp_conf_t, digits), 6, 6, 10 },
    { ngx_string("ttl="), NGX_CRM_SECONDS,
      offsetof(ngx_crm_otp_conf_t, ttl), 300, 30, 600 },
    { ngx_string("tries="), NGX_CRM_NUMBER,
      offsetof(ngx_crm_otp_conf_t, tries), 5, 1, 10 },
    { ngx_string("cooldown="), NGX_CRM_SECONDS,
      offsetof(ngx_crm_otp_conf_t, cooldown), 30, 0, 3600 },
    { ngx_string("per_hour="), NGX_CRM_NUMBER,
      offsetof(ngx_crm_otp_conf_t, per_hour), 5, 1, 1000 },
    { ngx_string("per_app="), NGX_CRM_NUMBER,
      offsetof(ngx_crm_otp_conf_t, per_app), 10000, 1, 100000000 },
    { ngx_string("prefixes="), NGX_CRM_LIST,
      offsetof(ngx_crm_otp_conf_t, prefixes), 0, 0, 0 },
    ngx_crm_bounds_end
};

static const ngx_crm_parameter_t  ngx_crm_bounds_login_table[] = {
    { ngx_string("failures="), NGX_CRM_NUMBER,
      offsetof(ngx_crm_login_conf_t, failures), 10, 1, 1000 },
    { ngx_string("window="), NGX_CRM_SECONDS,
      offsetof(ngx_crm_login_conf_t, window), 900, 60, 86400 },
    { ngx_string("lockout="), NGX_CRM_SECONDS,
      offsetof(ngx_crm_login_conf_t, lockout), 900, 1, 86400 },
    { ngx_string("global="), NGX_CRM_NUMBER,
      offsetof(ngx_crm_login_conf_t, global), 100, 1, 1000000 },
    ngx_crm_bounds_end
};

/* the ranges of min and max meet in one number: neither can be beyond both */

static const ngx_crm_parameter_t  ngx_crm_bounds_password_table[] = {
    { ngx_string("min="), NGX_CRM_NUMBER,
      offsetof(ngx_crm_password_conf_t, min), 8, 4, 64 },
    { ngx_string("max="), NGX_CRM_NUMBER,
      offsetof(ngx_crm_password_conf_t, max), 128, 64, 128 },
    { ngx_string("reset_ttl="), NGX_CRM_SECONDS,
      offsetof(ngx_crm_password_conf_t, reset_ttl), 1800, 60, 86400 },
    { ngx_string("verify_ttl="), NGX_CRM_SECONDS,
      offsetof(ngx_crm_password_conf_t, verify_ttl), 86400, 60, 2592000 },
    ngx_crm_bounds_end
};


ngx_crm_bounds_t  ngx_crm_bounds_otp = {
    ngx_crm_bounds_otp_table, offsetof(ngx_crm_srv_conf_t, otp),
    sizeof(ngx_crm_otp_conf_t)
};

ngx_crm_bounds_t  ngx_crm_bounds_login = {
    ngx_crm_bounds_login_table, offsetof(ngx_crm_srv_conf_t, login),
    sizeof(ngx_crm_login_conf_t)
};

ngx_crm_bounds_t  ngx_crm_bounds_password = {
    ngx_crm_bounds_password_table, offsetof(ngx_crm_srv_conf_t, password),
    sizeof(ngx_crm_password_conf_t)
};


ngx_conf_post_t  ngx_crm_bounds_leeway = { ngx_crm_bounds_leeway_check };
ngx_conf_post_t  ngx_crm_bounds_plain = { ngx_crm_bounds_plain_check };


static const ngx_crm_bounds_t  *const ngx_crm_bounds_all[] = {
    &ngx_crm_bounds_otp, &ngx_crm_bounds_login, &ngx_crm_bounds_password,
    NULL
};


/* clocks that differ by more are wrong, and what has expired is not good */

static char *
ngx_crm_bounds_leeway_check(ngx_conf_t *cf, void *post, void *data)
{
    time_t  *leeway = data;

    return (*leeway > NGX_CRM_BOUNDS_LEEWAY)
           ? "is too long, write 10m or less" : NGX_CONF_OK;
}


static char *
ngx_crm_bounds_plain_check(ngx_conf_t *cf, void *post, void *data)
{
    ngx_str_t  *text = data;

    return ngx_strchr(text->data, '$') ? "takes no variables" : NGX_CONF_OK;
}


char *
ngx_crm_bounds_read(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_uint_t              *fields;
    const ngx_crm_bounds_t  *bounds = cmd->post;

    fields = ngx_crm_bounds_of(bounds, conf);

    if (*fields != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    ngx_crm_parameters_default(bounds->table, fields);

    return ngx_crm_parameters_read(cf, 1, bounds->table, fields);
}


/* the first parameter of each is a number, and says whether it is set */

static ngx_uint_t *
ngx_crm_bounds_of(const ngx_crm_bounds_t *bounds, ngx_crm_srv_conf_t *scf)
{
    return (ngx_uint_t *) ((u_char *) scf + bounds->offset);
}


void
ngx_crm_bounds_unset(ngx_crm_srv_conf_t *scf)
{
    ngx_uint_t  i;

    for (i = 0; ngx_crm_bounds_all[i]; i++) {
        *ngx_crm_bounds_of(ngx_crm_bounds_all[i], scf) = NGX_CONF_UNSET_UINT;
    }
}


void
ngx_crm_bounds_merge(ngx_crm_srv_conf_t *prev, ngx_crm_srv_conf_t *conf)
{
    ngx_uint_t               i, *outer, *inner;
    const ngx_crm_bounds_t  *bounds;

    for (i = 0; ngx_crm_bounds_all[i]; i++) {

        bounds = ngx_crm_bounds_all[i];
        outer = ngx_crm_bounds_of(bounds, prev);
        inner = ngx_crm_bounds_of(bounds, conf);

        if (*outer == NGX_CONF_UNSET_UINT) {
            ngx_crm_parameters_default(bounds->table, outer);
        }

        if (*inner == NGX_CONF_UNSET_UINT) {
            ngx_memcpy(inner, outer, bounds->size);
        }
    }
}
