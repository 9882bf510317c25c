#include "store/ngx_crm_member.h"
#include "engine/ngx_crm_refuse.h"
#include "base/ngx_crm_json.h"


ngx_int_t
ngx_crm_member_mandatory(ngx_crm_ctx_t *ctx, const ngx_crm_json_t *tree,
    const ngx_str_t *name, ngx_str_t *text)
{
    ngx_int_t  rc;

    rc = ngx_crm_member_optional(ctx, tree, name, text);

    if (rc == NGX_OK && text->len == 0) {
        return ngx_crm_refuse(ctx, NGX_CRM_MISSING, name);
    }

    return rc;
}


ngx_int_t
ngx_crm_member_optional(ngx_crm_ctx_t *ctx, const ngx_crm_json_t *tree,
    const ngx_str_t *name, ngx_str_t *text)
{
    ngx_str_null(text);

    if (ngx_crm_json_string(tree, name, text) == NGX_ERROR) {
        return ngx_crm_refuse(ctx, NGX_CRM_INVALID, name);
    }

    return NGX_OK;
}
