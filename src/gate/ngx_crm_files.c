#include "gate/ngx_crm_files.h"
#include "gate/ngx_crm_rules_find.h"
#include "base/ngx_crm_base64.h"


#define NGX_CRM_FILES_NAME  1024       /* bytes of a name, as spelled */


static ngx_int_t ngx_crm_files_one(const ngx_crm_span_t *file, size_t max,
    ngx_str_t *wrong);
static ngx_uint_t ngx_crm_files_is_name(const ngx_crm_span_t *span);


static const ngx_str_t  ngx_crm_files_name = ngx_string("fileName");
static const ngx_str_t  ngx_crm_files_contents = ngx_string("fileContents");


ngx_int_t
ngx_crm_files_check(const ngx_crm_span_t *array, size_t max,
    ngx_str_t *wrong)
{
    u_char          *p, *end;
    ngx_int_t        rc;
    ngx_crm_span_t   file;

    end = array->data + array->len;
    p = ngx_crm_scan_space(array->data + 1, end);

    while (*p != ']') {
        ngx_str_null(wrong);

        file.data = p;
        p = ngx_crm_scan_value(p, end);

        if (p == NULL || *file.data != '{') {
            return NGX_ERROR;
        }

        file.len = p - file.data;

        rc = ngx_crm_files_one(&file, max, wrong);

        if (rc != NGX_OK) {
            return rc;
        }

        p = ngx_crm_scan_space(p, end);

        if (*p == ',') {
            p = ngx_crm_scan_space(p + 1, end);
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_crm_files_one(const ngx_crm_span_t *file, size_t max, ngx_str_t *wrong)
{
    ssize_t         size;
    ngx_int_t       rc;
    ngx_crm_span_t  value;

    *wrong = ngx_crm_files_name;

    rc = ngx_crm_rules_find(file, wrong, &value);

    if (rc != NGX_OK || ngx_crm_rules_find_is_blank(&value)) {
        return (rc == NGX_ERROR) ? NGX_ERROR : NGX_DECLINED;
    }

    if (!ngx_crm_files_is_name(&value)) {
        return NGX_ERROR;
    }

    *wrong = ngx_crm_files_contents;

    rc = ngx_crm_rules_find(file, wrong, &value);

    if (rc == NGX_DECLINED) {
        return NGX_OK;
    }

    if (rc != NGX_OK || *value.data != '"') {
        return NGX_ERROR;
    }

    size = ngx_crm_base64_size(&value);

    return (size >= 0 && (size_t) size <= max) ? NGX_OK : NGX_ERROR;
}


static ngx_uint_t
ngx_crm_files_is_name(const ngx_crm_span_t *span)
{
    u_char       name[NGX_CRM_FILES_NAME];
    size_t       i, len;
    ngx_uint_t   dot;

    static const char  foreign[] = ",*|:\"<>?/\\[]%=;";

    if (*span->data != '"' || span->len > sizeof(name)) {
        return 0;
    }

    len = ngx_crm_scan_unescape(name, span);
    dot = 0;

    for (i = 0; i < len; i++) {

        if (name[i] < ' ' || name[i] == 0x7f
            || ngx_strchr(foreign, name[i]) != NULL)
        {
            return 0;
        }

        if (name[i] == '.') {
            dot = i;
        }
    }

    return name[0] != ' ' && dot > 0 && dot < len - 1;
}
