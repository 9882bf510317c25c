#include "engine/ngx_crm_redis_reader.h"


#if (HIREDIS_MAJOR >= 1)
typedef size_t  ngx_crm_redis_reader_count_t;
#else
typedef int     ngx_crm_redis_reader_count_t;
#endif


static void *ngx_crm_redis_reader_array(const redisReadTask *task,
    ngx_crm_redis_reader_count_t n);
static void *ngx_crm_redis_reader_nil(const redisReadTask *task);
static void ngx_crm_redis_reader_free_reply(void *reply);
static void ngx_crm_redis_reader_take_nils(redisReply *reply);


/* most members of most hashes: hiredis would allocate for each of them */

static redisReply  ngx_crm_redis_reader_nothing = {
    .type = REDIS_REPLY_NIL
};


ngx_int_t
ngx_crm_redis_reader_create(ngx_crm_redis_reader_t *reader)
{
    redisReader  *parser;

    parser = redisReaderCreate();
    if (parser == NULL) {
        return NGX_ERROR;
    }

    reader->parser = parser;
    reader->standard = parser->fn;
    reader->make = *parser->fn;
    reader->make.createArray = ngx_crm_redis_reader_array;
    reader->make.createNil = ngx_crm_redis_reader_nil;
    reader->make.freeObject = ngx_crm_redis_reader_free_reply;
    reader->partial = 0;
    reader->error = NULL;

    parser->fn = &reader->make;
    parser->privdata = reader;

    /* keeps its buffer: else it frees and grows it anew at each large reply */
    parser->maxbuf = 0;

    return NGX_OK;
}


void
ngx_crm_redis_reader_free(ngx_crm_redis_reader_t *reader)
{
    if (reader->parser) {
        redisReaderFree(reader->parser);
        reader->parser = NULL;
    }
}


ngx_int_t
ngx_crm_redis_reader_feed(ngx_crm_redis_reader_t *reader, const u_char *data,
    size_t n)
{
    if (redisReaderFeed(reader->parser, (const char *) data, n) != REDIS_OK) {
        reader->error = reader->parser->errstr;
        return NGX_ERROR;
    }

    reader->partial += n;

    return NGX_OK;
}


ngx_int_t
ngx_crm_redis_reader_next(ngx_crm_redis_reader_t *reader,
    ngx_crm_reply_t **reply)
{
    void  *found;

    if (redisReaderGetReply(reader->parser, &found) != REDIS_OK) {
        if (reader->error == NULL) {
            reader->error = reader->parser->errstr;
        }

        return NGX_ERROR;
    }

    if (found) {
        reader->partial = reader->parser->len - reader->parser->pos;
        *reply = found;
        return NGX_OK;
    }

    if (reader->partial > NGX_CRM_REDIS_REPLY_MAX) {
        reader->error = "a reply is over 1 MB";
        return NGX_ERROR;
    }

    return NGX_AGAIN;
}


void
ngx_crm_redis_reader_drop(ngx_crm_reply_t *reply)
{
    ngx_crm_redis_reader_free_reply(reply);
}


/*
 * hiredis allocates for as many elements as the header announces, before the
 * first has come, and since 1.0 nests without end what it frees by recursion;
 * NULL makes it report that memory is out.
 */

static void *
ngx_crm_redis_reader_array(const redisReadTask *task,
    ngx_crm_redis_reader_count_t n)
{
    ngx_uint_t               depth;
    const redisReadTask     *outer;
    ngx_crm_redis_reader_t  *reader;

    reader = task->privdata;
    depth = 0;

    for (outer = task->parent; outer; outer = outer->parent) {
        if (++depth == NGX_CRM_REDIS_DEPTH_MAX) {
            reader->error = "arrays are nested too deep";
            return NULL;
        }
    }

    if (n > NGX_CRM_REDIS_ELEMENTS_MAX) {
        reader->error = "an array is too long";
        return NULL;
    }

    return reader->standard->createArray(task, n);
}


static void *
ngx_crm_redis_reader_nil(const redisReadTask *task)
{
    redisReply  *array;

    if (task->parent) {
        array = task->parent->obj;
        array->element[task->idx] = &ngx_crm_redis_reader_nothing;
    }

    return &ngx_crm_redis_reader_nothing;
}


static void
ngx_crm_redis_reader_free_reply(void *reply)
{
    if (reply == NULL || reply == &ngx_crm_redis_reader_nothing) {
        return;
    }

    ngx_crm_redis_reader_take_nils(reply);
    freeReplyObject(reply);
}


/* recurses no deeper than arrays are let in */

static void
ngx_crm_redis_reader_take_nils(redisReply *reply)
{
    size_t  i;

    for (i = 0; i < reply->elements; i++) {

        if (reply->element[i] == &ngx_crm_redis_reader_nothing) {
            reply->element[i] = NULL;

        } else if (reply->element[i]) {
            ngx_crm_redis_reader_take_nils(reply->element[i]);
        }
    }
}
