#include "engine/ngx_crm_names.h"


ngx_crm_names_t
ngx_crm_names(const ngx_str_t *names)
{
    ngx_crm_names_t  lengths;

    lengths = 0;

    for ( /* void */ ; names->len; names++) {
        lengths |= ngx_crm_names_one(names);
    }

    return lengths;
}
