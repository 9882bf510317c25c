/* The dialects that an upstream may speak, by name. */

#include "edge/ngx_crm_dialect.h"
#include "apis/ngx_crm_api_actions.h"
#include "apis/ngx_crm_api_dmt.h"
#include "apis/ngx_crm_api_engagement.h"
#include "apis/ngx_crm_api_selfservice.h"


static const ngx_crm_api_t  *const ngx_crm_dialects[] = {
    &ngx_crm_api_selfservice,
    &ngx_crm_api_engagement,
    &ngx_crm_api_dmt,
    &ngx_crm_api_actions,
    NULL
};


const ngx_crm_api_t *
ngx_crm_dialect_find(const ngx_str_t *name)
{
    ngx_uint_t  i;

    for (i = 0; ngx_crm_dialects[i]; i++) {
        if (ngx_crm_dialects[i]->name.len == name->len
            && ngx_memcmp(ngx_crm_dialects[i]->name.data, name->data,
                          name->len)
               == 0)
        {
            return ngx_crm_dialects[i];
        }
    }

    return NULL;
}
