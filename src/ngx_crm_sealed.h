/*
 * Bodies that a client and the edge alone can read: what an API calls it, as
 * data, and where a request is with it.
 */

#ifndef _NGX_CRM_SEALED_H_INCLUDED_
#define _NGX_CRM_SEALED_H_INCLUDED_


#include "ngx_crm.h"
#include "ngx_crm_demands.h"


typedef struct ngx_crm_sealing_s  ngx_crm_sealing_t;

struct ngx_crm_sealing_s {                     /* of an API */
    const ngx_str_t                *pass;      /* headers: whose keys; ends
                                                  with an empty one */
    const ngx_str_t                *plain;     /* alike, of who sends it
                                                  in plain: id, secret */
    ngx_str_t                       secrets;   /* and its proof, which has */
    ngx_str_t                       members[3];    /* id, secret, epoch */
    ngx_str_t                       request;   /* the member of a body */
    ngx_str_t                       response;
};


/* of a request and its subrequests; wiped by nobody, for keys stay wrapped */
struct ngx_crm_sealed_s {
    const ngx_crm_sealing_t        *terms;
    ngx_str_t                       proof;     /* as it came */
    ngx_str_t                       client;    /* of the pass key; or empty */
    ngx_str_t                       digest;    /* of its secret, hex */
    ngx_str_t                       keys;      /* wrapped, one by one */
    ngx_uint_t                      cipher;    /* ngx_crm_cipher_e */
    const ngx_crm_api_key_t        *key;       /* the client's record */

    unsigned                        proven:1;  /* it is the client's */
    unsigned                        opened:1;  /* its body is plain now */
    unsigned                        broken:1;  /* its body is not its own */
};


/* Says whether what is answered is for this client alone. */
#define ngx_crm_sealed_is(ctx)                                                \
    ((ctx)->held.sealed && (ctx)->held.sealed->proven                         \
     && !(ctx)->held.sealed->broken)


#endif /* _NGX_CRM_SEALED_H_INCLUDED_ */
