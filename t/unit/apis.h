/*
 * The APIs' data, compiled into the test.  The flows that their routes name
 * are not linked: declared weak, they are NULL.
 */

#ifndef _NGX_CRM_APIS_H_INCLUDED_
#define _NGX_CRM_APIS_H_INCLUDED_


#include "ngx_crm.h"
#include "engine/ngx_crm_envelope.h"
#include "engine/ngx_crm_envelope_seal.h"


#define extern  extern __attribute__((weak))

#include "../../src/apis/ngx_crm_api_selfservice.c"
#undef NONE
#include "../../src/apis/ngx_crm_api_engagement.c"
#undef NONE
#include "../../src/apis/ngx_crm_api_dmt.c"
#undef NONE
#include "../../src/apis/ngx_crm_api_actions.c"
#undef NONE

#undef extern


#define APIS  4


static const ngx_crm_api_t  *const apis[APIS] = {
    &ngx_crm_api_selfservice,
    &ngx_crm_api_engagement,
    &ngx_crm_api_dmt,
    &ngx_crm_api_actions
};

static ngx_pool_t         *apis_pool;
static ngx_crm_dialect_t  *apis_dialects[APIS];


static void
apis_init(void)
{
    ngx_uint_t  i;

    apis_pool = ngx_create_pool(1024, NULL);

    for (i = 0; i < APIS; i++) {
        apis_dialects[i] = ngx_crm_envelope_dialect(apis_pool, apis[i]);
    }
}


/* of its exact size, so that a sanitizer sees each byte too far */

static ngx_inline ngx_str_t
apis_copy(const char *data, size_t len)
{
    ngx_str_t  copy;

    copy.len = len;
    copy.data = ngx_palloc(apis_pool, len);

    if (len) {
        ngx_memcpy(copy.data, data, len);
    }

    return copy;
}


/* empty where it failed */

static ngx_inline ngx_str_t
apis_sealed(ngx_uint_t i, const ngx_crm_message_t *message,
    ngx_uint_t *status)
{
    ngx_str_t         text;
    ngx_crm_pieces_t  pieces;

    ngx_crm_pieces_init(&pieces, apis_pool);

    if (ngx_crm_envelope_seal(apis_dialects[i], message, &pieces, status)
        != NGX_OK
        || ngx_crm_pieces_join(&pieces, &text) != NGX_OK)
    {
        ngx_str_null(&text);
    }

    return text;
}


#endif /* _NGX_CRM_APIS_H_INCLUDED_ */
