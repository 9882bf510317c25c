/* What the operator wrote, read-only once merged. */

#ifndef _NGX_CRM_CONF_H_INCLUDED_
#define _NGX_CRM_CONF_H_INCLUDED_


#include "ngx_crm_choices.h"
#include "ngx_crm_limits.h"


typedef struct ngx_crm_redis_s      ngx_crm_redis_t;    /* engine */
typedef struct ngx_crm_shapes_s     ngx_crm_shapes_t;   /* engine */
typedef struct ngx_crm_dialect_s    ngx_crm_dialect_t;  /* engine */
typedef struct ngx_crm_route_table_s    ngx_crm_route_table_t;
typedef struct ngx_crm_token_cache_s    ngx_crm_token_cache_t;


typedef struct {                               /* http */
    ngx_crm_redis_t                *redis;     /* NULL: no crm_redis */
    ngx_shm_zone_t                 *zone;
    size_t                          zone_size;
    ngx_array_t                    *secrets;   /* ngx_crm_secret_t, or NULL */
    ngx_uint_t                      revocation;
    time_t                          token_life;          /* s, with leeway */
    ngx_flag_t                      key_cache;
    time_t                          key_ttl;             /* s */
    time_t                          key_negative_ttl;    /* s */
    time_t                          key_stale;           /* s */
    ngx_int_t                       token_cache;         /* tokens */
    ngx_crm_token_cache_t          *tokens;    /* NULL: none are kept */

    ngx_thread_pool_t              *threads;
    ngx_uint_t                      threads_queue;
    ngx_int_t                       threads_nice;        /* than a worker */
    ngx_uint_t                      outbox_max;
    time_t                          outbox_keep;         /* s */
    ngx_uint_t                      outbox_set;
    ngx_array_t                    *servers;   /* of crm_api locations */
} ngx_crm_main_conf_t;


typedef struct {                               /* server */
    ngx_array_t                    *jwt_keys;  /* ngx_crm_jwt_key_t * */
    ngx_str_t                       issuer;
    ngx_str_t                       audience;
    time_t                          leeway;              /* s */
    ngx_crm_otp_conf_t              otp;
    ngx_crm_login_conf_t            login;
    ngx_crm_password_conf_t         password;
    const ngx_crm_dialect_t        *error;     /* NULL: NGINX's own pages */
} ngx_crm_srv_conf_t;


typedef struct {                               /* location */
    const ngx_crm_api_t            *api;       /* NULL: not an edge */
    ngx_crm_route_table_t          *routes;    /* the API's, compiled */
    ngx_crm_shapes_t               *shapes;    /* alike */
    const ngx_crm_dialect_t        *dialect;   /* alike */
    const ngx_crm_dialect_t        *upstream;  /* NULL: the location's own */
    size_t                          envelope;  /* bytes held */
    ngx_str_t                       base;      /* "/self-service/v1" */
    const ngx_crm_route_t          *answer;    /* of crm_answer, or NULL */
    ngx_str_t                       answer_name;
    ngx_http_handler_pt             status;    /* of crm_status, or NULL */
    ngx_http_complex_value_t       *require_tls;         /* NULL: on */
    ngx_uint_t                      unlisted;
    ngx_uint_t                      api_key;
    ngx_uint_t                      token;
    ngx_flag_t                      mac_login;
    ngx_flag_t                      otp_verify;
    ngx_flag_t                      register_verify;
    ngx_flag_t                      opaque_tokens;
    ngx_flag_t                      sealed;    /* crm_payload_encryption */
    ngx_flag_t                      forward_credentials;
    time_t                          access_ttl;          /* s */
    time_t                          refresh_ttl;         /* s */
} ngx_crm_loc_conf_t;


#endif /* _NGX_CRM_CONF_H_INCLUDED_ */
