/*
 * libFuzzer: what a server says, whole and in parts, and what the steps that
 * asked for it make of it.  The first byte names the step, the second says how
 * long the parts are.  What a step keeps must outlive the reply.
 */

#include "reply.h"
#include "engine/ngx_crm_redis_reader.h"

#include <ctype.h>


#define REPLY_SAID  8192


/* what was said, as text, and how it ended */
typedef struct {
    char          text[REPLY_SAID];
    size_t        len;
    const char   *error;
} reply_said_t;


static void reply_hear(const ngx_str_t *bytes, size_t step,
    reply_said_t *said, ngx_uint_t which);
static ngx_int_t reply_take(ngx_crm_redis_reader_t *reader,
    reply_said_t *said, ngx_uint_t which);
static void reply_print(reply_said_t *said, const ngx_crm_reply_t *reply,
    ngx_uint_t depth);
static void reply_put(reply_said_t *said, const void *data, size_t len);
static void reply_texts(const ngx_crm_reply_t *reply);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t     bytes;
    ngx_uint_t    which, step;
    reply_said_t  whole, parts;

    bytes.data = (u_char *) data;
    bytes.len = size;

    which = fuzz_byte(&bytes);
    step = 1 + fuzz_byte(&bytes) % 32;

    reply_hear(&bytes, bytes.len, &whole, which);
    reply_hear(&bytes, step, &parts, REPLY_NO_STEP);

    fuzz_check(whole.len == parts.len
               && memcmp(whole.text, parts.text, whole.len) == 0);
    fuzz_check((whole.error == NULL) == (parts.error == NULL));

    return 0;
}


static void
reply_hear(const ngx_str_t *bytes, size_t step, reply_said_t *said,
    ngx_uint_t which)
{
    u_char                  *part;
    size_t                   done, n;
    ngx_int_t                rc;
    ngx_crm_redis_reader_t   reader;

    said->len = 0;
    said->error = NULL;
    rc = NGX_AGAIN;

    fuzz_check(ngx_crm_redis_reader_create(&reader) == NGX_OK);

    for (done = 0; done < bytes->len && rc == NGX_AGAIN; done += n) {

        n = ngx_min(step, bytes->len - done);

        part = malloc(n);
        memcpy(part, bytes->data + done, n);

        fuzz_check(ngx_crm_redis_reader_feed(&reader, part, n) == NGX_OK);

        free(part);

        do {
            rc = reply_take(&reader, said, which);
        } while (rc == NGX_OK);
    }

    if (rc == NGX_ERROR) {
        said->error = reader.error;
        fuzz_check(said->error != NULL);
    }

    ngx_crm_redis_reader_free(&reader);
}


static ngx_int_t
reply_take(ngx_crm_redis_reader_t *reader, reply_said_t *said,
    ngx_uint_t which)
{
    ngx_int_t         rc;
    ngx_crm_reply_t  *reply;

    rc = ngx_crm_redis_reader_next(reader, &reply);

    if (rc != NGX_OK) {
        return rc;
    }

    reply_print(said, reply, 0);

    if (which == REPLY_NO_STEP) {
        ngx_crm_redis_reader_drop(reader, reply);
        return NGX_OK;
    }

    reply_texts(reply);
    reply_step(which, reply);

    ngx_crm_redis_reader_drop(reader, reply);

    reply_kept();

    return NGX_OK;
}


static void
reply_print(reply_said_t *said, const ngx_crm_reply_t *reply,
    ngx_uint_t depth)
{
    char        head[32];
    size_t      i;

    fuzz_check(depth <= NGX_CRM_REDIS_DEPTH_MAX);

    reply_put(said, head, (size_t) snprintf(head, sizeof(head), "%d:",
                                            reply->type));

    switch (reply->type) {

    case REDIS_REPLY_INTEGER:
        reply_put(said, head, (size_t) snprintf(head, sizeof(head), "%lld",
                                                reply->integer));
        break;

    case REDIS_REPLY_ARRAY:
        fuzz_check(reply->elements <= NGX_CRM_REDIS_ELEMENTS_MAX);

        for (i = 0; i < reply->elements; i++) {
            reply_print(said, reply->element[i], depth + 1);
        }

        break;

    case REDIS_REPLY_NIL:
        break;

    default:
        reply_put(said, reply->str, (size_t) reply->len);
    }
}


static void
reply_put(reply_said_t *said, const void *data, size_t len)
{
    len = ngx_min(len, REPLY_SAID - said->len);

    ngx_memcpy(said->text + said->len, data, len);
    said->len += len;
}


/* each type has its reader, and no other */

static void
reply_texts(const ngx_crm_reply_t *reply)
{
    int64_t     n;
    u_char      brief[NGX_CRM_REPLY_BRIEF];
    size_t      i, len;
    ngx_int_t   rc;
    ngx_str_t   text;

    rc = ngx_crm_reply_text(reply, &text);

    fuzz_check((rc == NGX_OK) == (reply->type == REDIS_REPLY_STRING
                                  || reply->type == REDIS_REPLY_STATUS));
    fuzz_check((rc == NGX_DECLINED) == (reply->type == REDIS_REPLY_NIL));
    fuzz_check((ngx_crm_reply_integer(reply, &n) == NGX_OK)
               == (reply->type == REDIS_REPLY_INTEGER));
    fuzz_check((ngx_crm_reply_array(reply, reply->elements) == NGX_OK)
               == (reply->type == REDIS_REPLY_ARRAY));
    fuzz_check(ngx_crm_reply_element(reply, reply->elements) == NULL);

    text = ngx_crm_reply_error(reply);
    fuzz_check(text.len == 0 || reply->type == REDIS_REPLY_ERROR);
    fuzz_check(!ngx_crm_reply_is(reply, "NOSCRIPT") || text.len >= 8);

    /* of an error, nothing that is a terminal's, and no argument */

    ngx_memset(brief, 0xff, sizeof(brief));
    ngx_crm_reply_brief(brief, reply);

    len = ngx_strlen(brief);
    fuzz_check(len < sizeof(brief) && len <= text.len);

    for (i = 0; i < len; i++) {
        fuzz_check(brief[i] >= ' ' && brief[i] <= '~');

        /* of a refusal it is a command, and in a word an apostrophe */

        fuzz_check(ngx_crm_reply_is(reply, "NOPERM")
                   || strchr("'`\"", brief[i]) == NULL
                   || (brief[i] == '\'' && i && isalpha(brief[i - 1])
                       && isalpha((u_char) text.data[i + 1])));
    }
}
