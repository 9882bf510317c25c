#include "engine/ngx_crm_redis_reader.h"


#if (HIREDIS_MAJOR >= 1)
typedef size_t  ngx_crm_redis_reader_count_t;
#else
typedef int     ngx_crm_redis_reader_count_t;
#endif


#define NGX_CRM_REDIS_READER_POOL  1024    /* bytes; most replies are less */


/* hiredis would allocate, and free, each element by itself */
typedef struct {
    redisReply     reply;
    ngx_pool_t    *pool;       /* of the outermost: all that it holds */
} ngx_crm_redis_reader_root_t;


static void *ngx_crm_redis_reader_string(const redisReadTask *task, char *str,
    size_t len);
static void *ngx_crm_redis_reader_array(const redisReadTask *task,
    ngx_crm_redis_reader_count_t n);
static void *ngx_crm_redis_reader_integer(const redisReadTask *task,
    long long n);
static void *ngx_crm_redis_reader_nil(const redisReadTask *task);
#if (HIREDIS_MAJOR >= 1)
static void *ngx_crm_redis_reader_double(const redisReadTask *task, double n,
    char *str, size_t len);
static void *ngx_crm_redis_reader_flag(const redisReadTask *task, int flag);
#endif
static redisReply *ngx_crm_redis_reader_make(const redisReadTask *task);
static void *ngx_crm_redis_reader_add(const redisReadTask *task,
    redisReply *reply);
static void ngx_crm_redis_reader_leave(void *reply);


/* most members of most hashes */

static redisReply  ngx_crm_redis_reader_nothing = {
    .type = REDIS_REPLY_NIL
};

static redisReplyObjectFunctions  ngx_crm_redis_reader_functions = {
    .createString = ngx_crm_redis_reader_string,
    .createArray = ngx_crm_redis_reader_array,
    .createInteger = ngx_crm_redis_reader_integer,
    .createNil = ngx_crm_redis_reader_nil,
#if (HIREDIS_MAJOR >= 1)
    .createDouble = ngx_crm_redis_reader_double,
    .createBool = ngx_crm_redis_reader_flag,
#endif
    .freeObject = ngx_crm_redis_reader_leave
};


ngx_int_t
ngx_crm_redis_reader_create(ngx_crm_redis_reader_t *reader)
{
    redisReader  *parser;

    parser = redisReaderCreateWithFunctions(&ngx_crm_redis_reader_functions);
    if (parser == NULL) {
        return NGX_ERROR;
    }

    reader->parser = parser;
    reader->pool = NULL;
    reader->partial = 0;
    reader->error = NULL;

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

    if (reader->pool) {
        ngx_destroy_pool(reader->pool);
        reader->pool = NULL;
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

        /* the reply's own, until it is dropped */

        if (found != &ngx_crm_redis_reader_nothing) {
            reader->pool = NULL;
        }

        return NGX_OK;
    }

    if (reader->partial > NGX_CRM_REDIS_REPLY_MAX) {
        reader->error = "a reply is over 1 MB";
        return NGX_ERROR;
    }

    return NGX_AGAIN;
}


/* the parser may be gone: a reply's handler can end the link */

void
ngx_crm_redis_reader_drop(ngx_crm_redis_reader_t *reader,
    ngx_crm_reply_t *reply)
{
    ngx_pool_t  *pool;

    if (reply == &ngx_crm_redis_reader_nothing) {
        return;
    }

    pool = ((ngx_crm_redis_reader_root_t *) reply)->pool;

    if (reader->parser == NULL || pool->large || pool->d.next) {
        ngx_destroy_pool(pool);
        return;
    }

    ngx_reset_pool(pool);
    reader->pool = pool;
}


static void *
ngx_crm_redis_reader_string(const redisReadTask *task, char *str, size_t len)
{
    redisReply              *reply;
    ngx_crm_redis_reader_t  *reader;

    reader = task->privdata;

    reply = ngx_crm_redis_reader_make(task);
    if (reply == NULL) {
        return NULL;
    }

    reply->str = ngx_pnalloc(reader->pool, len + 1);
    if (reply->str == NULL) {
        return NULL;
    }

    ngx_memcpy(reply->str, str, len);
    reply->str[len] = '\0';
    reply->len = len;

    return ngx_crm_redis_reader_add(task, reply);
}


/*
 * The header announces elements before the first has come, and hiredis since
 * 1.0 nests without end; NULL makes it report that memory is out.
 */

static void *
ngx_crm_redis_reader_array(const redisReadTask *task,
    ngx_crm_redis_reader_count_t n)
{
    redisReply              *reply;
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

    reply = ngx_crm_redis_reader_make(task);
    if (reply == NULL) {
        return NULL;
    }

    if (n) {
        reply->element = ngx_pcalloc(reader->pool, n * sizeof(redisReply *));
        if (reply->element == NULL) {
            return NULL;
        }
    }

    reply->elements = n;

    return ngx_crm_redis_reader_add(task, reply);
}


static void *
ngx_crm_redis_reader_integer(const redisReadTask *task, long long n)
{
    redisReply  *reply;

    reply = ngx_crm_redis_reader_make(task);
    if (reply == NULL) {
        return NULL;
    }

    reply->integer = n;

    return ngx_crm_redis_reader_add(task, reply);
}


static void *
ngx_crm_redis_reader_nil(const redisReadTask *task)
{
    return ngx_crm_redis_reader_add(task, &ngx_crm_redis_reader_nothing);
}


#if (HIREDIS_MAJOR >= 1)


/* RESP3, which nobody has asked for */

static void *
ngx_crm_redis_reader_double(const redisReadTask *task, double n, char *str,
    size_t len)
{
    return NULL;
}


static void *
ngx_crm_redis_reader_flag(const redisReadTask *task, int flag)
{
    return NULL;
}


#endif


/* the pool is the reader's until the reply is whole */

static redisReply *
ngx_crm_redis_reader_make(const redisReadTask *task)
{
    redisReply                   *reply;
    ngx_crm_redis_reader_t       *reader;
    ngx_crm_redis_reader_root_t  *root;

    reader = task->privdata;

    if (task->parent) {
        reply = ngx_pcalloc(reader->pool, sizeof(redisReply));

        if (reply) {
            reply->type = task->type;
        }

        return reply;
    }

    if (reader->pool == NULL) {
        reader->pool = ngx_create_pool(NGX_CRM_REDIS_READER_POOL,
                                       ngx_cycle->log);
        if (reader->pool == NULL) {
            return NULL;
        }
    }

    root = ngx_pcalloc(reader->pool, sizeof(ngx_crm_redis_reader_root_t));
    if (root == NULL) {
        return NULL;
    }

    root->pool = reader->pool;
    root->reply.type = task->type;

    return &root->reply;
}


static void *
ngx_crm_redis_reader_add(const redisReadTask *task, redisReply *reply)
{
    redisReply  *array;

    if (task->parent) {
        array = task->parent->obj;
        array->element[task->idx] = reply;
    }

    return reply;
}


static void
ngx_crm_redis_reader_leave(void *reply)
{
    /* to the pool */
}
