/* Payloads go through envelopes byte for byte; what is no JSON does not. */

#include "ngx_crm.h"

#include "apis.h"
#include "tap.h"


#define bytes_count(table)  (sizeof(table) / sizeof((table)[0]))
#define bytes_of(s)         s, sizeof(s) - 1
#define BYTES_DMT           2
#define BYTES_ACTIONS       3


typedef struct {
    const char  *data;
    size_t       len;
} bytes_t;


static void bytes_payloads(void);
static void bytes_round(const char *payload, ngx_uint_t i, ngx_uint_t j);
static void bytes_invalid(void);
static void bytes_truncated(void);
static void bytes_nested(void);
static void bytes_many(void);
static void bytes_noted(void);
static ngx_uint_t bytes_noted_same(ngx_uint_t i, ngx_uint_t n, ngx_uint_t at);
static void bytes_not_noted(void);
static ngx_str_t bytes_success(ngx_uint_t i, const char *data, size_t len);


/* objects, for these come back from a flat envelope as they were */

static const char  *bytes_payload_cases[] = {
    "{\"n\":1.62726591323E12}",
    "{\"n\":[12345678901234567890,-12345678901234567890]}",
    "{\"n\":1.10,\"m\":-0,\"o\":0.0,\"p\":1e5,\"q\":1E+05}",
    "{\"a\":1,\"a\":2,\"b\":3,\"a\":4}",
    "{\"z\":1,\"y\":2,\"x\":{\"c\":1,\"b\":2,\"a\":3}}",
    "{\"u\":\"http:\\/\\/crm.com\\/a\"}",
    "{\"\\u00e9\":\"\\u00e9\\u00E9\xc3\xa9\"}",
    "{\"s\":\"\\ud83d\\uDE00 \xf0\x9f\x98\x80\"}",
    "{ \"a\" :\t1 ,\r\n \"b\" : [ 1 , 2 ] , \"c\" : { } }",
    "{}",
    "{\"\":\"\"}",
    "{\"content\":[1]}",
    "{\"n\":\"\\u0000\\b\\f\\n\\r\\t\\\"\\\\\"}"
};


static const bytes_t  bytes_invalid_cases[] = {
    { bytes_of("{\"a\":1,}") },
    { bytes_of("[1,]") },
    { bytes_of("{'a':1}") },
    { bytes_of("{\"a\":NaN}") },
    { bytes_of("{\"a\":Infinity}") },
    { bytes_of("{\"a\":\"\\ud83d\"}") },
    { bytes_of("{\"a\":\"\\ude00\\ud83d\"}") },
    { bytes_of("{\"a\":\"\xc3\"}") },
    { bytes_of("{\"a\":\"\xed\xa0\x80\"}") },
    { bytes_of("{\"a\":\"\xc0\x80\"}") },
    { bytes_of("{\"a\":\"\0\"}") },
    { bytes_of("{\"a\":1}\0") },
    { bytes_of("{\"a\":\"\n\"}") },
    { bytes_of("{\"a\":01}") },
    { bytes_of("{\"a\":1 \"b\":2}") },
    { bytes_of("{\"a\":1}{\"b\":2}") },
    { bytes_of("{a:1}") },
    { bytes_of("{\"a\":1] ") },
    { bytes_of("// \n{}") },
    { bytes_of("") }
};


int
main(void)
{
    apis_init();

    bytes_payloads();
    bytes_invalid();
    bytes_truncated();
    bytes_nested();
    bytes_many();
    bytes_noted();
    bytes_not_noted();

    ngx_destroy_pool(apis_pool);

    return done_testing();
}


static void
bytes_payloads(void)
{
    ngx_uint_t  n, i, j;

    for (n = 0; n < bytes_count(bytes_payload_cases); n++) {
        for (i = 0; i < APIS; i++) {
            for (j = 0; j < APIS; j++) {
                bytes_round(bytes_payload_cases[n], i, j);
            }
        }
    }
}


/*
 * Sealed in i, opened, sealed in j, opened, sealed in i, opened.  What dmt
 * says of a customer is payload: that much is added on the way.
 */

static void
bytes_round(const char *payload, ngx_uint_t i, ngx_uint_t j)
{
    char               expected[512];
    size_t             len;
    ngx_str_t          text;
    ngx_uint_t         n, status, way[3];
    ngx_crm_message_t  message;

    way[0] = i;
    way[1] = j;
    way[2] = i;

    ngx_memzero(&message, sizeof(message));

    message.ok = 1;
    message.status = 200;
    message.payload.text = apis_copy(payload, strlen(payload));

    for (n = 0; n < 3; n++) {
        text = apis_sealed(way[n], &message, &status);

        if (!is_int(ngx_crm_envelope_open(apis_dialects[way[n]], status,
                                          &text, &message),
                    NGX_OK, payload))
        {
            return;
        }
    }

    len = strlen(payload) - 1;

    snprintf(expected, sizeof(expected), "%.*s%s%s}", (int) len, payload,
             (i != BYTES_DMT && j != BYTES_DMT) ? ""
             : memchr(payload, ':', len) ? "," : "",
             (i != BYTES_DMT && j != BYTES_DMT) ? ""
             : "\"statusCode\":\"0\",\"statusDesc\":\"Success\"");

    text = apis_sealed(0, &message, &status);
    is_text(&text, expected, "there and back again");
}


static void
bytes_invalid(void)
{
    ngx_str_t          body;
    ngx_uint_t         n, i;
    const bytes_t     *c;
    ngx_crm_message_t  message;

    for (n = 0; n < bytes_count(bytes_invalid_cases); n++) {
        for (i = 0; i < APIS; i++) {
            c = &bytes_invalid_cases[n];

            body = bytes_success(i, c->data, c->len);

            is_int(ngx_crm_envelope_open(apis_dialects[i], 200, &body,
                                         &message),
                   NGX_DECLINED, c->data);
        }
    }
}


static void
bytes_truncated(void)
{
    size_t             len;
    ngx_str_t          body, part;
    ngx_uint_t         n, i, opened;
    ngx_crm_message_t  message;

    for (n = 0; n < bytes_count(bytes_payload_cases); n++) {
        for (i = 0; i < APIS; i++) {
            body = bytes_success(i, bytes_payload_cases[n],
                                 strlen(bytes_payload_cases[n]));
            opened = 0;

            for (len = 0; len < body.len; len++) {
                part = apis_copy((char *) body.data, len);
                opened += ngx_crm_envelope_open(apis_dialects[i], 200, &part,
                                                &message)
                          == NGX_OK;
            }

            is_int(opened, 0, "broken off anywhere");
        }
    }
}


static void
bytes_nested(void)
{
    char               *text;
    ngx_str_t           body;
    ngx_uint_t          i;
    ngx_crm_message_t   message;

    text = malloc(200000);

    memset(text, '[', 100000);
    memset(text + 100000, ']', 100000);

    for (i = 0; i < APIS; i++) {
        body = bytes_success(i, text, 200000);

        is_int(ngx_crm_envelope_open(apis_dialects[i], 200, &body, &message),
               NGX_DECLINED, "100,000 arrays");
    }

    free(text);
}


/* more pieces than the list has room for at first */

static void
bytes_many(void)
{
    char               *p, text[8192], expected[8192], *e;
    ngx_str_t           got;
    ngx_uint_t          i, status;
    ngx_crm_message_t   message;

    p = text;
    e = expected;

    for (i = 0; i < 100; i++) {
        p += sprintf(p, "%s\"k%d\":%d,\"status\":1", i ? "," : "{", (int) i,
                     (int) i);
        e += sprintf(e, "%s\"k%d\":%d", i ? "," : "{", (int) i, (int) i);
    }

    strcpy(p, "}");
    strcpy(e, ",\"statusCode\":\"0\",\"statusDesc\":\"Success\","
              "\"status\":\"SUCCESS\"}");

    ngx_memzero(&message, sizeof(message));

    message.ok = 1;
    message.status = 200;
    message.payload.text = apis_copy(text, strlen(text));

    got = apis_sealed(2, &message, &status);
    is_text(&got, expected, "a hundred members that lose");
}


/* members noted when opened are sealed as those that are looked for again */

static void
bytes_noted(void)
{
    char        name[64];
    ngx_uint_t  i, n, at, same;

    for (i = BYTES_DMT; i <= BYTES_ACTIONS; i++) {
        for (n = 1; n < NGX_CRM_SHAPE_MEMBERS + 3; n++) {
            same = 0;

            for (at = 0; at < n; at++) {
                same += bytes_noted_same(i, n, at);
            }

            snprintf(name, sizeof(name), "%s: the envelope's among %d",
                     (char *) apis[i]->name.data, (int) n);
            is_int(same, n, name);
        }
    }
}


static ngx_uint_t
bytes_noted_same(ngx_uint_t i, ngx_uint_t n, ngx_uint_t at)
{
    char               *p, text[4096];
    ngx_str_t           body, noted, found;
    ngx_uint_t          j, status;
    ngx_crm_message_t   message, again;

    static const char  *own[] = {
        "\"st\\u0061tus\" : \"SUCCESS\"", "\"opstatus\":\t0"
    };

    p = text;

    for (j = 0; j < n; j++) {
        p += sprintf(p, "%s", j ? " , " : " { ");
        p += (j == at) ? sprintf(p, "%s", own[i - BYTES_DMT])
                       : sprintf(p, "\"%s%d\" : [%d]", j % 3 ? "k" : "\\n",
                                 (int) j, (int) j);
    }

    p += sprintf(p, " }");
    body = apis_copy(text, p - text);

    if (ngx_crm_envelope_open(apis_dialects[i], 200, &body, &message)
        != NGX_OK
        || message.payload.members.n
           != (n <= NGX_CRM_SHAPE_MEMBERS ? n : 0))
    {
        return 0;
    }

    again = message;
    again.payload.members.n = 0;

    for (j = 0; j < APIS; j++) {
        noted = apis_sealed(j, &message, &status);
        found = apis_sealed(j, &again, &status);

        if (found.len == 0 || noted.len != found.len
            || memcmp(noted.data, found.data, found.len) != 0)
        {
            return 0;
        }
    }

    return 1;
}


/* a failure is not taken for the success that it began like */

static void
bytes_not_noted(void)
{
    ngx_str_t          body, sealed;
    ngx_uint_t         status;
    ngx_crm_message_t  message;

    static const char  echo[] = "{\"echo\":{\"a\":1},\"statusCode\":9}";
    static const char  said[] = "{\"echo\":{\"a\":1},\"statusCode\":\"";
    static const char  failure[] =
        "{\"a\":1,\"statusCode\":\"2\",\"status\":\"FAILED\"}";

    body = apis_copy(failure, sizeof(failure) - 1);

    is_int(ngx_crm_envelope_open(apis_dialects[BYTES_DMT], 200, &body,
                                 &message),
           NGX_OK, "a failure");
    is_int(message.ok, 0, "a failure, it is");

    message.payload.text = apis_copy(echo, sizeof(echo) - 1);

    sealed = apis_sealed(BYTES_DMT, &message, &status);

    is_mem(sealed.data, said, sizeof(said) - 1, "a failure, what it echoes");
}


/* an answer of the API, with that in the payload's place */

static ngx_str_t
bytes_success(ngx_uint_t i, const char *data, size_t len)
{
    ngx_str_t   body;
    u_char     *p;

    static const char  *around[APIS][2] = {
        { "", "" },
        { "{\"response\":{\"result\":", ",\"success\":\"true\"}}" },
        { "{\"status\":\"SUCCESS\",\"x\":", "}" },
        { "{\"opstatus\":0,\"x\":", ",\"httpStatusCode\":200}" }
    };

    body.len = strlen(around[i][0]) + len + strlen(around[i][1]);
    body.data = ngx_palloc(apis_pool, body.len);

    p = ngx_cpymem(body.data, around[i][0], strlen(around[i][0]));
    p = ngx_cpymem(p, data, len);
    ngx_memcpy(p, around[i][1], strlen(around[i][1]));

    return body;
}
