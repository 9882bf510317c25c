/* What the operator wrote, read-only once merged. */

#ifndef _NGX_CRM_CONF_H_INCLUDED_
#define _NGX_CRM_CONF_H_INCLUDED_


#include "ngx_crm_limits.h"


typedef struct ngx_crm_redis_s      ngx_crm_redis_t;    /* engine */
typedef struct ngx_crm_shapes_s     ngx_crm_shapes_t;   /* engine */


typedef enum {                                 /* crm_api_key, crm_token */
    NGX_CRM_DEMAND_ROUTE = 0, NGX_CRM_DEMAND_ON, NGX_CRM_DEMAND_OPTIONAL,
    NGX_CRM_DEMAND_OFF
} ngx_crm_demand_e;

typedef enum {
    NGX_CRM_UNLISTED_PROXY = 0, NGX_CRM_UNLISTED_DENY
} ngx_crm_unlisted_e;

typedef enum {
    NGX_CRM_REVOCATION_EVENTUAL = 0, NGX_CRM_REVOCATION_STRICT
} ngx_crm_revocation_e;


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

    ngx_thread_pool_t              *threads;
    ngx_str_t                       threads_name;
    ngx_uint_t                      threads_queue;

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
} ngx_crm_srv_conf_t;


typedef struct {                               /* location */
    const ngx_crm_api_t            *api;       /* NULL: not an edge */
    ngx_crm_shapes_t               *shapes;    /* the API's, compiled */
    ngx_str_t                       base;      /* "/self-service/v1" */
    const ngx_crm_route_t          *answer;    /* of crm_answer, or NULL */
    ngx_str_t                       answer_name;
    ngx_http_complex_value_t       *require_tls;         /* NULL: on */
    ngx_uint_t                      unlisted;
    ngx_uint_t                      api_key;
    ngx_uint_t                      token;
    ngx_flag_t                      mac_login;
    ngx_flag_t                      forward_credentials;
    time_t                          access_ttl;          /* s */
    time_t                          refresh_ttl;         /* s */
} ngx_crm_loc_conf_t;


#endif /* _NGX_CRM_CONF_H_INCLUDED_ */
