/* What jansson reads of a token's two texts, and whether it may pass. */

#ifndef _NGX_CRM_FUZZ_TOKEN_H_INCLUDED_
#define _NGX_CRM_FUZZ_TOKEN_H_INCLUDED_


#include "fuzz.h"
#include "base/ngx_crm_jwt_verify.h"

#include <jansson.h>


typedef struct {
    json_t      *tree;         /* NULL: no object */
    ngx_uint_t   doubtful;     /* jansson and we need not agree */
    ngx_uint_t   power;        /* a number has one, which we refuse in times */
} token_read_t;


token_read_t token_read(const ngx_str_t *text);

/* Whether the header names this key, which has signed, of n. */
ngx_uint_t token_head(json_t *header, ngx_crm_jwt_key_t *const *keys,
    ngx_uint_t n, const ngx_crm_jwt_key_t *key);

/* Whether it may pass; claims, where there are any, must be the same. */
ngx_uint_t token_payload(json_t *payload, const ngx_crm_jwt_rules_t *rules,
    const ngx_crm_jwt_claims_t *claims);

/* Whether a value is a text; an absent one is an empty one. */
ngx_uint_t token_is(const ngx_str_t *text, json_t *value);


#endif /* _NGX_CRM_FUZZ_TOKEN_H_INCLUDED_ */
