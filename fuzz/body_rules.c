#include "body.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <openssl/evp.h>


static ngx_crm_reason_e body_rule(json_t *value, const ngx_crm_rule_t *rule,
    ngx_str_t *parameter);
static ngx_crm_reason_e body_text(json_t *value, const ngx_crm_rule_t *rule);
static ngx_crm_reason_e body_files(json_t *files, const ngx_crm_rule_t *rule,
    ngx_str_t *parameter);
static ngx_uint_t body_is_blank(json_t *value);
static ngx_uint_t body_is_address(const char *text, size_t len);
static ngx_uint_t body_is_day(const char *text);
static ngx_uint_t body_is_name(json_t *value);
static ngx_uint_t body_is_contents(json_t *value, size_t most);


json_t *
body_find(json_t *body, const ngx_str_t *path)
{
    char  name[128], *p, *dot;

    (void) ngx_cpystrn((u_char *) name, path->data,
                       ngx_min(path->len + 1, sizeof(name)));

    for (p = name; p; p = dot) {
        dot = strchr(p, '.');

        if (dot) {
            *dot++ = '\0';
        }

        body = json_object_get(body, p);
    }

    return json_is_null(body) ? NULL : body;
}


ngx_uint_t
body_is_twice(json_t *body, const ngx_str_t *path)
{
    char         name[128], *p, *dot;
    json_t      *value;
    ngx_uint_t   n;
    const char  *key;

    (void) ngx_cpystrn((u_char *) name, path->data,
                       ngx_min(path->len + 1, sizeof(name)));

    for (p = name; p; p = dot) {
        dot = strchr(p, '.');

        if (dot) {
            *dot++ = '\0';
        }

        n = 0;

        json_object_foreach(body, key, value) {
            n += (strcasecmp(key, p) == 0);
        }

        if (n > 1) {
            return 1;
        }

        body = json_object_get(body, p);
    }

    return 0;
}


body_verdict_t
body_judge(json_t *body, const ngx_crm_rule_t *rules)
{
    json_t          *value;
    body_verdict_t   verdict;

    verdict.name = NGX_CRM_PASSED;
    ngx_str_null(&verdict.parameter);

    for ( /* void */ ; rules->path.len; rules++) {

        value = body_find(body, &rules->path);
        verdict.parameter = rules->name.len ? rules->name : rules->path;

        verdict.name = body_is_twice(body, &rules->path)
                       ? NGX_CRM_INVALID
                       : body_rule(value, rules, &verdict.parameter);

        if (verdict.name != NGX_CRM_PASSED) {
            break;
        }
    }

    return verdict;
}


static ngx_crm_reason_e
body_rule(json_t *value, const ngx_crm_rule_t *rule, ngx_str_t *parameter)
{
    if (value == NULL
        || (rule->kind < NGX_CRM_RULE_ARRAY && body_is_blank(value)))
    {
        return rule->optional ? NGX_CRM_PASSED : NGX_CRM_MISSING;
    }

    if (rule->kind < NGX_CRM_RULE_ARRAY) {
        return body_text(value, rule);
    }

    if (!json_is_array(value)) {
        return NGX_CRM_INVALID;
    }

    return (rule->kind == NGX_CRM_RULE_FILES)
           ? body_files(value, rule, parameter) : NGX_CRM_PASSED;
}


static ngx_crm_reason_e
body_text(json_t *value, const ngx_crm_rule_t *rule)
{
    size_t       len;
    ngx_uint_t   ok;
    const char  *text;

    if (!json_is_string(value)) {
        return NGX_CRM_INVALID;
    }

    text = json_string_value(value);
    len = json_string_length(value);

    switch (rule->kind) {

    case NGX_CRM_RULE_DIGITS:
        ok = (len == rule->n && strspn(text, "0123456789") == len);
        break;

    case NGX_CRM_RULE_ADDRESS:
        ok = body_is_address(text, len);
        break;

    case NGX_CRM_RULE_DATE:
        ok = (len == 10 && body_is_day(text));
        break;

    default:
        ok = (rule->n == 0 || len <= rule->n);
    }

    return ok ? NGX_CRM_PASSED : NGX_CRM_INVALID;
}


static ngx_crm_reason_e
body_files(json_t *files, const ngx_crm_rule_t *rule, ngx_str_t *parameter)
{
    size_t   i;
    json_t  *file, *value;

    static const ngx_str_t  name = ngx_string("fileName");
    static const ngx_str_t  contents = ngx_string("fileContents");

    if (json_array_size(files) == 0) {
        return rule->optional ? NGX_CRM_PASSED : NGX_CRM_MISSING;
    }

    json_array_foreach(files, i, file) {

        if (!json_is_object(file)) {
            return NGX_CRM_INVALID;
        }

        value = body_find(file, &name);

        if (body_is_twice(file, &name)) {
            *parameter = name;
            return NGX_CRM_INVALID;
        }

        if (value == NULL || body_is_blank(value)) {
            *parameter = name;
            return NGX_CRM_MISSING;
        }

        if (!body_is_name(value)) {
            *parameter = name;
            return NGX_CRM_INVALID;
        }

        value = body_find(file, &contents);

        if (body_is_twice(file, &contents)
            || (value && !body_is_contents(value, rule->n)))
        {
            *parameter = contents;
            return NGX_CRM_INVALID;
        }
    }

    return NGX_CRM_PASSED;
}


static ngx_uint_t
body_is_blank(json_t *value)
{
    return json_is_string(value)
           && strspn(json_string_value(value), " ")
              == json_string_length(value);
}


static ngx_uint_t
body_is_address(const char *text, size_t len)
{
    u_char  bytes[16];

    return strlen(text) == len
           && (inet_pton(AF_INET, text, bytes) == 1
               || inet_pton(AF_INET6, text, bytes) == 1);
}


/* as the C library counts the days */

static ngx_uint_t
body_is_day(const char *text)
{
    time_t      t;
    struct tm   tm, back;

    ngx_memzero(&tm, sizeof(tm));

    if (strspn(text, "0123456789-") != 10 || text[4] != '-'
        || text[7] != '-'
        || sscanf(text, "%4d-%2d-%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday)
           != 3
        || strchr(text, '-') != text + 4 || text[5] == '-' || text[6] == '-'
        || text[8] == '-' || text[9] == '-' || tm.tm_year < 1)
    {
        return 0;
    }

    tm.tm_year -= 1900;
    tm.tm_mon -= 1;

    back = tm;
    t = timegm(&back);
    (void) gmtime_r(&t, &back);

    return tm.tm_mday == back.tm_mday && tm.tm_mon == back.tm_mon;
}


static ngx_uint_t
body_is_name(json_t *value)
{
    size_t       i, len;
    const char  *name, *dot;

    if (!json_is_string(value)) {
        return 0;
    }

    name = json_string_value(value);
    len = json_string_length(value);

    for (i = 0; i < len; i++) {
        if ((u_char) name[i] < ' ' || name[i] == 0x7f
            || strchr(",*|:\"<>?/\\[]%=;", name[i]))
        {
            return 0;
        }
    }

    dot = strrchr(name, '.');

    return name[0] != ' ' && dot && dot > name && dot[1];
}


/* OpenSSL decodes it, and encodes it to the same again */

static ngx_uint_t
body_is_contents(json_t *value, size_t most)
{
    int          n;
    u_char      *bytes, *again;
    size_t       len, padding;
    const char  *text;

    if (!json_is_string(value)) {
        return 0;
    }

    text = json_string_value(value);
    len = json_string_length(value);

    if (len == 0) {
        return 1;
    }

    bytes = ngx_pnalloc(fuzz.pool, len);
    again = ngx_pnalloc(fuzz.pool, 2 * len + 8);

    n = (len % 4) ? -1 : EVP_DecodeBlock(bytes, (u_char *) text, (int) len);

    if (n < 0) {
        return 0;
    }

    padding = (text[len - 1] == '=') + (text[len - 2] == '=');

    (void) EVP_EncodeBlock(again, bytes, n - (int) padding);

    return memcmp(again, text, len) == 0 && (size_t) n - padding <= most;
}
