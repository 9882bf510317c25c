/*
 * How fast bodies are validated, and what it costs to put one into another
 * envelope, beside what jansson takes for it.  CPU time of one core, the best
 * of several rounds.
 */

#include "ngx_crm.h"
#include "base/ngx_crm_scan.h"
#include "base/ngx_crm_scan_stream.h"

#include <jansson.h>
#include <time.h>

#include "apis.h"


#define BENCH_ROUNDS  9
#define BENCH_BYTES   8000000      /* in a round */
#define BENCH_CALLS   20000        /* of rewriting, in a round */


typedef void (*bench_pt)(ngx_str_t *text);

typedef struct {
    ngx_uint_t    from;
    ngx_uint_t    to;
    const char   *body;
} bench_pair_t;


static ngx_str_t bench_read(const char *path);
static double bench_time(bench_pt what, ngx_str_t *text, size_t n);
static double bench_now(void);
static void bench_scan(ngx_str_t *text);
static void bench_stream(ngx_str_t *text);
static void bench_parse(ngx_str_t *text);
static void bench_rewrite(ngx_str_t *text);
static void bench_print(ngx_str_t *text);


/* some 400 bytes each, of which most are the payload's */

#define BENCH_CONTACT                                                         \
    "\"id\":\"789dacae-cf71-414f-9483-ca88acaa4643\",\"title\":\"MR\","       \
    "\"first_name\":\"John\",\"last_name\":\"Smith\",\"date_of_birth\":"      \
    "473385600,\"email_address\":\"john.smith@crm.com\",\"phone\":"           \
    "{\"country_code\":\"CYP\",\"number\":\"99991834\"},\"balance\":1.10,"    \
    "\"address\":{\"address_line_1\":\"12 Makariou Avenue\",\"town_city\":"   \
    "\"Nicosia\",\"postal_code\":\"1065\"},\"organisation\":\"CRM.COM\","    \
    "\"language\":\"en-GB\",\"is_verified\":true"

static const bench_pair_t  bench_pairs[] = {
    { 0, 1, "{" BENCH_CONTACT "}" },
    { 1, 0, "{\"response\":{\"success\":\"true\",\"result\":{" BENCH_CONTACT
      "}}}" },
    { 0, 3, "{" BENCH_CONTACT "}" },
    { 3, 2, "{" BENCH_CONTACT ",\"opstatus\":0,\"httpStatusCode\":200}" },
    { 0, 1, "{\"status\":400,\"message\":\"Record not found.\",\"error\":"
      "\"CRM.EXCEPTIONS.NOTFOUNDEXCEPTION\",\"parameters\":[\"contact\"]}" }
};

static const bench_pair_t  *bench_pair;


int
main(int argc, char **argv)
{
    int           i;
    size_t        n, bytes;
    double        scan, stream, parse, rewrite, print, total;
    ngx_str_t     text;
    ngx_uint_t    j;

    apis_init();

    bytes = 0;
    total = 0;

    printf("GB/s validated         bytes    whole  in parts  jansson\n");

    for (i = 1; i < argc; i++) {
        text = bench_read(argv[i]);
        n = BENCH_BYTES / text.len;

        scan = bench_time(bench_scan, &text, n);
        stream = bench_time(bench_stream, &text, n);
        parse = bench_time(bench_parse, &text, n / 10);

        printf("%-20s %7zu %8.2f %9.2f %8.2f\n",
               strrchr(argv[i], '/') + 1, text.len, text.len / scan / 1e9,
               text.len / stream / 1e9, text.len / parse / 1e9);

        bytes += text.len;
        total += scan;
        free(text.data);
    }

    printf("%-20s %7zu %8.2f\n\n", "all of them", bytes, bytes / total / 1e9);

    printf("us to rewrite                   bytes   by spans  by jansson\n");

    for (j = 0; j < sizeof(bench_pairs) / sizeof(bench_pairs[0]); j++) {
        bench_pair = &bench_pairs[j];

        text.data = (u_char *) bench_pair->body;
        text.len = strlen(bench_pair->body);

        rewrite = bench_time(bench_rewrite, &text, BENCH_CALLS);
        print = bench_time(bench_print, &text, BENCH_CALLS / 10);

        printf("%-12s to %-12s %9zu %10.2f %11.2f\n",
               (char *) apis[bench_pair->from]->name.data,
               (char *) apis[bench_pair->to]->name.data, text.len,
               rewrite * 1e6, print * 1e6);
    }

    ngx_destroy_pool(apis_pool);

    return 0;
}


static ngx_str_t
bench_read(const char *path)
{
    FILE       *f;
    ngx_str_t   text;

    f = fopen(path, "rb");

    if (f == NULL) {
        perror(path);
        exit(1);
    }

    text.data = malloc(1 << 20);
    text.len = fread(text.data, 1, 1 << 20, f);

    fclose(f);

    return text;
}


/* seconds for one of n calls, in the fastest round */

static double
bench_time(bench_pt what, ngx_str_t *text, size_t n)
{
    double       best, start, took;
    size_t       i;
    ngx_uint_t   round;

    best = 1e9;

    for (round = 0; round < BENCH_ROUNDS; round++) {
        start = bench_now();

        for (i = 0; i < n; i++) {
            what(text);
        }

        took = bench_now() - start;
        best = ngx_min(best, took);
    }

    return best / n;
}


static double
bench_now(void)
{
    struct timespec  now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);

    return now.tv_sec + now.tv_nsec * 1e-9;
}


static void
bench_scan(ngx_str_t *text)
{
    ngx_crm_span_t  value;

    if (ngx_crm_scan_text(text, &value) != NGX_OK) {
        abort();
    }
}


/* in parts of 4 KB, as proxy_buffers are */

static void
bench_stream(ngx_str_t *text)
{
    u_char                 *p, *end, *next;
    ngx_crm_scan_stream_t   stream;

    ngx_memzero(&stream, sizeof(stream));

    end = text->data + text->len;

    for (p = text->data; p < end; p = next) {
        next = p + ngx_min(4096, end - p);
        (void) ngx_crm_scan_stream_feed(&stream, p, next);
    }

    if (!ngx_crm_scan_stream_whole(&stream)) {
        abort();
    }
}


static void
bench_parse(ngx_str_t *text)
{
    json_decref(json_loadb((char *) text->data, text->len, 0, NULL));
}


static void
bench_rewrite(ngx_str_t *text)
{
    ngx_uint_t          status;
    ngx_pool_t         *pool;
    ngx_crm_pieces_t    pieces;
    ngx_crm_message_t   message;

    pool = ngx_create_pool(1024, NULL);

    ngx_crm_pieces_init(&pieces, pool);

    status = (text->data[2] == 's') ? 400 : 200;

    if (ngx_crm_envelope_open(apis_dialects[bench_pair->from], status, text,
                              &message)
        != NGX_OK
        || ngx_crm_envelope_seal(apis_dialects[bench_pair->to], &message,
                                 &pieces, &status)
           != NGX_OK)
    {
        abort();
    }

    ngx_destroy_pool(pool);
}


/* the least that a tree would cost: parsed, and printed again */

static void
bench_print(ngx_str_t *text)
{
    char    *printed;
    json_t  *tree;

    tree = json_loadb((char *) text->data, text->len, 0, NULL);
    printed = json_dumps(tree, JSON_COMPACT);

    free(printed);
    json_decref(tree);
}
