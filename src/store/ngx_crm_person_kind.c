/* A new kind of credential is a row here. */

#include "store/ngx_crm_person_kind.h"
#include "base/ngx_crm_normal.h"


static ngx_int_t ngx_crm_person_kind_date(ngx_str_t *dst,
    const ngx_str_t *text);


/* PHONE alone needs a country to be normal: it has no function here */

static const ngx_crm_person_kind_t  ngx_crm_person_kinds[] = {
    { ngx_string("EMAIL"), ngx_crm_normal_email, 0 },
    { ngx_string("PHONE"), NULL, 0 },
    { ngx_string("MAC_ADDRESS"), ngx_crm_normal_mac, 0 },
    { ngx_string("ID_NUMBER"), ngx_crm_normal_word, 0 },
    { ngx_string("PASSPORT"), ngx_crm_normal_word, 0 },
    { ngx_string("CARD"), ngx_crm_normal_word, 0 },
    { ngx_string("LOYALTY_IDENTIFIER"), ngx_crm_normal_word, 0 },
    { ngx_string("BIRTHDATE"), ngx_crm_person_kind_date, 1 },
    { ngx_null_string, NULL, 0 }
};


const ngx_crm_person_kind_t *
ngx_crm_person_kind_find(const ngx_str_t *name)
{
    const ngx_crm_person_kind_t  *kind;

    for (kind = ngx_crm_person_kinds; kind->name.len; kind++) {
        if (kind->name.len == name->len
            && ngx_memcmp(kind->name.data, name->data, name->len) == 0)
        {
            return kind;
        }
    }

    return NULL;
}


ngx_int_t
ngx_crm_person_kind_normal(const ngx_crm_person_kind_t *kind,
    ngx_str_t *dst, const ngx_str_t *value, const ngx_str_t *country)
{
    static const ngx_str_t  international = ngx_null_string;

    if (kind->normal) {
        return kind->normal(dst, value);
    }

    return ngx_crm_normal_phone(dst, value,
                                country ? country : &international);
}


/* YYYY-MM-DD; whether there is such a day matters to nobody */

static ngx_int_t
ngx_crm_person_kind_date(ngx_str_t *dst, const ngx_str_t *text)
{
    size_t                  i;
    ngx_uint_t              digit;
    static const ngx_str_t  form = ngx_string("0000-00-00");

    if (text->len != form.len) {
        return NGX_DECLINED;
    }

    for (i = 0; i < form.len; i++) {
        digit = (text->data[i] >= '0' && text->data[i] <= '9');

        if (form.data[i] == '0' ? !digit : text->data[i] != '-') {
            return NGX_DECLINED;
        }
    }

    ngx_memcpy(dst->data, text->data, text->len);
    dst->len = text->len;

    return NGX_OK;
}
