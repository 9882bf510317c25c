#include "engine/ngx_crm_redis_lane.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_REDIS_LANE_MAX   (16 * 1024 * 1024)
#define NGX_CRM_REDIS_LANE_MIN   4096
#define NGX_CRM_REDIS_LANE_KEPT  (256 * 1024)


static u_char *ngx_crm_redis_lane_count(u_char *p, u_char kind, size_t n);
static size_t ngx_crm_redis_lane_measure(ngx_uint_t argc,
    const ngx_str_t *argv);
static ngx_int_t ngx_crm_redis_lane_reserve(ngx_crm_redis_lane_t *lane,
    size_t len);
static void ngx_crm_redis_lane_free(ngx_crm_redis_lane_t *lane);


void
ngx_crm_redis_lane_init(ngx_crm_redis_lane_t *lane)
{
    ngx_memzero(lane, sizeof(ngx_crm_redis_lane_t));
    ngx_queue_init(&lane->commands);
}


ngx_int_t
ngx_crm_redis_lane_put(ngx_crm_redis_lane_t *lane, ngx_uint_t argc,
    const ngx_str_t *argv, ngx_crm_reply_pt handler, void *data)
{
    u_char                   *p;
    ngx_uint_t                i;
    ngx_crm_redis_command_t  *command;

    if (ngx_crm_redis_lane_reserve(lane,
                                   ngx_crm_redis_lane_measure(argc, argv))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    command = ngx_alloc(sizeof(ngx_crm_redis_command_t), ngx_cycle->log);
    if (command == NULL) {
        return NGX_ERROR;
    }

    p = ngx_crm_redis_lane_count(lane->last, '*', argc);

    for (i = 0; i < argc; i++) {
        p = ngx_crm_redis_lane_count(p, '$', argv[i].len);

        if (argv[i].len) {
            p = ngx_cpymem(p, argv[i].data, argv[i].len);
        }

        *p++ = CR;
        *p++ = LF;
    }

    command->handler = handler;
    command->data = data;
    command->since = ngx_current_msec;
    command->len = p - lane->last;

    ngx_queue_insert_tail(&lane->commands, &command->queue);
    lane->n++;
    lane->last = p;

    return NGX_OK;
}


static u_char *
ngx_crm_redis_lane_count(u_char *p, u_char kind, size_t n)
{
    *p++ = kind;
    p = ngx_crm_text_decimal(p, (int64_t) n);
    *p++ = CR;
    *p++ = LF;

    return p;
}


static size_t
ngx_crm_redis_lane_measure(ngx_uint_t argc, const ngx_str_t *argv)
{
    size_t      len;
    ngx_uint_t  i;

    len = sizeof("*" CRLF) - 1 + NGX_INT_T_LEN;

    for (i = 0; i < argc; i++) {
        len += sizeof("$" CRLF CRLF) - 1 + NGX_SIZE_T_LEN + argv[i].len;
    }

    return len;
}


/* realloc() would leave a copy of the old bytes behind, with their secrets */

static ngx_int_t
ngx_crm_redis_lane_reserve(ngx_crm_redis_lane_t *lane, size_t len)
{
    u_char  *p;
    size_t   used, size;

    used = lane->last - lane->pos;

    if (len > NGX_CRM_REDIS_LANE_MAX || used + len > NGX_CRM_REDIS_LANE_MAX) {
        return NGX_ERROR;
    }

    if (lane->start && (size_t) (lane->end - lane->last) >= len) {
        return NGX_OK;
    }

    size = ngx_max(2 * (used + len), NGX_CRM_REDIS_LANE_MIN);

    p = ngx_alloc(size, ngx_cycle->log);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (used) {
        ngx_memcpy(p, lane->pos, used);
    }

    ngx_crm_redis_lane_free(lane);

    lane->start = p;
    lane->pos = p;
    lane->last = p + used;
    lane->end = p + size;

    return NGX_OK;
}


void
ngx_crm_redis_lane_take_back(ngx_crm_redis_lane_t *lane)
{
    ngx_queue_t              *q;
    ngx_crm_redis_command_t  *command;

    q = ngx_queue_last(&lane->commands);
    command = ngx_queue_data(q, ngx_crm_redis_command_t, queue);

    lane->last -= command->len;
    ngx_explicit_memzero(lane->last, command->len);

    ngx_queue_remove(q);
    lane->n--;

    ngx_free(command);
}


ngx_crm_redis_command_t *
ngx_crm_redis_lane_first(ngx_crm_redis_lane_t *lane)
{
    if (lane->n == 0) {
        return NULL;
    }

    return ngx_queue_data(ngx_queue_head(&lane->commands),
                          ngx_crm_redis_command_t, queue);
}


void
ngx_crm_redis_lane_shift(ngx_crm_redis_lane_t *lane)
{
    ngx_crm_redis_command_t  *command;

    command = ngx_crm_redis_lane_first(lane);

    ngx_queue_remove(&command->queue);
    lane->n--;

    ngx_free(command);
}


void
ngx_crm_redis_lane_written(ngx_crm_redis_lane_t *lane, size_t n)
{
    ngx_explicit_memzero(lane->pos, n);

    lane->pos += n;

    if (lane->pos != lane->last) {
        return;
    }

    if (lane->end - lane->start > NGX_CRM_REDIS_LANE_KEPT) {
        ngx_crm_redis_lane_free(lane);
        return;
    }

    lane->pos = lane->start;
    lane->last = lane->start;
}


ngx_int_t
ngx_crm_redis_lane_join(ngx_crm_redis_lane_t *lane,
    ngx_crm_redis_lane_t *from)
{
    size_t  len;

    if (from->n == 0) {
        return NGX_OK;
    }

    len = from->last - from->pos;

    if (ngx_crm_redis_lane_reserve(lane, len) != NGX_OK) {
        return NGX_ERROR;
    }

    lane->last = ngx_cpymem(lane->last, from->pos, len);
    lane->n += from->n;

    ngx_crm_redis_lane_empty(from, &lane->commands);

    return NGX_OK;
}


void
ngx_crm_redis_lane_empty(ngx_crm_redis_lane_t *lane, ngx_queue_t *queue)
{
    if (lane->n) {
        ngx_queue_add(queue, &lane->commands);
        ngx_queue_init(&lane->commands);
        lane->n = 0;
    }

    ngx_crm_redis_lane_free(lane);
}


ngx_crm_redis_command_t *
ngx_crm_redis_lane_take(ngx_queue_t *queue)
{
    ngx_queue_t  *q;

    if (ngx_queue_empty(queue)) {
        return NULL;
    }

    q = ngx_queue_head(queue);
    ngx_queue_remove(q);

    return ngx_queue_data(q, ngx_crm_redis_command_t, queue);
}


static void
ngx_crm_redis_lane_free(ngx_crm_redis_lane_t *lane)
{
    if (lane->start == NULL) {
        return;
    }

    ngx_explicit_memzero(lane->pos, lane->last - lane->pos);
    ngx_free(lane->start);

    lane->start = NULL;
    lane->pos = NULL;
    lane->last = NULL;
    lane->end = NULL;
}
