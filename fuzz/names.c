/*
 * libFuzzer: what names a person, in its normal form, and what of it is shown.
 * The first line has the name of the credential, the second a country.
 */

#include "fuzz.h"
#include "store/ngx_crm_person_kind.h"
#include "base/ngx_crm_country.h"
#include "base/ngx_crm_normal.h"

#include <ctype.h>


static void names_form(const ngx_str_t *kind, const ngx_str_t *normal);
static ngx_uint_t names_all(const ngx_str_t *text, const char *set);
static void names_spaced(const ngx_crm_person_kind_t *kind,
    const ngx_str_t *normal, const ngx_str_t *value,
    const ngx_str_t *country);
static void names_shown(const ngx_str_t *text);
static void names_country(const ngx_str_t *country);
static ngx_str_t names_room(void);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_int_t                     rc;
    ngx_str_t                     value, name, country, normal, again;
    const ngx_crm_person_kind_t  *kind;

    fuzz_begin(ngx_crm_apis[0]);

    value = fuzz_copy(data, size);
    name = fuzz_line(&value);
    country = fuzz_line(&value);

    country = fuzz_copy(country.data, country.len);
    value = fuzz_copy(value.data, value.len);

    kind = ngx_crm_person_kind_find(&name);

    names_country(&country);
    names_shown(&value);

    if (kind) {
        normal = names_room();
        rc = ngx_crm_person_kind_normal(kind, &normal, &value, &country);

        fuzz_check(rc == NGX_OK || rc == NGX_DECLINED);

        if (rc == NGX_OK) {
            again = names_room();

            fuzz_check(ngx_crm_person_kind_normal(kind, &again, &normal,
                                                  &country)
                       == NGX_OK);
            fuzz_check(fuzz_same(&normal, &again));

            names_form(&name, &normal);
            names_shown(&normal);
            names_spaced(kind, &normal, &value, &country);
        }
    }

    fuzz_end();

    return 0;
}


static ngx_str_t
names_room(void)
{
    ngx_str_t  room;

    room.data = ngx_pnalloc(fuzz.pool, NGX_CRM_NORMAL_MAX);
    room.len = 0;

    return room;
}


/* it stands in a key's hash tag, and addresses in header lines */

static void
names_form(const ngx_str_t *kind, const ngx_str_t *normal)
{
    size_t  i, at;

    fuzz_check(normal->len && normal->len <= NGX_CRM_NORMAL_MAX);

    at = 0;

    for (i = 0; i < normal->len; i++) {
        fuzz_check(isgraph(normal->data[i]));
        fuzz_check(strchr("{}", normal->data[i]) == NULL);

        at += (normal->data[i] == '@');
    }

    switch (kind->data[0]) {

    case 'E':
        fuzz_check(at == 1 && normal->data[0] != '@'
                   && normal->data[normal->len - 1] != '@');

        for (i = 0; i < normal->len; i++) {
            fuzz_check(!isupper(normal->data[i]));
            fuzz_check(strchr(",;:<>()\"\\[]", normal->data[i]) == NULL);
        }

        break;

    case 'M':
        fuzz_check(normal->len == 17);
        fuzz_check(names_all(normal, "0123456789ABCDEF-"));
        break;

    case 'B':
        fuzz_check(normal->len == 10 && names_all(normal, "0123456789-"));
        break;

    default:
        if (kind->len != 5 || kind->data[1] != 'H') {
            break;
        }

        fuzz_check(normal->len >= 8 && normal->len <= 16);
        fuzz_check(normal->data[0] == '+' && normal->data[1] != '0');
        fuzz_check(names_all(normal, "+0123456789"));
        fuzz_check(normal->data[1] != '1' || normal->len == 12);
    }
}


static ngx_uint_t
names_all(const ngx_str_t *text, const char *set)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {
        if (strchr(set, text->data[i]) == NULL) {
            return 0;
        }
    }

    return 1;
}


/* a number is the same with what people put between its digits */

static void
names_spaced(const ngx_crm_person_kind_t *kind, const ngx_str_t *normal,
    const ngx_str_t *value, const ngx_str_t *country)
{
    size_t     i;
    ngx_str_t  spaced, again;

    static const char  between[] = " -.()";

    if (kind->normal) {
        return;
    }

    spaced.data = ngx_pnalloc(fuzz.pool, 2 * value->len);
    spaced.len = 0;

    for (i = 0; i < value->len; i++) {
        spaced.data[spaced.len++] = value->data[i];
        spaced.data[spaced.len++] = between[i % (sizeof(between) - 1)];
    }

    again = names_room();

    fuzz_check(ngx_crm_person_kind_normal(kind, &again, &spaced, country)
               == NGX_OK);
    fuzz_check(fuzz_same(normal, &again));
}


/* most of what is before the domain, or of the number, is not shown */

static void
names_shown(const ngx_str_t *text)
{
    u_char     *at, *stars;
    size_t      shown;
    ngx_str_t   dst;

    if (text->len == 0 || text->len > NGX_CRM_NORMAL_MAX) {
        return;
    }

    dst.data = ngx_pnalloc(fuzz.pool, NGX_CRM_NORMAL_MAX + 3);
    ngx_crm_normal_obfuscate(&dst, text);

    fuzz_check(dst.len <= text->len + 3);

    stars = ngx_strnstr(dst.data, "***", dst.len);
    fuzz_check(stars || memchr(text->data, '\0', text->len));

    at = memchr(text->data, '@', text->len);
    shown = dst.len - 3;

    if (at) {
        fuzz_check(shown <= 1 + (size_t) (text->data + text->len - at));
        return;
    }

    fuzz_check(shown <= 9 && shown < text->len);
}


static void
names_country(const ngx_str_t *country)
{
    size_t       i, n;
    ngx_str_t    lower;
    const char  *prefix;

    prefix = ngx_crm_country_prefix(country);

    lower = fuzz_copy(country->data, country->len);
    ngx_strlow(lower.data, country->data, country->len);

    fuzz_check(prefix == ngx_crm_country_prefix(&lower));

    if (prefix == NULL) {
        return;
    }

    n = strlen(prefix);
    fuzz_check(n >= 1 && n <= 4 && strspn(prefix, "0123456789") == n);

    for (i = 0; i < country->len; i++) {
        fuzz_check(isalpha(country->data[i]));
    }

    (void) ngx_crm_country_keeps_zero(prefix);
}
