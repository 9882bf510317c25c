#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan.h"
#include "base/ngx_crm_scan_block.h"
#include "base/ngx_crm_scan_number.h"
#include "base/ngx_crm_scan_string.h"
#include "base/ngx_crm_scan_vector.h"
#include "base/ngx_crm_utf8.h"


typedef struct {
    uint64_t    objects;    /* a bit a level, innermost lowest: 1: object */
    ngx_uint_t  depth;

    uintptr_t   block;      /* where 64 bytes begin, and a bit for each */
    uint64_t    stops;      /* that is not plain within a string */
} ngx_crm_scan_nest_t;


#define ngx_crm_scan_closer(nest)  (((nest)->objects & 1) ? '}' : ']')


static u_char *ngx_crm_scan_begin(u_char *p, u_char *end,
    ngx_crm_scan_nest_t *nest);
static u_char *ngx_crm_scan_after(u_char *p, u_char *end,
    ngx_crm_scan_nest_t *nest);
static ngx_inline u_char *ngx_crm_scan_name(u_char *p, u_char *end,
    ngx_crm_scan_nest_t *nest);
static ngx_inline u_char *ngx_crm_scan_string(u_char *p, u_char *end,
    ngx_crm_scan_nest_t *nest);
#if (NGX_CRM_SCAN_VECTOR)
static u_char *ngx_crm_scan_blocks(u_char *p, u_char *end,
    ngx_crm_scan_nest_t *nest);
#endif
static ngx_inline u_char *ngx_crm_scan_next(u_char *p, u_char *end);
static ngx_inline u_char *ngx_crm_scan_indentation(u_char *p, u_char *end);
static u_char *ngx_crm_scan_scalar(u_char *p, u_char *end,
    ngx_crm_scan_nest_t *nest);
static u_char *ngx_crm_scan_word(u_char *p, u_char *end, const char *word);


u_char *
ngx_crm_scan_space(u_char *p, u_char *end)
{
    return ngx_crm_scan_next(p, end);
}


u_char *
ngx_crm_scan_value(u_char *p, u_char *end)
{
    ngx_crm_scan_nest_t  nest;

    if (p < end && *p == '"') {
        return ngx_crm_scan_string_end(p, end);
    }

    nest.objects = 0;
    nest.depth = 0;
    nest.block = 0;
    nest.stops = 0;

    for ( ;; ) {

        if (p < end && (*p == '{' || *p == '[')) {

            if (nest.depth == NGX_CRM_SCAN_DEPTH) {
                return NULL;
            }

            nest.depth++;
            nest.objects = nest.objects << 1 | (*p == '{');

            p = ngx_crm_scan_next(p + 1, end);

            if (p == end || *p != ngx_crm_scan_closer(&nest)) {
                p = ngx_crm_scan_begin(p, end, &nest);

                if (p == NULL) {
                    return NULL;
                }

                continue;
            }

        } else {
            p = ngx_crm_scan_scalar(p, end, &nest);
        }

        p = ngx_crm_scan_after(p, end, &nest);

        if (p == NULL || nest.depth == 0) {
            return p;
        }
    }
}


ngx_int_t
ngx_crm_scan_text(ngx_str_t *text, ngx_crm_span_t *value)
{
    u_char  *p, *end;

    end = text->data + text->len;

    value->data = ngx_crm_scan_next(text->data, end);

    p = ngx_crm_scan_value(value->data, end);

    if (p == NULL || ngx_crm_scan_next(p, end) != end) {
        return NGX_ERROR;
    }

    value->len = p - value->data;

    return NGX_OK;
}


size_t
ngx_crm_scan_unescape(u_char *dst, const ngx_crm_span_t *span)
{
    u_char    *d, *p, *end, *next;
    uint32_t   c;

    p = span->data + 1;
    end = span->data + span->len - 1;
    d = dst;

    while (p < end) {
        next = memchr(p, '\\', end - p);

        if (next == NULL) {
            next = end;
        }

        d = ngx_movemem(d, p, next - p);
        p = next;

        if (p < end) {
            p = ngx_crm_scan_string_escape(p, &c);
            d = ngx_crm_utf8_write(d, c);
        }
    }

    return d - dst;
}


/* moves from where a member or an element must begin to its value */

static u_char *
ngx_crm_scan_begin(u_char *p, u_char *end, ngx_crm_scan_nest_t *nest)
{
    if (!(nest->objects & 1)) {
        return p;
    }

    return ngx_crm_scan_name(p, end, nest);
}


/* moves from behind a value to the next, or behind the outermost closer */

static u_char *
ngx_crm_scan_after(u_char *p, u_char *end, ngx_crm_scan_nest_t *nest)
{
    while (p != NULL && nest->depth != 0) {
        p = ngx_crm_scan_next(p, end);

        if (p == end) {
            return NULL;
        }

        if (*p == ',') {
            p = ngx_crm_scan_next(p + 1, end);
            return ngx_crm_scan_begin(p, end, nest);
        }

        if (*p != ngx_crm_scan_closer(nest)) {
            return NULL;
        }

        p++;
        nest->depth--;
        nest->objects >>= 1;
    }

    return p;
}


/* reads "name": and the white space around the colon */

static ngx_inline u_char *
ngx_crm_scan_name(u_char *p, u_char *end, ngx_crm_scan_nest_t *nest)
{
    p = ngx_crm_scan_string(p, end, nest);

    if (p == NULL) {
        return NULL;
    }

    p = ngx_crm_scan_next(p, end);

    if (p == end || *p != ':') {
        return NULL;
    }

    return ngx_crm_scan_next(p + 1, end);
}


/*
 * Where a string ends is looked up in the block, and does not wait for where
 * the one before it ended: the processor is ahead by many strings.
 */

static ngx_inline u_char *
ngx_crm_scan_string(u_char *p, u_char *end, ngx_crm_scan_nest_t *nest)
{
#if (NGX_CRM_SCAN_VECTOR)

    size_t    at;
    u_char   *stop;
    uint64_t  stops;

    if (p == end || *p++ != '"') {
        return NULL;
    }

    at = (uintptr_t) p - nest->block;

    if (at < NGX_CRM_SCAN_BLOCK) {
        stops = nest->stops >> at;

        if (stops) {
            stop = p + __builtin_ctzll(stops);

            if (*stop == '"') {
                return stop + 1;
            }
        }
    }

    return ngx_crm_scan_blocks(p, end, nest);

#else

    return ngx_crm_scan_string_end(p, end);

#endif
}


#if (NGX_CRM_SCAN_VECTOR)


/* from within a string, through as many blocks as it has */

static u_char *
ngx_crm_scan_blocks(u_char *p, u_char *end, ngx_crm_scan_nest_t *nest)
{
    size_t    at;
    uint64_t  stops;

    do {
        at = (uintptr_t) p - nest->block;

        if (at >= NGX_CRM_SCAN_BLOCK) {

            if (end - p < NGX_CRM_SCAN_BLOCK) {
                return ngx_crm_scan_string_rest(p, end);
            }

            nest->block = (uintptr_t) p;
            nest->stops = ngx_crm_scan_block_stops(p);
            at = 0;
        }

        stops = nest->stops >> at;

        if (stops == 0) {
            p += NGX_CRM_SCAN_BLOCK - at;
            continue;
        }

        p += __builtin_ctzll(stops);

        if (*p == '"') {
            return p + 1;
        }

        p = ngx_crm_scan_string_odd(p, end);

    } while (p != NULL);

    return NULL;
}


#endif


/*
 * Skips white space, of which there is none in most places, or one space, or
 * a line's end and an indentation.
 */

static ngx_inline u_char *
ngx_crm_scan_next(u_char *p, u_char *end)
{
    if (p == end || *p > ' ') {
        return p;
    }

    if (*p == '\n' && end - p > 16) {
        p = ngx_crm_scan_indentation(p + 1, end);

    } else if (*p == ' ') {
        p++;
    }

    if (p == end || *p > ' ') {
        return p;
    }

    return ngx_crm_scan_vector_space(p, end);
}


/*
 * Asks for as many spaces as there were in the line before, as the processor
 * foresees it: what comes then does not wait for their being counted.  There
 * are 16 bytes at least.
 */

static ngx_inline u_char *
ngx_crm_scan_indentation(u_char *p, u_char *end)
{
    while (end - p > 16 && ngx_memcmp(p, "        ", 8) == 0) {
        p += 8;
    }

    if (ngx_memcmp(p, "    ", 4) == 0) {
        p += 4;
    }

    if (ngx_memcmp(p, "  ", 2) == 0) {
        p += 2;
    }

    return (*p == ' ') ? p + 1 : p;
}


static u_char *
ngx_crm_scan_scalar(u_char *p, u_char *end, ngx_crm_scan_nest_t *nest)
{
    if (p == end) {
        return NULL;
    }

    switch (*p) {

    case '"':
        return ngx_crm_scan_string(p, end, nest);

    case 't':
        return ngx_crm_scan_word(p, end, "true");

    case 'f':
        return ngx_crm_scan_word(p, end, "false");

    case 'n':
        return ngx_crm_scan_word(p, end, "null");

    default:
        return ngx_crm_scan_number(p, end);
    }
}


static u_char *
ngx_crm_scan_word(u_char *p, u_char *end, const char *word)
{
    size_t  len;

    len = ngx_strlen(word);

    if ((size_t) (end - p) < len || ngx_memcmp(p, word, len) != 0) {
        return NULL;
    }

    return p + len;
}
