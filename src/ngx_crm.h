/*
 * The types that every floor shares.  Floors: base 0, engine 1, store 2,
 * gate and flows 3, apis 4, edge 5; an include goes down, never up.
 */

#ifndef _NGX_CRM_H_INCLUDED_
#define _NGX_CRM_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_crm_api.h"
#include "ngx_crm_conf.h"
#include "ngx_crm_state.h"


typedef struct ngx_crm_api_key_s    ngx_crm_api_key_t;
typedef struct ngx_crm_opaque_s     ngx_crm_opaque_t;
typedef struct ngx_crm_person_s     ngx_crm_person_t;

struct ngx_crm_ctx_s {
    ngx_http_request_t             *request;   /* subrequests share a pool */
    const ngx_crm_api_t            *api;
    const ngx_crm_shapes_t         *shapes;
    const ngx_crm_dialect_t        *dialect;
    const ngx_crm_route_t          *route;
    ngx_uint_t                      needs;     /* after crm_api_key, … */
    const ngx_crm_demands_t        *demands;   /* the route's; or NULL */
    ngx_str_t                       owner;     /* X of /contacts/X/… */
    ngx_str_t                       variable;  /* of a flow's row, the last */

    ngx_crm_walk_t                  walk;
    ngx_crm_refusal_t               verdict;   /* of the gate */
    ngx_crm_refusal_t               refusal;   /* spoken to the client */

    ngx_str_t                       sent_key;  /* as the client sent them */
    ngx_str_t                       sent_secret;
    ngx_str_t                       sent_token;
    ngx_str_t                       sent_refresh;

    const ngx_crm_api_key_t        *key;       /* proven, NULL: none */
    const ngx_crm_opaque_t         *opaque;    /* the token, if it is one */
    ngx_str_t                       app;       /* proven, empty: unknown */
    ngx_str_t                       contact;
    ngx_str_t                       session;
    time_t                          issued;    /* the token, Unix s, or 0 */
    time_t                          expires;   /* alike */
    ngx_str_t                       correlation;   /* the client's own */
    const ngx_str_t                *alphabet;  /* of codes; NULL: digits */
    ngx_crm_mode_e                  mode;

    ngx_crm_json_t                 *body;      /* the request's, or NULL */
    ngx_str_t                       text;      /* its bytes */
    ngx_str_t                       device;    /* as a login names it */
    ngx_str_t                       push;      /* where it is notified */
    ngx_crm_person_t               *person;    /* whom a flow is about */
    void                           *flow;      /* the flow's own data */
    ngx_http_handler_pt             proxy;     /* the location's own */
    ngx_int_t                       sent;      /* to finalize with */
    ngx_crm_filter_t               *filter;    /* NULL: not rewritten */
    ngx_http_upstream_t            *heard;     /* its header has come */
    ngx_crm_held_t                  held;

    unsigned                        judging:1;
    unsigned                        credentials:1; /* have been read */
    unsigned                        authorized:1;  /* Authorization came */
    unsigned                        asked_body:1;  /* for a token, … */
    unsigned                        body_token:1;  /* and one was there */
    unsigned                        passed:1;  /* ACCESS let it through */
    unsigned                        due:1;     /* a flow, yet to begin */
    unsigned                        answered:1;
};


extern ngx_module_t  ngx_crm_module;


#endif /* _NGX_CRM_H_INCLUDED_ */
