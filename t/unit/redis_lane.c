/* The bytes that are written, and the order in which commands are kept. */

#include "engine/ngx_crm_redis_lane.h"

#include "tap.h"


static void lane_bytes(void);
static void lane_take_back(void);
static void lane_join(void);
static void lane_large(void);
static void lane_put(ngx_crm_redis_lane_t *lane, const char *text, void *data);
static void lane_is(ngx_crm_redis_lane_t *lane, const char *bytes,
    const char *name);
static void lane_handler(void *data, const ngx_crm_reply_t *reply);
static ngx_uint_t lane_free(ngx_crm_redis_lane_t *lane);


/* of NGINX's, what a lane calls */

volatile ngx_cycle_t  *ngx_cycle;
volatile ngx_msec_t    ngx_current_msec;
static ngx_cycle_t     lane_cycle;
static ngx_uint_t      lane_starved;


void *
ngx_alloc(size_t size, ngx_log_t *log)
{
    return lane_starved ? NULL : malloc(size);
}


u_char *
ngx_sprintf(u_char *buf, const char *fmt, ...)
{
    va_list  args;
    size_t   n;

    va_start(args, fmt);
    n = va_arg(args, size_t);
    va_end(args);

    return buf + sprintf((char *) buf, "%c%zu\r\n", fmt[0], n);
}


int
main(void)
{
    ngx_cycle = &lane_cycle;

    lane_bytes();
    lane_take_back();
    lane_join();
    lane_large();

    return done_testing();
}


static void
lane_bytes(void)
{
    ngx_str_t               argv[3];
    ngx_crm_redis_lane_t    lane;

    ngx_crm_redis_lane_init(&lane);
    ok(ngx_crm_redis_lane_first(&lane) == NULL, "a lane is empty at first");

    ngx_str_set(&argv[0], "SET");
    ngx_str_set(&argv[1], "\r\n\0");
    ngx_str_null(&argv[2]);

    is_int(ngx_crm_redis_lane_put(&lane, 3, argv, lane_handler, argv), NGX_OK,
           "it takes a command");
    is_int(lane.last - lane.pos, 28, "all of it");
    is_mem(lane.pos, "*3\r\n$3\r\nSET\r\n$3\r\n\r\n\0\r\n$0\r\n\r\n", 28,
           "line ends and NUL are only bytes of an argument");
    ok(ngx_crm_redis_lane_first(&lane)->data == argv, "whose it is is kept");

    memcpy(lane.start + 28, "kept", 4);
    ngx_crm_redis_lane_written(&lane, 26);
    is_mem(lane.start, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
           "\r\nkept", 32, "what was written is wiped, and no more");

    ngx_crm_redis_lane_written(&lane, 2);
    ok(lane.pos == lane.start && lane.last == lane.start, "its room is free");
    is_int(lane.n, 1, "the command waits for its reply");

    ngx_crm_redis_lane_shift(&lane);
    ok(ngx_crm_redis_lane_first(&lane) == NULL, "and is gone with it");

    (void) lane_free(&lane);
}


static void
lane_take_back(void)
{
    ngx_crm_redis_lane_t  lane;

    ngx_crm_redis_lane_init(&lane);

    lane_put(&lane, "A", "a");
    lane_put(&lane, "SECRET", "b");
    ngx_crm_redis_lane_take_back(&lane);

    lane_is(&lane, "*1\r\n$1\r\nA\r\n", "only the newest is taken back");
    is_int(lane.last[8], 0, "and wiped");
    is_int(lane.n, 1, "one is left");
    is_str(ngx_crm_redis_lane_first(&lane)->data, "a", "the older one");

    lane_starved = 1;
    is_int(ngx_crm_redis_lane_put(&lane, 0, NULL, lane_handler, NULL),
           NGX_ERROR, "no memory, no command");
    lane_starved = 0;

    lane_is(&lane, "*1\r\n$1\r\nA\r\n", "and no bytes");

    is_int(lane_free(&lane), 1, "no more than was put in comes out");
}


static void
lane_join(void)
{
    ngx_crm_redis_lane_t  lane, held;

    ngx_crm_redis_lane_init(&lane);
    ngx_crm_redis_lane_init(&held);

    is_int(ngx_crm_redis_lane_join(&lane, &held), NGX_OK, "nothing joins");

    lane_put(&lane, "A", "a");
    ngx_crm_redis_lane_written(&lane, 4);
    lane_put(&held, "B", "b");
    lane_put(&held, "C", "c");

    is_int(ngx_crm_redis_lane_join(&lane, &held), NGX_OK, "two join one");
    lane_is(&lane, "$1\r\nA\r\n*1\r\n$1\r\nB\r\n*1\r\n$1\r\nC\r\n",
            "behind what is half written");
    is_int(lane.n, 3, "they are three");
    is_int(held.n, 0, "and none waits");
    ok(held.start == NULL, "nor any byte");

    ngx_crm_redis_lane_shift(&lane);
    is_str(ngx_crm_redis_lane_first(&lane)->data, "b", "in their order");

    is_int(lane_free(&lane), 2, "all come out");
}


static void
lane_large(void)
{
    size_t                 n;
    ngx_int_t              rc;
    ngx_str_t              value;
    ngx_crm_redis_lane_t   lane;

    ngx_crm_redis_lane_init(&lane);

    value.len = 1024 * 1024;
    value.data = calloc(1, value.len);

    for (n = 0; n < 20; n++) {
        rc = ngx_crm_redis_lane_put(&lane, 1, &value, lane_handler, NULL);

        if (rc != NGX_OK) {
            break;
        }
    }

    is_int(n, 15, "16 MB wait at most");
    is_int(lane.n, 15, "the one that was refused is not among them");

    ngx_crm_redis_lane_written(&lane, lane.last - lane.pos);
    ok(lane.start == NULL, "much room is not kept");

    lane_put(&lane, "A", "a");
    is_int(lane_free(&lane), 16, "but made anew");

    free(value.data);
}


static void
lane_put(ngx_crm_redis_lane_t *lane, const char *text, void *data)
{
    ngx_str_t  argv;

    argv.data = (u_char *) text;
    argv.len = strlen(text);

    ok(ngx_crm_redis_lane_put(lane, 1, &argv, lane_handler, data) == NGX_OK,
       "it takes a command");
}


static void
lane_is(ngx_crm_redis_lane_t *lane, const char *bytes, const char *name)
{
    ngx_str_t  text;

    text.data = lane->pos;
    text.len = lane->last - lane->pos;

    is_text(&text, bytes, name);
}


static void
lane_handler(void *data, const ngx_crm_reply_t *reply)
{
    abort();
}


static ngx_uint_t
lane_free(ngx_crm_redis_lane_t *lane)
{
    ngx_uint_t    n;
    ngx_queue_t   queue, *q;

    ngx_queue_init(&queue);
    ngx_crm_redis_lane_empty(lane, &queue);

    for (n = 0; !ngx_queue_empty(&queue); n++) {
        q = ngx_queue_head(&queue);
        ngx_queue_remove(q);
        free(ngx_queue_data(q, ngx_crm_redis_command_t, queue));
    }

    return n;
}
