#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_country.h"
#include "base/ngx_crm_normal.h"
#include "tap.h"


#define TEN      "abcdefghij"
#define FIFTY    TEN TEN TEN TEN TEN
#define HUNDRED  FIFTY FIFTY


typedef struct {
    const char  *text;
    const char  *normal;              /* NULL: declined */
} case_t;


typedef struct {
    const char  *number;
    const char  *country;
    const char  *normal;              /* NULL: declined */
} phone_t;


static const case_t  emails[] = {
    { "johndoe@crm.com", "johndoe@crm.com" },
    { "John.DOE+tag@CRM.Com", "john.doe+tag@crm.com" },
    { "o'brien@x.ie", "o'brien@x.ie" },
    { "a@b", "a@b" },
    { HUNDRED HUNDRED FIFTY "a@b", HUNDRED HUNDRED FIFTY "a@b" },
    { HUNDRED HUNDRED FIFTY "ab@cd", NULL },
    { "", NULL },
    { "@", NULL },
    { "@b", NULL },
    { "a@", NULL },
    { "ab", NULL },
    { "a@b@c", NULL },
    { "a@@b", NULL },
    { "a b@c", NULL },
    { " a@b", NULL },
    { "a@b ", NULL },
    { "a@b\n", NULL },
    { "a\t@b", NULL },
    { "a\x7f@b", NULL },
    { "\"a\"@b", NULL },
    { "a\\@b", NULL },
    { "a@b,evil", NULL },
    { "<a@b>", NULL },
    { "a@b;c", NULL },
    { "a{b}@c", NULL },
    { "j\xc3\xb6rg@b", NULL },
    { NULL, NULL }
};


static const case_t  macs[] = {
    { "00:1a:2B:3c:4D:5e", "00-1A-2B-3C-4D-5E" },
    { "00-1a-2B-3c-4D-5e", "00-1A-2B-3C-4D-5E" },
    { "001a2B3c4D5e", "00-1A-2B-3C-4D-5E" },
    { "00:1a-2B:3c:4D:5e", NULL },
    { "00:1a:2B:3c:4D-5e", NULL },
    { "00.1a.2B.3c.4D.5e", NULL },
    { "00:1a:2B:3c:4D:5", NULL },
    { "00:1a:2B:3c:4D:5e:", NULL },
    { "00:1a:2B:3c:4D:5e:6f", NULL },
    { "00:1a:2B:3c:4D:5g", NULL },
    { "001a.2B3c.4D5e", NULL },
    { "001a2B3c4D5", NULL },
    { "0:11a:2B:3c:4D:5e", NULL },
    { "", NULL },
    { NULL, NULL }
};


static const case_t  words[] = {
    { "X1234567", "X1234567" },
    { "!a/b:c~", "!a/b:c~" },
    { HUNDRED TEN TEN "abcdefgh", HUNDRED TEN TEN "abcdefgh" },
    { HUNDRED TEN TEN "abcdefghi", NULL },
    { "", NULL },
    { "a b", NULL },
    { "a\n", NULL },
    { "a}b", NULL },
    { "a{b", NULL },
    { "\xc3\xa4", NULL },
    { NULL, NULL }
};


static const phone_t  phones[] = {
    { "99123834", "CYP", "+35799123834" },
    { "99123834", "cyp", "+35799123834" },
    { "99123834", "CY", "+35799123834" },
    { "99123834", "cy", "+35799123834" },
    { "99123834", "357", "+35799123834" },
    { "99123834", "+357", "+35799123834" },
    { "+35799123834", "", "+35799123834" },
    { "0035799123834", "", "+35799123834" },
    { "+35799123834", "CYP", "+35799123834" },
    { " (+357) 99-12.38 34", "", "+35799123834" },
    { "+44 20 7946 0000", "CYP", "+442079460000" },
    { "020 7946 0000", "GBR", "+442079460000" },
    { "(0) 20 7946 0000", "GB", "+442079460000" },
    { "030 901820", "DEU", "+4930901820" },
    { "06 698 12345", "ITA", "+390669812345" },
    { "07 08 12 34 56", "CIV", "+2250708123456" },
    { "07 08 12 34 56", "225", "+2250708123456" },
    { "212 555 0100", "USA", "+12125550100" },
    { "1 212 555 0100", "US", "+12125550100" },
    { "242 357 0100", "BHS", "+12423570100" },
    { "357 0100", "BHS", "+12423570100" },
    { "829 357 0100", "DOM", "+18293570100" },
    { "4002", "NIU", "+6834002" },
    { "49123456", "XKX", "+38349123456" },
    { "+123456789012345", "", NULL },
    { "+12125550100", "", "+12125550100" },
    { "+223456789012345", "", "+223456789012345" },
    { "+2234567890123456", "", NULL },
    { "99123834", "", NULL },
    { "99123834", "XXX", NULL },
    { "99123834", "C", NULL },
    { "99123834", "CYPR", NULL },
    { "99123834", "0357", NULL },
    { "99123834", "+", NULL },
    { "99123834", "+CYP", NULL },
    { "99123834", "35799", NULL },
    { "99123834", "3 7", NULL },
    { "+35799123834", "XXX", NULL },
    { "+35799123834", "+", NULL },
    { "", "CYP", NULL },
    { "0", "CYP", NULL },
    { "12", "CYP", NULL },
    { "+", "", NULL },
    { "00", "", NULL },
    { "+0035799123834", "", NULL },
    { "+0123456789", "", NULL },
    { "++35799123834", "", NULL },
    { "357+99123834", "", NULL },
    { "99123834x", "CYP", NULL },
    { "99/123834", "CYP", NULL },
    { "99123834\n", "CYP", NULL },
    { "\xd9\xa1\xd9\xa2\xd9\xa3", "CYP", NULL },
    { HUNDRED, "CYP", NULL },
    { "000000000000000000000000000000000000000000000000", "", NULL },
    { "99123834991238349912383499123834991238349912", "CYP", NULL },
    { NULL, NULL, NULL }
};


static const case_t  shown[] = {
    { "+35799123834", "+35799***834" },
    { "j@crm.com", "j***@crm.com" },
    { "johndoe@crm.com", "j***@crm.com" },
    { "+683400234", "+68340***234" },
    { "+68340023", "+68***3" },
    { "+6834002", "+68***2" },
    { "12345", "123***5" },
    { "1234", "***" },
    { "", "***" },
    { NULL, NULL }
};


static ngx_str_t
text(const char *s)
{
    ngx_str_t  t;

    t.data = (u_char *) s;
    t.len = strlen(s);

    return t;
}


static void
is_normal(ngx_int_t rc, ngx_str_t *got, const char *expected,
    const char *name)
{
    if (expected == NULL) {
        is_int(rc, NGX_DECLINED, name);
        return;
    }

    if (is_int(rc, NGX_OK, name)) {
        is_text(got, expected, name);
    }
}


static void
names(const case_t *c, ngx_int_t (*make)(ngx_str_t *, const ngx_str_t *))
{
    ngx_str_t  dst, src;

    /* of the exact size, so that a sanitizer sees a byte too many */

    dst.data = malloc(NGX_CRM_NORMAL_MAX);

    for ( /* void */ ; c->text; c++) {
        src.len = strlen(c->text);
        src.data = malloc(src.len);
        memcpy(src.data, c->text, src.len);

        is_normal(make(&dst, &src), &dst, c->normal, c->text);

        free(src.data);
    }

    free(dst.data);
}


static void
numbers(void)
{
    u_char          buf[NGX_CRM_NORMAL_MAX];
    ngx_str_t       dst, number, country;
    const phone_t  *p;

    dst.data = buf;

    for (p = phones; p->number; p++) {
        number = text(p->number);
        country = text(p->country);

        is_normal(ngx_crm_normal_phone(&dst, &number, &country), &dst,
                  p->normal, p->number);
    }
}


static void
countries(void)
{
    char         code[4];
    ngx_str_t    name;
    ngx_uint_t   i, three, two;
    const char  *first;

    three = 0;
    two = 0;
    name.data = (u_char *) code;

    for (i = 0; i < 26 * 26 * 26; i++) {
        code[0] = (char) ('A' + i / 676);
        code[1] = (char) ('A' + i / 26 % 26);
        code[2] = (char) ('A' + i % 26);

        name.len = 3;
        three += (ngx_crm_country_prefix(&name) != NULL);

        name.len = 2;
        two += (code[2] == 'A' && ngx_crm_country_prefix(&name) != NULL);
    }

    is_int(three, 250, "ISO 3166-1 has 249 countries; and Kosovo");
    is_int(two, 250, "each by its alpha-2 code too");

    first = ngx_crm_country_nth(0);
    is_str(first, "297", "the first row is Aruba's");
    is_str(ngx_crm_country_nth(249), "263", "the last Zimbabwe's");
    ok(ngx_crm_country_nth(250) == first, "then they begin anew");
}


static void
obfuscated(void)
{
    ngx_str_t      dst, src;
    const case_t  *c;

    dst.data = malloc(NGX_CRM_NORMAL_MAX + 3);

    for (c = shown; c->text; c++) {
        src = text(c->text);
        ngx_crm_normal_obfuscate(&dst, &src);
        is_text(&dst, c->normal, c->text);
    }

    src = text("a@" HUNDRED HUNDRED FIFTY "ab");
    ngx_crm_normal_obfuscate(&dst, &src);
    is_int(dst.len, NGX_CRM_NORMAL_MAX + 3, "the longest");

    free(dst.data);
}


int
main(void)
{
    names(emails, ngx_crm_normal_email);
    names(macs, ngx_crm_normal_mac);
    names(words, ngx_crm_normal_word);
    numbers();
    countries();
    obfuscated();

    return done_testing();
}
