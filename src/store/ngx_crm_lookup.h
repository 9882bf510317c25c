/*
 * What requests ask for all the time: looked up once, kept in the shared zone,
 * asked anew behind.  crm_api_key_cache says for how long.
 */

#ifndef _NGX_CRM_LOOKUP_H_INCLUDED_
#define _NGX_CRM_LOOKUP_H_INCLUDED_


#include "ngx_crm.h"
#include "store/ngx_crm_record.h"
#include "base/ngx_crm_digest.h"


#define NGX_CRM_LOOKUP_MEMBERS  9


typedef struct {
    ngx_str_t         prefix;        /* of names, before {digest} in hex */
    const ngx_str_t  *members;       /* of the hash in Redis */
    ngx_uint_t        n;             /* NGX_CRM_LOOKUP_MEMBERS at most; 0: it
                                        is a string */

    /* reads a reply to HMGET, or GET; NGX_ERROR: of the wrong form */
    ngx_int_t       (*read)(const ngx_crm_reply_t *reply,
                        const ngx_str_t *name, ngx_crm_record_t *record);

    /* tells a request, before its next step runs; NGX_OK or NGX_ERROR */
    ngx_int_t       (*set)(ngx_crm_ctx_t *ctx,
                        const ngx_crm_record_t *record);
} ngx_crm_lookup_kind_t;


/*
 * Looks for a record in the zone by its digest, which no record of another
 * kind has, else in Redis by its name (NULL: of the kind's prefix and the
 * digest), where requests for one record share one look-up; then the kind
 * sets it.  Returns NGX_OK, NGX_AGAIN, NGX_ERROR,
 * or 503: Redis is away and nothing is known, or too many look-ups are under
 * way; 502 where the reply is of the wrong form.
 */
ngx_int_t ngx_crm_lookup_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_lookup_kind_t *kind, const ngx_str_t *name,
    const u_char digest[NGX_CRM_SHA256_LEN]);


#endif /* _NGX_CRM_LOOKUP_H_INCLUDED_ */
