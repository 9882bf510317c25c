/* Messages in an API's words and envelope. */

#include "engine/ngx_crm_envelope_seal.h"
#include "engine/ngx_crm_envelope_words.h"


#define NGX_CRM_ENVELOPE_SEAL_PARTS  6


static ngx_int_t ngx_crm_envelope_seal_failure(const ngx_crm_dialect_t *to,
    const ngx_crm_message_t *message, const ngx_str_t *status,
    ngx_crm_pieces_t *pieces);
static void ngx_crm_envelope_seal_says(const ngx_crm_api_t *api,
    const ngx_crm_message_t *message, ngx_str_t *parts);
static ngx_int_t ngx_crm_envelope_seal_parameters(ngx_pool_t *pool,
    const ngx_crm_message_t *message, ngx_str_t *json);
static ngx_int_t ngx_crm_envelope_seal_join(ngx_pool_t *pool,
    const ngx_str_t *parts, ngx_uint_t n, ngx_str_t *text);


ngx_int_t
ngx_crm_envelope_seal(const ngx_crm_dialect_t *to,
    const ngx_crm_message_t *message, ngx_crm_pieces_t *pieces,
    ngx_uint_t *status)
{
    u_char             *p;
    ngx_str_t           text;
    ngx_crm_filling_t   filling;

    *status = message->ok ? message->status
                          : ngx_crm_envelope_words_status(to->api,
                                                          message->status);
    p = ngx_pnalloc(pieces->pool, 3);
    if (p == NULL) {
        return NGX_ERROR;
    }

    p[0] = (u_char) ('0' + *status / 100);
    p[1] = (u_char) ('0' + *status / 10 % 10);
    p[2] = (u_char) ('0' + *status % 10);

    text.data = p;
    text.len = 3;

    if (!message->ok) {
        return ngx_crm_envelope_seal_failure(to, message, &text, pieces);
    }

    ngx_str_set(&filling.name, "status");
    filling.value = text;
    filling.raw = 1;

    return ngx_crm_shape_write(pieces, to->success, &filling, 1,
                               &message->payload);
}


static ngx_int_t
ngx_crm_envelope_seal_failure(const ngx_crm_dialect_t *to,
    const ngx_crm_message_t *message, const ngx_str_t *status,
    ngx_crm_pieces_t *pieces)
{
    ngx_str_t          text, parameters, parts[NGX_CRM_ENVELOPE_SEAL_PARTS];
    ngx_crm_filling_t  fillings[] = {
        { ngx_string("status"), *status, 1 },
        { ngx_string("number"), *status, 1 },
        { ngx_string("code"), to->api->words[message->reason].code, 0 },
        { ngx_string("message"), ngx_null_string, 1 },
        { ngx_string("parameters"), ngx_null_string, 1 }
    };

    ngx_crm_envelope_seal_says(to->api, message, parts);

    if (ngx_crm_envelope_seal_join(pieces->pool, parts,
                                   NGX_CRM_ENVELOPE_SEAL_PARTS, &text)
        != NGX_OK
        || ngx_crm_envelope_seal_parameters(pieces->pool, message,
                                            &parameters)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    fillings[3].value = text;
    fillings[4].value = parameters;

    return ngx_crm_shape_write(pieces, to->failure, fillings,
                               sizeof(fillings) / sizeof(fillings[0]),
                               &message->payload);
}


/*
 * The API's own words for the reason; the text that came where it says more;
 * and with a code that nobody knows, that code too.
 */

static void
ngx_crm_envelope_seal_says(const ngx_crm_api_t *api,
    const ngx_crm_message_t *message, ngx_str_t *parts)
{
    ngx_int_t   rc;
    ngx_str_t  *before, *slot, *after;

    static const ngx_str_t  quote = ngx_string("\"");

    ngx_memzero(parts, NGX_CRM_ENVELOPE_SEAL_PARTS * sizeof(ngx_str_t));

    parts[0] = quote;
    parts[NGX_CRM_ENVELOPE_SEAL_PARTS - 1] = quote;

    before = &parts[1];
    slot = &parts[2];
    after = &parts[3];

    rc = ngx_crm_envelope_words_split(&api->words[message->reason].message,
                                      before, after);
    *slot = message->parameter;

    if (rc == NGX_DECLINED) {
        ngx_str_null(slot);

    } else if (message->parameter.len == 0) {
        *before = api->words[NGX_CRM_BAD_REQUEST].message;
        ngx_str_null(after);
    }

    if (message->text.len
        && (message->own || message->code.len
            || (rc == NGX_OK && message->parameter.len == 0)))
    {
        *before = message->text;
        ngx_str_null(slot);
        ngx_str_null(after);
    }

    if (message->code.len) {
        ngx_str_set(slot, " (");
        *after = message->code;
        ngx_str_set(&parts[4], ")");
    }
}


static ngx_int_t
ngx_crm_envelope_seal_parameters(ngx_pool_t *pool,
    const ngx_crm_message_t *message, ngx_str_t *json)
{
    ngx_str_t  parts[3];

    if (message->parameters.len) {
        *json = message->parameters;
        return NGX_OK;
    }

    if (message->parameter.len == 0) {
        ngx_str_set(json, "[]");
        return NGX_OK;
    }

    ngx_str_set(&parts[0], "[\"");
    parts[1] = message->parameter;
    ngx_str_set(&parts[2], "\"]");

    return ngx_crm_envelope_seal_join(pool, parts, 3, json);
}


static ngx_int_t
ngx_crm_envelope_seal_join(ngx_pool_t *pool, const ngx_str_t *parts,
    ngx_uint_t n, ngx_str_t *text)
{
    u_char      *p;
    ngx_uint_t   i;

    text->len = 0;

    for (i = 0; i < n; i++) {
        text->len += parts[i].len;
    }

    p = ngx_pnalloc(pool, text->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;

    for (i = 0; i < n; i++) {
        if (parts[i].len) {
            p = ngx_cpymem(p, parts[i].data, parts[i].len);
        }
    }

    return NGX_OK;
}
