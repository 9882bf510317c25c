/*
 * API keys, and clients with their secrets: looked up once, kept in the shared
 * zone, asked anew behind.
 */

#ifndef _NGX_CRM_API_KEY_H_INCLUDED_
#define _NGX_CRM_API_KEY_H_INCLUDED_


#include "ngx_crm.h"


struct ngx_crm_api_key_s {
    ngx_str_t         app;
    ngx_crm_mode_e    mode;
    ngx_uint_t        apis;        /* bits of ngx_crm_api_t; ~0: all */
};


/*
 * A step: looks for ctx->sent_key in the zone, else in Redis, where requests
 * for one key share one look-up, and sets ctx->key before the next step runs;
 * it stays NULL where the key is unknown or disabled, or is a client's and
 * ctx->sent_secret is not the client's secret.  Where ctx->held.sealed is
 * set, its client is looked for, and what is known of it is set there alone,
 * for nothing is proven yet.  503 where Redis is
 * away and nothing is known, or too many look-ups are under way; 502 where
 * the reply is of the wrong form.
 */
ngx_int_t ngx_crm_api_key_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);


#endif /* _NGX_CRM_API_KEY_H_INCLUDED_ */
