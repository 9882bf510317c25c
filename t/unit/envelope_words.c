/* Refusals in each API's words, and what reads them again. */

#include "ngx_crm.h"

#include "apis.h"
#include "tap.h"


#define words_count(table)  (sizeof(table) / sizeof((table)[0]))


static void words_known(void);
static void words_refusals(void);
static void words_own(void);
static void words_echo(void);
static void words_wrap(void);


int
main(void)
{
    apis_init();

    words_known();
    words_refusals();
    words_own();
    words_echo();
    words_wrap();

    ngx_destroy_pool(apis_pool);

    return done_testing();
}


/* whatever the reason, each API says it in JSON, and reads it again */

static void
words_known(void)
{
    ngx_str_t          body;
    ngx_uint_t         i, reason, status;
    ngx_crm_message_t  message, again;
    ngx_crm_refusal_t  refusal;

    for (i = 0; i < APIS; i++) {
        for (reason = 1; reason < NGX_CRM_NREASONS; reason++) {
            ngx_memzero(&refusal, sizeof(refusal));

            refusal.name = reason;
            refusal.status = 400;
            ngx_str_set(&refusal.parameter, "email");

            is_int(ngx_crm_envelope_refuse(apis_pool, &refusal, &message),
                   NGX_OK, "refused");

            body = apis_sealed(i, &message, &status);

            is_int(ngx_crm_envelope_open(apis_dialects[i], status, &body,
                                         &again),
                   NGX_OK, (char *) apis[i]->name.data);

            ok(again.code.len == 0 && again.own == 0, "known by its words");

            is_text(&apis[i]->words[again.reason].code,
                    (char *) apis[i]->words[reason].code.data, "code");
            is_text(&apis[i]->words[again.reason].message,
                    (char *) apis[i]->words[reason].message.data, "text");
        }
    }
}


static void
words_refusals(void)
{
    ngx_str_t   body;
    ngx_uint_t  i, status;

    ngx_crm_message_t  message;

    static const struct {
        ngx_crm_refusal_t   refusal;
        ngx_uint_t          api;
        ngx_uint_t          status;
        const char         *body;
    } cases[] = {

        { { NGX_CRM_MISSING, 400, ngx_string("srDate"), 0, 0,
            ngx_null_string }, 1, 400,
          "{\"response\":{\"result\":{\"arguments\":{\"statusCode\":\"400\","
          "\"errorCode\":\"BAD_REQUEST\",\"errorMessage\":\"Attribute "
          "'srDate' not found in request.\"}},\"success\":\"false\"}}" },

        { { NGX_CRM_TOO_MANY_REQUESTS, 429, ngx_null_string, 105, 0,
            ngx_null_string }, 0, 429,
          "{\"status\":429,\"message\":\"Too many requests.\",\"error\":"
          "\"CRM.EXCEPTIONS.TOOMANYREQUESTSEXCEPTION\","
          "\"parameters\":[\"105\"]}" },

        { { NGX_CRM_INVALID, 400, ngx_string("a\"\n"), 0, 0,
            ngx_null_string }, 2, 200,
          "{\"statusCode\":\"-1\",\"statusDesc\":\"Invalid a\\\"\\n\","
          "\"KYCTypeFlag\":false,\"status\":\"FAILED\"}" },

        { { NGX_CRM_INVALID, 400, ngx_null_string, 0, 0,
            ngx_null_string }, 3, 400,
          "{\"opstatus\":400,\"errcode\":\"INVALID_VALUE\",\"errmsg\":"
          "\"Bad request.\",\"httpStatusCode\":400}" },

        { { NGX_CRM_GATEWAY_TIMEOUT, 504, ngx_null_string, 0, 0,
            ngx_null_string }, 1, 500,
          "{\"response\":{\"result\":{\"arguments\":{\"statusCode\":\"500\","
          "\"errorCode\":\"Downstream error\",\"errorMessage\":\"- Not Able "
          "to connect with CRM.\"}},\"success\":\"false\"}}" }
    };

    for (i = 0; i < words_count(cases); i++) {
        ngx_crm_envelope_refuse(apis_pool, &cases[i].refusal, &message);

        body = apis_sealed(cases[i].api, &message, &status);

        is_int(status, cases[i].status, "status");
        is_text(&body, cases[i].body, "refusal");
    }
}


/* a text that says more takes the place of all words, and of the parameter */

static void
words_own(void)
{
    ngx_str_t          body;
    ngx_uint_t         status;
    ngx_crm_message_t  message;
    ngx_crm_refusal_t  refusal;

    ngx_memzero(&refusal, sizeof(refusal));

    refusal.name = NGX_CRM_MISSING;
    refusal.status = 400;
    ngx_str_set(&refusal.parameter, "email");

    ngx_crm_envelope_refuse(apis_pool, &refusal, &message);

    message.own = 1;
    ngx_str_set(&message.text, "No.");

    body = apis_sealed(1, &message, &status);

    is_text(&body, "{\"response\":{\"result\":{\"arguments\":{\"statusCode\":"
                   "\"400\",\"errorCode\":\"BAD_REQUEST\",\"errorMessage\":"
                   "\"No.\"}},\"success\":\"false\"}}", "its own text");
}


static void
words_echo(void)
{
    ngx_str_t          body;
    ngx_uint_t         status;
    ngx_crm_message_t  message;
    ngx_crm_refusal_t  refusal;

    ngx_memzero(&refusal, sizeof(refusal));

    refusal.name = NGX_CRM_UNAVAILABLE;
    refusal.status = 503;

    ngx_crm_envelope_refuse(apis_pool, &refusal, &message);

    ngx_str_set(&message.payload.text,
                "{\"mobileNumber\":\"8144094480\",\"KYCTypeFlag\":true}");

    body = apis_sealed(2, &message, &status);

    is_int(status, 200, "a failure of dmt");
    is_text(&body, "{\"mobileNumber\":\"8144094480\",\"KYCTypeFlag\":true,"
                   "\"statusCode\":\"4\",\"statusDesc\":\"Internal Server "
                   "Issue\",\"status\":\"FAILED\"}", "echoes what it is told");

    body = apis_sealed(3, &message, &status);

    is_text(&body, "{\"opstatus\":503,\"errcode\":\"UNAVAILABLE\",\"errmsg\":"
                   "\"Service unavailable.\",\"httpStatusCode\":503}",
            "no other does");
}


static void
words_wrap(void)
{
    ngx_str_t   before, after;
    ngx_uint_t  i, j;

    for (i = 0; i < APIS; i++) {
        for (j = 0; j < APIS; j++) {
            is_int(ngx_crm_envelope_wrap(apis_dialects[i], apis_dialects[j],
                                         &before, &after),
                   (i == 0 && j == 1) ? NGX_OK : NGX_DECLINED,
                   "only one pair streams");

            if (i == 0 && j == 1) {
                is_text(&before, "{\"response\":{\"success\":\"true\","
                                 "\"result\":", "before");
                is_text(&after, "}}", "after");
            }
        }
    }
}
