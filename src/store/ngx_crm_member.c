#include "store/ngx_crm_member.h"
#include "engine/ngx_crm_refuse.h"
#include "base/ngx_crm_json.h"


ngx_int_t
ngx_crm_member_mandatory(ngx_crm_ctx_t *ctx, void *tree,
    const ngx_str_t *name, ngx_str_t *text)
{
    ngx_int_t  rc;

    rc = ngx_crm_json_string(tree, (const char *) name->data, text);

    if (rc == NGX_ERROR) {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID, name);
    }

    if (rc == NGX_DECLINED || text->len == 0) {
        return ngx_crm_refuse(ctx, NGX_CRM_MISSING, name);
    }

    return NGX_OK;
}
