/* What a form has, read by the C library. */

#include "body.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>


static ngx_uint_t body_form_like(const ngx_str_t *form,
    const ngx_str_t *name);


/* members whose name, decoded, is that one to some */

static ngx_uint_t
body_form_like(const ngx_str_t *form, const ngx_str_t *name)
{
    char        *text, *field, *rest, *p, *end, hex[3];
    ngx_uint_t   n;

    text = ngx_pcalloc(fuzz.pool, form->len + 1);
    ngx_memcpy(text, form->data, form->len);

    n = 0;
    rest = text;

    while ((field = strsep(&rest, "&;")) != NULL) {

        field[strcspn(field, "=")] = '\0';

        for (p = field, end = field; *p; p++, end++) {

            *end = (*p == '+') ? ' ' : *p;

            if (*p == '%' && isxdigit((u_char) p[1])
                && isxdigit((u_char) p[2]))
            {
                ngx_memcpy(hex, p + 1, 2);
                hex[2] = '\0';
                *end = (char) strtol(hex, NULL, 16);
                p += 2;

                if (*end == '\0') {
                    *end = '\1';
                }
            }
        }

        *end = '\0';
        field[strcspn(field, "[")] = '\0';
        field += strspn(field, " ");

        for (end = field + strlen(field); end > field && end[-1] == ' '; ) {
            *--end = '\0';
        }

        n += (strcasecmp(field, (char *) name->data) == 0);
    }

    return n;
}


ngx_crm_reason_e
body_form(const ngx_str_t *form, const ngx_str_t *name, ngx_str_t *value)
{
    char        *text, *field, *rest, hex[3];
    u_char      *p;
    ngx_uint_t   n;

    text = ngx_pcalloc(fuzz.pool, form->len + 1);
    ngx_memcpy(text, form->data, form->len);

    ngx_str_null(value);
    n = 0;

    for (rest = text; rest && (field = strsep(&rest, "&")) != NULL; ) {
        if (strncmp(field, (char *) name->data, name->len) == 0
            && field[name->len] == '=')
        {
            value->data = (u_char *) field + name->len + 1;
            value->len = strlen((char *) value->data);
            n++;
        }
    }

    if (n && body_form_like(form, name) > 1) {
        return NGX_CRM_INVALID;
    }

    if (value->len == 0) {
        return NGX_CRM_MISSING;
    }

    text = (char *) value->data;

    for (p = value->data; *text; p++) {

        if (*text != '%') {
            *p = (*text == '+') ? ' ' : *text;
            text++;
            continue;
        }

        if (!isxdigit((u_char) text[1]) || !isxdigit((u_char) text[2])) {
            return NGX_CRM_INVALID;
        }

        ngx_memcpy(hex, text + 1, 2);
        hex[2] = '\0';
        *p = (u_char) strtol(hex, NULL, 16);
        text += 3;
    }

    value->len = p - value->data;

    return NGX_CRM_PASSED;
}
