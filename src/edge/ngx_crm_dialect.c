/* An API's dialect is there wherever the API is. */

#include "edge/ngx_crm_dialect.h"


const ngx_crm_api_t *
ngx_crm_dialect_find(const ngx_str_t *name)
{
    ngx_uint_t  i;

    for (i = 0; ngx_crm_apis[i]; i++) {
        if (ngx_crm_apis[i]->name.len == name->len
            && ngx_memcmp(ngx_crm_apis[i]->name.data, name->data, name->len)
               == 0)
        {
            return ngx_crm_apis[i];
        }
    }

    return NULL;
}
