#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_text.h"
#include "tap.h"


typedef struct {
    const char  *bytes;
    const char  *text;
} pair_t;


/* RFC 4648 section 10, and the two characters that are base64url's own */
static const pair_t  encodings[] = {
    { "", "" },
    { "f", "Zg" },
    { "fo", "Zm8" },
    { "foo", "Zm9v" },
    { "foob", "Zm9vYg" },
    { "fooba", "Zm9vYmE" },
    { "foobar", "Zm9vYmFy" },
    { "\xff\xef\xfe", "_-_-" },
    { NULL, NULL }
};


static const char  *undecodable[] = {
    "Z", "Zm9vY", "Zg==", "Zg=", "Zm8=", "Zh", "Zm9", "Zm9vYh", "Zm9vYmF",
    "Zm9v+A", "Zm9/", "Zm 9v", "Zm9v\n", "Zm\xc3\xa4", "Zm9v.", "====",
    "@m9v", "Z@9v", "Zm@v", "Zm9@", "@g", "Z@", "@m8", "Z@8", "Zm@", NULL
};


static const char  *unhexable[] = {
    "0g", "g0", "0x", " 1", "1 ", "/0", ":0", "@0", "`0", "0\x10", "\xb0" "0",
    NULL
};


static const pair_t  same[] = {
    { "", "" }, { "a", "a" }, { "secret", "secret" }, { NULL, NULL }
};


static const pair_t  different[] = {
    { "", "a" }, { "a", "" }, { "a", "b" }, { "secret", "secreu" },
    { "secret", "tecret" }, { "secret", "secre" }, { "secre", "secret" },
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
hex(void)
{
    u_char        buf[513], back[256], all[256], *end;
    ngx_uint_t    i;
    const char  **c;

    for (i = 0; i < 256; i++) {
        all[i] = (u_char) i;
    }

    end = ngx_crm_text_hex(buf, (u_char *) "\x00\x09\x0a\xff\x5c", 5);
    *end = '\0';
    is_str(buf, "00090aff5c", "hex is lower-case");

    end = ngx_crm_text_hex(buf, all, 256);
    is_int(end - buf, 512, "two digits a byte");
    is_int(ngx_crm_text_unhex(back, buf, 256), NGX_OK, "they are read");
    is_mem(back, all, 256, "and give every byte back");

    is_int(ngx_crm_text_unhex(back, (u_char *) "aBcDeF", 3), NGX_OK,
           "either case is read");
    is_mem(back, "\xab\xcd\xef", 3, "and means the same");

    for (c = unhexable; *c; c++) {
        is_int(ngx_crm_text_unhex(back, (u_char *) *c, 1), NGX_ERROR,
               "what is no hex is refused");
    }
}


static void
decimal(void)
{
    u_char      buf[21];
    ngx_uint_t  i;

    static const struct {
        int64_t      n;
        const char  *text;
    } cases[] = {
        { 0, "0" }, { 9, "9" }, { 10, "10" }, { -1, "-1" },
        { 1700000000, "1700000000" },
        { INT64_MAX, "9223372036854775807" },
        { INT64_MIN, "-9223372036854775808" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        *ngx_crm_text_decimal(buf, cases[i].n) = '\0';
        is_str(buf, cases[i].text, "a number as digits");
    }
}


static void
base64url(void)
{
    size_t          i, n;
    u_char          buf[16], back[16], *src;
    ssize_t         len;
    const char    **c;
    const pair_t   *p;

    for (p = encodings; p->text; p++) {
        n = strlen(p->bytes);
        *ngx_crm_text_base64url(buf, (u_char *) p->bytes, n) = '\0';
        is_str(buf, p->text, "encoded");

        len = ngx_crm_text_unbase64url(back, buf, strlen(p->text));

        if (is_int(len, n, "decoded to its length")) {
            is_mem(back, p->bytes, n, "and to its bytes");
        }
    }

    for (c = undecodable; *c; c++) {

        /* of the exact size, so that a sanitizer sees a byte too many read */

        n = strlen(*c);
        src = malloc(n);
        memcpy(src, *c, n);

        if (!is_int(ngx_crm_text_unbase64url(back, src, n), -1, "refused")) {
            tap_note("%s", *c);
        }

        free(src);
    }

    /* of the 64 * 64 texts of two characters 256 stand for a byte */

    for (i = 0, n = 0; i < 256 * 256; i++) {
        buf[0] = (u_char) (i >> 8);
        buf[1] = (u_char) i;
        n += (ngx_crm_text_unbase64url(back, buf, 2) == 1);
    }

    is_int(n, 256, "one text for each byte");
}


static void
compare(void)
{
    const pair_t  *p;

    for (p = same; p->text; p++) {
        is_int(ngx_crm_text_same((u_char *) p->bytes, strlen(p->bytes),
                                 (u_char *) p->text, strlen(p->text)),
               1, "the same");
    }

    for (p = different; p->text; p++) {
        is_int(ngx_crm_text_same((u_char *) p->bytes, strlen(p->bytes),
                                 (u_char *) p->text, strlen(p->text)),
               0, "not the same");
    }
}


static void
last(void)
{
    ngx_str_t  rest, part;

    rest = text("a.bc.");

    part = ngx_crm_text_last(&rest, '.');
    is_int(part.len, 0, "nothing follows the last");
    is_text(&rest, "a.bc", "which is taken");

    part = ngx_crm_text_last(&rest, '.');
    is_text(&part, "bc", "what follows the last");
    is_text(&rest, "a", "and what is left");

    part = ngx_crm_text_last(&rest, '.');
    is_text(&part, "a", "all, where there is none");
    is_int(rest.len, 0, "and nothing is left");

    part = ngx_crm_text_last(&rest, '.');
    is_int(part.len + rest.len, 0, "of nothing, nothing");
}


static void
id(void)
{
    char        all[257];
    u_char      c;
    ngx_str_t   s;
    ngx_uint_t  i, n;

    for (i = 0, n = 0; i < 256; i++) {
        c = (u_char) i;
        s.data = &c;
        s.len = 1;

        if (ngx_crm_text_is_id(&s)) {
            all[n++] = (char) i;
        }
    }

    all[n] = '\0';

    is_str(all, "+-.0123456789@ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
                "abcdefghijklmnopqrstuvwxyz~", "the characters of an id");

    s = text("");
    is_int(ngx_crm_text_is_id(&s), 0, "an empty text is no id");

    s = text("CAD1E312\r\nX-CRM-App: other");
    is_int(ngx_crm_text_is_id(&s), 0, "nor are two header lines");

    memset(all, 'a', 256);
    s.data = (u_char *) all;

    s.len = 128;
    is_int(ngx_crm_text_is_id(&s), 1, "128 characters are one");

    s.len = 129;
    is_int(ngx_crm_text_is_id(&s), 0, "129 are none");
}


int
main(void)
{
    hex();
    decimal();
    base64url();
    compare();
    last();
    id();

    return done_testing();
}
