/* From an API's words to a reason. */

#include "engine/ngx_crm_envelope_words.h"
#include "engine/ngx_crm_refuse_reason.h"


/* how well a reason fits, from its code on */

typedef enum {
    NGX_CRM_ENVELOPE_OTHER = 0,
    NGX_CRM_ENVELOPE_CODED,
    NGX_CRM_ENVELOPE_STATED,   /* its HTTP status too */
    NGX_CRM_ENVELOPE_WORDED,   /* its text, with some parameter */
    NGX_CRM_ENVELOPE_SAID      /* its text */
} ngx_crm_envelope_fit_e;


static ngx_crm_envelope_fit_e ngx_crm_envelope_words_fit(
    const ngx_crm_api_t *api, ngx_crm_reason_e reason,
    const ngx_crm_message_t *message, ngx_str_t *parameter);
static ngx_uint_t ngx_crm_envelope_words_same(const ngx_str_t *a,
    const ngx_str_t *b);
static ngx_uint_t ngx_crm_envelope_words_make(const ngx_str_t *words,
    const ngx_str_t *text, ngx_str_t *parameter);
static ngx_uint_t ngx_crm_envelope_words_name(const ngx_str_t *text);


void
ngx_crm_envelope_words_read(const ngx_crm_api_t *api,
    ngx_crm_message_t *message)
{
    ngx_str_t               parameter, named;
    ngx_uint_t              i, n;
    ngx_crm_envelope_fit_e  fit, best;

    best = NGX_CRM_ENVELOPE_OTHER;
    ngx_str_null(&named);
    n = 0;

    for (i = NGX_CRM_BAD_REQUEST; i < NGX_CRM_NREASONS; i++) {
        fit = ngx_crm_envelope_words_fit(api, i, message, &parameter);

        n += (fit != NGX_CRM_ENVELOPE_OTHER);

        if (fit > best) {
            best = fit;
            named = parameter;
            message->reason = i;
        }
    }

    if (best == NGX_CRM_ENVELOPE_OTHER) {
        return;
    }

    message->own = (n > 1 && best < NGX_CRM_ENVELOPE_WORDED);

    ngx_str_null(&message->code);

    if (message->parameter.len == 0) {
        message->parameter = named;
    }
}


static ngx_crm_envelope_fit_e
ngx_crm_envelope_words_fit(const ngx_crm_api_t *api, ngx_crm_reason_e reason,
    const ngx_crm_message_t *message, ngx_str_t *parameter)
{
    const ngx_crm_words_t  *words;

    words = &api->words[reason];

    ngx_str_null(parameter);

    if (!ngx_crm_envelope_words_same(&words->code, &message->code)) {
        return NGX_CRM_ENVELOPE_OTHER;
    }

    if (ngx_crm_envelope_words_same(&words->message, &message->text)) {
        return NGX_CRM_ENVELOPE_SAID;
    }

    if (ngx_crm_envelope_words_make(&words->message, &message->text,
                                    parameter))
    {
        return NGX_CRM_ENVELOPE_WORDED;
    }

    ngx_str_null(parameter);

    return (ngx_crm_refuse_reason_status(reason) == message->status)
           ? NGX_CRM_ENVELOPE_STATED : NGX_CRM_ENVELOPE_CODED;
}


static ngx_uint_t
ngx_crm_envelope_words_same(const ngx_str_t *a, const ngx_str_t *b)
{
    return a->len == b->len && ngx_memcmp(a->data, b->data, a->len) == 0;
}


/* says whether the text is the words with something for $parameter */

static ngx_uint_t
ngx_crm_envelope_words_make(const ngx_str_t *words, const ngx_str_t *text,
    ngx_str_t *parameter)
{
    ngx_str_t  before, after;

    if (ngx_crm_envelope_words_split(words, &before, &after) != NGX_OK) {
        return 0;
    }

    if (text->len <= before.len + after.len
        || ngx_memcmp(text->data, before.data, before.len) != 0
        || ngx_memcmp(text->data + text->len - after.len, after.data,
                      after.len) != 0)
    {
        return 0;
    }

    parameter->data = text->data + before.len;
    parameter->len = text->len - before.len - after.len;

    return ngx_crm_envelope_words_name(parameter);
}


/* a member or a header has such a name: a sentence is none */

static ngx_uint_t
ngx_crm_envelope_words_name(const ngx_str_t *text)
{
    u_char  c;
    size_t  i;

    for (i = 0; i < text->len; i++) {
        c = text->data[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.'))
        {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
ngx_crm_envelope_words_status(const ngx_crm_api_t *api, ngx_uint_t status)
{
    const ngx_crm_status_t  *row;

    if (api->statuses == NULL) {
        return status;
    }

    for (row = api->statuses; row->status && row->status != status; row++) {
        /* void */
    }

    return row->spoken ? row->spoken : status;
}


ngx_int_t
ngx_crm_envelope_words_split(const ngx_str_t *text, ngx_str_t *before,
    ngx_str_t *after)
{
    u_char  *slot, *last;

    *before = *text;
    ngx_str_null(after);

    last = text->data + text->len;
    slot = memchr(text->data, '$', text->len);

    if (slot == NULL) {
        return NGX_DECLINED;
    }

    before->len = slot - text->data;

    after->data = slot + sizeof(NGX_CRM_ENVELOPE_SLOT) - 1;
    after->len = last - after->data;

    return NGX_OK;
}
