/*
 * libFuzzer: an answer of one dialect is opened and sealed in another, which
 * must be able to open it, and say the same of its outcome.  The members that
 * were noted when it was opened are those that are found again.
 */

#include "ngx_crm.h"
#include "base/ngx_crm_scan.h"

#include "apis.h"


static void envelope_unnoted(ngx_uint_t to, const ngx_str_t *sealed,
    const ngx_crm_message_t *message);
static void envelope_again(ngx_uint_t to, ngx_str_t *sealed,
    ngx_uint_t status, ngx_uint_t outcome);
static ngx_uint_t envelope_deep(const ngx_str_t *body);


/* one byte says from where, to where, and with which status */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char             *copy;
    ngx_str_t           body, sealed;
    ngx_uint_t          from, to, status;
    ngx_crm_message_t   message;

    static const ngx_uint_t  statuses[] = {
        200, 201, 400, 401, 404, 409, 429, 500, 502, 503, 504, 204, 403, 405,
        413, 599
    };

    if (size < 2) {
        return 0;
    }

    from = data[0] & 3;
    to = data[0] >> 2 & 3;
    status = statuses[data[0] >> 4 ^ (data[1] & 15)];

    apis_init();

    copy = malloc(size - 2);
    memcpy(copy, data + 2, size - 2);

    body.data = copy;
    body.len = size - 2;

    if (ngx_crm_envelope_open(apis_dialects[from], status, &body, &message)
        == NGX_OK)
    {
        sealed = apis_sealed(to, &message, &status);

        envelope_unnoted(to, &sealed, &message);

        if (!envelope_deep(&body)) {
            envelope_again(to, &sealed, status, message.ok);
        }
    }

    free(copy);
    ngx_destroy_pool(apis_pool);

    return 0;
}


static void
envelope_unnoted(ngx_uint_t to, const ngx_str_t *sealed,
    const ngx_crm_message_t *message)
{
    ngx_str_t          text;
    ngx_uint_t         status;
    ngx_crm_message_t  unnoted;

    unnoted = *message;
    unnoted.payload.members.n = 0;

    text = apis_sealed(to, &unnoted, &status);

    if (text.len != sealed->len
        || memcmp(text.data, sealed->data, text.len) != 0)
    {
        fprintf(stderr, "%s: %.*s\n", (char *) apis[to]->name.data,
                (int) text.len, text.data);
        abort();
    }
}


static void
envelope_again(ngx_uint_t to, ngx_str_t *sealed, ngx_uint_t status,
    ngx_uint_t outcome)
{
    ngx_crm_message_t  message;

    if (ngx_crm_envelope_open(apis_dialects[to], status, sealed, &message)
        != NGX_OK
        || message.ok != outcome)
    {
        fprintf(stderr, "%s %d: %.*s\n", (char *) apis[to]->name.data,
                (int) status, (int) sealed->len, sealed->data);
        abort();
    }
}


/* an envelope around it may be one level too many */

static ngx_uint_t
envelope_deep(const ngx_str_t *body)
{
    size_t  i, open;

    open = 0;

    for (i = 0; i < body->len; i++) {
        open += (body->data[i] == '[' || body->data[i] == '{');
    }

    return open > NGX_CRM_SCAN_DEPTH - 4;
}
