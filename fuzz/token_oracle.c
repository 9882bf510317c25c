/* What jansson reads of a token's two texts, and whether it may pass. */

#include "token.h"

#include <math.h>


static ngx_uint_t token_time(json_t *payload, const char *name, double *t);
static ngx_uint_t token_audience(json_t *aud);
static ngx_uint_t token_id(json_t *payload, const char *name);
static ngx_uint_t token_text(json_t *value, const char *text);


token_read_t
token_read(const ngx_str_t *text)
{
    size_t         i, open, commas, digits;
    json_error_t   error;
    token_read_t   read;

    open = 0;
    commas = 0;
    digits = 0;
    read.doubtful = 0;
    read.power = 0;

    for (i = 0; i < text->len; i++) {
        open += (text->data[i] == '[' || text->data[i] == '{');
        commas += (text->data[i] == ',');

        read.power |= (digits && (text->data[i] | 0x20) == 'e');

        digits = (text->data[i] >= '0' && text->data[i] <= '9')
                 ? digits + 1 : 0;

        /* what a double cannot hold, and a NUL, which ends a number */

        read.doubtful |= (digits > 14 || text->data[i] == '\0');
    }

    read.tree = json_loadb((char *) text->data, text->len,
                           JSON_REJECT_DUPLICATES|JSON_ALLOW_NUL
                           |JSON_DECODE_INT_AS_REAL, &error);

    if (read.tree == NULL) {
        read.doubtful |= (json_error_code(&error)
                          == json_error_numeric_overflow
                          || json_error_code(&error)
                             == json_error_null_byte_in_key);
        return read;
    }

    read.doubtful |= (open > 64 || commas > 128);

    if (!json_is_object(read.tree)) {
        json_decref(read.tree);
        read.tree = NULL;
    }

    return read;
}


/* whether the header names this key, which has signed */

ngx_uint_t
token_head(json_t *header, ngx_crm_jwt_key_t *const *keys, ngx_uint_t n,
    const ngx_crm_jwt_key_t *key)
{
    char         typ[64];
    size_t       i;
    json_t      *kid, *value;
    ngx_uint_t   known;

    value = json_object_get(header, "typ");

    if (value) {
        if (!json_is_string(value)
            || json_string_length(value) >= sizeof(typ)
            || strlen(json_string_value(value)) != json_string_length(value))
        {
            return 0;
        }

        for (i = 0; i <= json_string_length(value); i++) {
            typ[i] = (char) ngx_tolower(json_string_value(value)[i]);
        }

        if (strcmp(typ, "jwt") != 0 && strcmp(typ, "at+jwt") != 0
            && strcmp(typ, "application/jwt") != 0
            && strcmp(typ, "application/at+jwt") != 0)
        {
            return 0;
        }
    }

    if (json_object_get(header, "crit")
        || !token_text(json_object_get(header, "alg"),
                       (char *) key->alg.data))
    {
        return 0;
    }

    kid = json_object_get(header, "kid");
    known = 0;

    for (i = 0; i < n; i++) {
        known |= keys[i]->kid.len && token_is(&keys[i]->kid, kid);
    }

    return kid == NULL
           || (json_is_string(kid)
               && (known ? token_is(&key->kid, kid) : key->kid.len == 0));
}


/* whether it may pass; claims, where they were read from it, are the same */

ngx_uint_t
token_payload(json_t *payload, const ngx_crm_jwt_rules_t *rules,
    const ngx_crm_jwt_claims_t *claims)
{
    double   exp, nbf, iat, limit;
    json_t  *mode;

    limit = (double) (rules->now + rules->leeway);

    if (!token_time(payload, "exp", &exp)
        || !token_time(payload, "nbf", &nbf)
        || !token_time(payload, "iat", &iat)
        || json_object_get(payload, "exp") == NULL)
    {
        return 0;
    }

    if (claims) {
        fuzz_check(exp == (double) claims->exp);
        fuzz_check(iat == (double) claims->iat);
    }

    mode = json_object_get(payload, "mode");

    return exp + (double) rules->leeway > (double) rules->now
           && nbf <= limit && iat <= limit
           && json_object_get(payload, "sub")
           && token_id(payload, "sub") && token_id(payload, "sid")
           && token_id(payload, "app")
           && (mode == NULL || token_text(mode, "live")
               || token_text(mode, "test"))
           && (rules->issuer.len == 0
               || token_text(json_object_get(payload, "iss"), "us"))
           && (rules->audience.len == 0
               || token_audience(json_object_get(payload, "aud")));
}


static ngx_uint_t
token_time(json_t *payload, const char *name, double *t)
{
    json_t  *value;

    value = json_object_get(payload, name);
    *t = value ? trunc(json_real_value(value)) : 0;

    return value == NULL || json_is_real(value);
}


/* a text, or an array of texts, one of them ours */

static ngx_uint_t
token_audience(json_t *aud)
{
    size_t      i;
    json_t     *value;
    ngx_uint_t  found;

    if (!json_is_array(aud)) {
        return token_text(aud, "crm");
    }

    found = 0;

    json_array_foreach(aud, i, value) {
        if (!json_is_string(value)) {
            return 0;
        }

        found |= token_text(value, "crm");
    }

    return found;
}


static ngx_uint_t
token_id(json_t *payload, const char *name)
{
    size_t   i, n;
    json_t  *value;

    static const char  known[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        "abcdefghijklmnopqrstuvwxyz0123456789._~@+-";

    value = json_object_get(payload, name);

    if (value == NULL) {
        return 1;
    }

    n = json_string_length(value);

    for (i = 0; i < n; i++) {
        if (!memchr(known, json_string_value(value)[i], sizeof(known) - 1)) {
            return 0;
        }
    }

    return json_is_string(value) && n >= 1 && n <= 128;
}


static ngx_uint_t
token_text(json_t *value, const char *text)
{
    return json_is_string(value)
           && json_string_length(value) == strlen(text)
           && memcmp(json_string_value(value), text, strlen(text)) == 0;
}


/* an absent one is an empty one */

ngx_uint_t
token_is(const ngx_str_t *text, json_t *value)
{
    if (value == NULL) {
        return text->len == 0;
    }

    return json_is_string(value)
           && json_string_length(value) == text->len
           && memcmp(json_string_value(value), text->data, text->len) == 0;
}
