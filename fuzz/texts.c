/*
 * libFuzzer: encodings, beside OpenSSL's and jansson's; hash strings, and
 * days.  The first byte says which.
 */

#include "fuzz.h"
#include "base/ngx_crm_date.h"
#include "base/ngx_crm_json_quote.h"
#include "base/ngx_crm_password.h"
#include "base/ngx_crm_password_kind.h"
#include "base/ngx_crm_text.h"
#include "base/ngx_crm_utf8.h"

#include <jansson.h>
#include <openssl/evp.h>


static void texts_base64url(const ngx_str_t *text);
static void texts_hex(const ngx_str_t *text);
static void texts_quote(const ngx_str_t *text);
static void texts_hash(const ngx_str_t *text);
static void texts_day(const ngx_str_t *text);


static void (*const texts_all[])(const ngx_str_t *text) = {
    texts_base64url, texts_hex, texts_quote, texts_hash, texts_day
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t   text;
    ngx_uint_t  which;

    fuzz_begin(ngx_crm_apis[0]);

    text.data = (u_char *) data;
    text.len = size;

    which = fuzz_byte(&text) % (sizeof(texts_all) / sizeof(texts_all[0]));
    text = fuzz_copy(text.data, text.len);

    texts_all[which](&text);

    fuzz_end();

    return 0;
}


/* what is decoded has this one text, and OpenSSL knows it */

static void
texts_base64url(const ngx_str_t *text)
{
    size_t      i, padded;
    u_char     *bytes, *again, *other;
    ssize_t     n;
    ngx_str_t   copy;

    bytes = ngx_pnalloc(fuzz.pool, 3 * text->len / 4);
    n = ngx_crm_text_unbase64url(bytes, text->data, text->len);

    if (n >= 0) {
        again = ngx_pnalloc(fuzz.pool, (4 * (size_t) n + 2) / 3);

        fuzz_check(ngx_crm_text_base64url(again, bytes, (size_t) n) - again
                   == (ssize_t) text->len);
        fuzz_check(memcmp(again, text->data, text->len) == 0);
    }

    again = ngx_pnalloc(fuzz.pool, (4 * text->len + 2) / 3);

    copy.data = again;
    copy.len = ngx_crm_text_base64url(again, text->data, text->len) - again;

    bytes = ngx_pnalloc(fuzz.pool, text->len);

    fuzz_check(ngx_crm_text_unbase64url(bytes, copy.data, copy.len)
               == (ssize_t) text->len);
    fuzz_check(memcmp(bytes, text->data, text->len) == 0);

    other = ngx_pnalloc(fuzz.pool, 4 * text->len / 3 + 8);
    padded = (size_t) EVP_EncodeBlock(other, text->data, (int) text->len);

    for (i = 0; i < padded && other[i] != '='; i++) {
        fuzz_check(i < copy.len);
        fuzz_check(copy.data[i] == (other[i] == '+' ? '-'
                                    : other[i] == '/' ? '_' : other[i]));
    }

    fuzz_check(i == copy.len);
}


static void
texts_hex(const ngx_str_t *text)
{
    u_char    *bytes, *again;
    size_t     n;
    ngx_str_t  rest, last;

    n = text->len / 2;
    bytes = ngx_pnalloc(fuzz.pool, n);
    again = ngx_pnalloc(fuzz.pool, 2 * n);

    if (ngx_crm_text_unhex(bytes, text->data, n) == NGX_OK) {
        fuzz_check(ngx_crm_text_hex(again, bytes, n) == again + 2 * n);
        fuzz_check(ngx_strncasecmp(again, text->data, 2 * n) == 0);
    }

    rest = *text;
    last = ngx_crm_text_last(&rest, '.');

    fuzz_check(rest.len + last.len + 1 == text->len
               || (rest.len == 0 && last.len == text->len));
    fuzz_check(memchr(last.data, '.', last.len) == NULL);
}


/* jansson reads what was written; and it was written but for broken UTF-8 */

static void
texts_quote(const ngx_str_t *text)
{
    u_char      *quoted, *p, *end;
    size_t       n, len;
    json_t      *value, *same;
    ngx_uint_t   broken;

    len = ngx_crm_json_quote(NULL, text);

    quoted = ngx_pnalloc(fuzz.pool, len);
    fuzz_check(ngx_crm_json_quote(quoted, text) == len);

    value = json_loadb((char *) quoted, len, JSON_DECODE_ANY|JSON_ALLOW_NUL,
                       NULL);
    fuzz_check(json_is_string(value));

    broken = 0;
    end = text->data + text->len;

    for (p = text->data; p < end; p += n) {
        n = ngx_crm_utf8_length(p, end);

        if (n == 0) {
            broken++;
            n = 1;
        }
    }

    same = json_stringn((char *) text->data, text->len);

    fuzz_check((same == NULL) == (broken != 0));
    fuzz_check(same == NULL || json_equal(same, value));
    fuzz_check(json_string_length(value) == text->len + 2 * broken);

    json_decref(same);
    json_decref(value);
}


/* what is known is bounded, and its decoy is of the same kind and cost */

static void
texts_hash(const ngx_str_t *text)
{
    char                           *hash, decoy[NGX_CRM_HASH_MAX];
    char                            its[NGX_CRM_SETTING_MAX];
    char                            decoys[NGX_CRM_SETTING_MAX];
    unsigned                        m, t, p;
    const char                     *end, *cost;
    const ngx_crm_password_kind_t  *kind;

    hash = ngx_pnalloc(fuzz.pool, text->len + 1);
    *ngx_cpymem(hash, text->data, text->len) = '\0';

    kind = ngx_crm_password_kind_find(hash, &end);

    fuzz_check(kind || ngx_crm_password_setting(hash, its) == NGX_DECLINED);

    if (kind == NULL || ngx_crm_password_setting(hash, its) != NGX_OK) {
        return;
    }

    fuzz_check(end > hash && end <= hash + strlen(hash));
    fuzz_check(strlen(its) == (size_t) (end - hash)
               && memcmp(its, hash, strlen(its)) == 0);

    fuzz_check(ngx_crm_password_decoy(its, decoy) == NGX_OK);
    fuzz_check(ngx_crm_password_setting(decoy, decoys) == NGX_OK);
    fuzz_check(strcmp(its, decoys) == 0);

    cost = strstr(its, "m=");

    if (kind->argon2) {
        fuzz_check(sscanf(cost, "m=%u,t=%u,p=%u", &m, &t, &p) == 3);
        fuzz_check(m <= 262144 && t >= 1 && t <= 16 && p >= 1 && p <= 16);
    }

    if (its[1] == '2') {
        fuzz_check(atoi(its + 4) >= 4 && atoi(its + 4) <= 14);
    }

    if (strncmp(its, "$6$rounds=", 10) == 0) {
        fuzz_check(atoi(its + 10) >= 1000 && atoi(its + 10) <= 1000000);
    }
}


static void
texts_day(const ngx_str_t *text)
{
    char        day[11];
    time_t      t;
    struct tm   tm;

    if (!ngx_crm_date_is(text, "YYYY-MM-DD")) {
        return;
    }

    ngx_memzero(&tm, sizeof(tm));
    ngx_memcpy(day, text->data, 10);
    day[10] = '\0';

    fuzz_check(sscanf(day, "%4d-%2d-%2d", &tm.tm_year, &tm.tm_mon,
                      &tm.tm_mday)
               == 3);

    tm.tm_year -= 1900;
    tm.tm_mon -= 1;

    t = timegm(&tm);
    (void) gmtime_r(&t, &tm);

    (void) snprintf(day, sizeof(day), "%04u-%02u-%02u",
                    (unsigned) (tm.tm_year + 1900) % 10000,
                    (unsigned) (tm.tm_mon + 1) % 100,
                    (unsigned) tm.tm_mday % 100);

    fuzz_check(memcmp(day, text->data, 10) == 0);
}
