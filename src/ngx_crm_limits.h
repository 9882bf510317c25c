/* How often, how long, how many: crm_otp, crm_login and crm_password. */

#ifndef _NGX_CRM_LIMITS_H_INCLUDED_
#define _NGX_CRM_LIMITS_H_INCLUDED_


typedef struct {
    ngx_uint_t                      digits;
    time_t                          ttl;                 /* s */
    ngx_uint_t                      tries;
    time_t                          cooldown;            /* s */
    ngx_uint_t                      per_hour;
    ngx_uint_t                      per_app;             /* an hour */
    ngx_array_t                    *prefixes;  /* ngx_str_t, NULL: any */
} ngx_crm_otp_conf_t;


typedef struct {
    ngx_uint_t                      failures;
    time_t                          window;              /* s */
    time_t                          lockout;             /* s */
    ngx_uint_t                      global;              /* an hour */
} ngx_crm_login_conf_t;


typedef struct {
    ngx_uint_t                      min;                 /* characters */
    ngx_uint_t                      max;
    time_t                          reset_ttl;           /* s */
    time_t                          verify_ttl;          /* s */
} ngx_crm_password_conf_t;


#endif /* _NGX_CRM_LIMITS_H_INCLUDED_ */
