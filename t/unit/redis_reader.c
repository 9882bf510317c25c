/* What a server may say, whole and byte by byte, and what becomes of it. */

#include "engine/ngx_crm_redis_reader.h"
#include "engine/ngx_crm_reply.h"

#include "tap.h"


#define reader_count(table)  (sizeof(table) / sizeof((table)[0]))


typedef struct {
    const char  *bytes;
    const char  *expected;      /* replies, then "…" or why it ended */
} reader_case_t;


static void reader_hear(const char *bytes, size_t n, size_t step, char *said);
static char *reader_print(char *p, const ngx_crm_reply_t *reply);
static void reader_cases(void);
static void reader_bounds(void);
static void reader_exhausted(void);
static void reader_briefs(void);
static void reader_accessors(void);


static const reader_case_t  reader_table[] = {
    { "+OK\r\n", "+OK …" },
    { ":-7\r\n$-1\r\n$0\r\n\r\n", ":-7 nil $ …" },
    { "$3\r\na\r\n\r\n", "$a\r\n …" },
    { "-ERR no\r\n", "-ERR no …" },
    { "*2\r\n:1\r\n$1\r\nx\r\n", "[:1 $x ] …" },
    { "*0\r\n*-1\r\n", "[] nil …" },
    { "*2\r\n*1\r\n:1\r\n*-1\r\n", "[[:1 ] nil ] …" },
    { "*3\r\n$-1\r\n*1\r\n$-1\r\n:1\r\n", "[nil [nil ] :1 ] …" },
    { "*3\r\n$-1\r\n*2\r\n$-1\r\n", "…" },
    { "+OK\r", "…" },
    { "$3\r\nab", "…" },
    { "*2\r\n:1\r\n", "…" },
    { "$9223372036854775807\r\nx", "…" },
    { "+a\r\nHTTP/1.1 400\r\n",
      "+a Protocol error, got \"H\" as reply type byte" },
    { "@1\r\n", "Protocol error, got \"@\" as reply type byte" },
    { "\r\n", "Protocol error, got \"\\r\" as reply type byte" },
    { ":1x\r\n", "Bad integer value" },
    { ":\r\n", "Bad integer value" },
    { "$-2\r\n", "Bulk string length out of range" },
    { "$\r\n", "Bad bulk string length" },
    { "*-2\r\n", "Multi-bulk length out of range" },
    { "*65537\r\n", "an array is too long" },
    { "*2147483647\r\n", "an array is too long" },
    { "*1\r\n*65537\r\n", "an array is too long" },
    { "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
      "[[[[[[[:1 ] ] ] ] ] ] ] …" },
    { "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
      "arrays are nested too deep" }
};


static const reader_case_t  reader_brief_table[] = {
    { "-WRONGTYPE Operation against a key\r\n",
      "WRONGTYPE Operation against a key" },
    { "-ERR unknown command 'AUTH', with args beginning with: 's3' \r\n",
      "ERR unknown command" },
    { "-ERR unknown command `AUTH`\r\n", "ERR unknown command" },
    { "-READONLY You can't write against a read only replica.\r\n",
      "READONLY You can't write against a read only replica." },
    { "-ERR x's3'\r\n", "ERR x's3" },
    { "-ERR is 's3\r\n", "ERR is" },
    { "-ERR is 3's\r\n", "ERR is 3" },
    { "-'s3\r\n", "" },
    { "-NOPERM this user has no permissions to run the 'evalsha' command\r\n",
      "NOPERM this user has no permissions to run the 'evalsha' command" },
    { "-ERR \x1b[31m\tred\xff\r\n", "ERR ?[31m?red?" },
    { "-\r\n", "" },
    { "+OK\r\n", "" }
};


static ngx_cycle_t     reader_cycle;

volatile ngx_cycle_t  *ngx_cycle = &reader_cycle;


/* of NGINX's, what the reading of replies may call: nothing here does */

void
ngx_log_error_core(ngx_uint_t level, ngx_log_t *log, ngx_err_t err,
    const char *fmt, ...)
{
    abort();
}


int
main(void)
{
    reader_cases();
    reader_bounds();
    reader_exhausted();
    reader_briefs();
    reader_accessors();

    return done_testing();
}


static void
reader_cases(void)
{
    char           name[128], said[512];
    size_t         i;

    for (i = 0; i < reader_count(reader_table); i++) {
        const reader_case_t  *c = &reader_table[i];

        snprintf(name, sizeof(name), "case %zu, whole", i);
        reader_hear(c->bytes, strlen(c->bytes), strlen(c->bytes), said);
        is_str(said, c->expected, name);

        snprintf(name, sizeof(name), "case %zu, byte by byte", i);
        reader_hear(c->bytes, strlen(c->bytes), 1, said);
        is_str(said, c->expected, name);
    }
}


/* hears bytes in pieces of step, and says what came out */

static void
reader_hear(const char *bytes, size_t n, size_t step, char *said)
{
    size_t                   i;
    ngx_int_t                rc;
    ngx_crm_reply_t         *reply;
    ngx_crm_redis_reader_t   reader;

    ngx_memzero(&reader, sizeof(reader));
    rc = ngx_crm_redis_reader_create(&reader);

    for (i = 0; i < n && rc != NGX_ERROR; i += step) {
        rc = ngx_crm_redis_reader_feed(&reader, (u_char *) bytes + i,
                                       ngx_min(step, n - i));

        while (rc == NGX_OK) {
            rc = ngx_crm_redis_reader_next(&reader, &reply);

            if (rc == NGX_OK) {
                said = reader_print(said, reply);
                ngx_crm_redis_reader_drop(&reader, reply);
            }
        }
    }

    strcpy(said, rc == NGX_AGAIN ? "…" : reader.error);

    ngx_crm_redis_reader_free(&reader);
}


static char *
reader_print(char *p, const ngx_crm_reply_t *reply)
{
    size_t  i;

    switch (reply->type) {

    case REDIS_REPLY_NIL:
        return p + sprintf(p, "nil ");

    case REDIS_REPLY_INTEGER:
        return p + sprintf(p, ":%lld ", reply->integer);

    case REDIS_REPLY_ARRAY:
        *p++ = '[';

        for (i = 0; i < reply->elements; i++) {
            p = reader_print(p, reply->element[i]);
        }

        return p + sprintf(p, "] ");

    default:
        return p + sprintf(p, "%c%.*s ",
                           reply->type == REDIS_REPLY_STRING ? '$'
                           : reply->type == REDIS_REPLY_ERROR ? '-' : '+',
                           (int) reply->len, reply->str);
    }
}


/* a reply of 1 MB is one; endless ones are not, whatever they begin as */

static void
reader_bounds(void)
{
    char    *bytes, *p, *said;
    size_t   n;

    n = NGX_CRM_REDIS_REPLY_MAX + 4096;
    bytes = malloc(n);
    said = malloc(2 * n);

    memset(bytes, 'x', n);
    memcpy(bytes, "$900000\r\n", 9);
    memcpy(bytes + 9 + 900000, "\r\n", 2);
    reader_hear(bytes, 9 + 900000 + 2, 16384, said);
    is_int(strlen(said), 900000 + strlen("$ …"), "900,000 bytes pass");

    memcpy(bytes, "$9000000\r\n", 10);
    reader_hear(bytes, n, 16384, said);
    is_str(said, "a reply is over 1 MB", "a bulk string over 1 MB");

    memset(bytes, 'x', n);
    bytes[0] = '+';
    reader_hear(bytes, n, 16384, said);
    is_str(said, "a reply is over 1 MB", "a line over 1 MB");

    memcpy(bytes, "*60000\r\n", 8);

    for (p = bytes + 8; p + 40 < bytes + n; p += 40) {
        memcpy(p, "$33\r\n", 5);
        memcpy(p + 38, "\r\n", 2);
    }

    reader_hear(bytes, p - bytes, 16384, said);
    is_str(said, "a reply is over 1 MB", "an array over 1 MB");

    free(bytes);
    free(said);
}


/* memory that is out at whatever moment is an error, and makes no reply */

static void
reader_exhausted(void)
{
    char        said[512];
    ngx_uint_t  n, wrong;

    static const char  bytes[] = "*4\r\n$3\r\nabc\r\n:7\r\n$-1\r\n"
                                 "*2\r\n+x\r\n*0\r\n+OK\r\n";

    wrong = 0;

    for (n = 0; n < 100; n++) {
        tap_pool_left = n;
        reader_hear(bytes, sizeof(bytes) - 1, 1, said);
        tap_pool_left = -1;

        if (said[0] == '[' && strstr(said, "…")) {
            break;
        }

        wrong += (strstr(said, "Out of memory") == NULL);
    }

    is_str(said, "[$abc :7 nil [+x [] ] ] +OK …", "heard where there is any");
    ok(n > 5, "which is asked for often");
    is_int(wrong, 0, "else there is an error");
}


static void
reader_briefs(void)
{
    u_char                   brief[NGX_CRM_REPLY_BRIEF];
    size_t                   i;
    ngx_crm_reply_t         *reply;
    ngx_crm_redis_reader_t   reader;

    for (i = 0; i < reader_count(reader_brief_table); i++) {
        const reader_case_t  *c = &reader_brief_table[i];

        ngx_memzero(&reader, sizeof(reader));
        (void) ngx_crm_redis_reader_create(&reader);
        (void) ngx_crm_redis_reader_feed(&reader, (u_char *) c->bytes,
                                         strlen(c->bytes));
        (void) ngx_crm_redis_reader_next(&reader, &reply);

        ngx_crm_reply_brief(brief, reply);
        is_str(brief, c->expected, "what the log may have of an error");

        ngx_crm_redis_reader_drop(&reader, reply);
        ngx_crm_redis_reader_free(&reader);
    }
}


static void
reader_accessors(void)
{
    int64_t      n;
    ngx_str_t    text;
    redisReply   one, *element[1];

    ngx_memzero(&one, sizeof(one));
    one.type = REDIS_REPLY_STRING;
    one.str = (char *) "text";
    one.len = 65536;

    is_int(ngx_crm_reply_text(&one, &text), NGX_OK, "64 KB are a text");
    one.len = 65537;
    is_int(ngx_crm_reply_text(&one, &text), NGX_ERROR, "more are not");
    is_int(ngx_crm_reply_text(NULL, &text), NGX_ERROR, "no reply, no text");
    is_int(ngx_crm_reply_integer(&one, &n), NGX_ERROR, "nor an integer");
    is_int(ngx_crm_reply_array(&one, 0), NGX_ERROR, "nor an array");
    ok(ngx_crm_reply_element(&one, 0) == NULL, "nor elements");

    one.type = REDIS_REPLY_NIL;
    is_int(ngx_crm_reply_text(&one, &text), NGX_DECLINED, "nil is no text");

    one.type = REDIS_REPLY_ARRAY;
    one.elements = 1;
    one.element = element;
    element[0] = &one;
    is_int(ngx_crm_reply_array(&one, 1), NGX_OK, "an array of one");
    is_int(ngx_crm_reply_array(&one, 2), NGX_ERROR, "not of two");
    ok(ngx_crm_reply_element(&one, 0) == &one, "its element");
    ok(ngx_crm_reply_element(&one, 1) == NULL, "no other");

    one.type = REDIS_REPLY_ERROR;
    one.str = (char *) "NOSCRIPT No matching script.";
    one.len = strlen(one.str);
    ok(ngx_crm_reply_is(&one, "NOSCRIPT"), "the first word");
    ok(!ngx_crm_reply_is(&one, "NOSCR"), "not a part of it");
    ok(!ngx_crm_reply_is(&one, "NOSCRIPT No matching script. x"), "nor more");
}
