/*
 * A hash table in shared memory, that says what is not there without a lock.
 *
 * A text's hash is the sum of its words, each multiplied by a random one
 * (Lemire and Kaser, "Strongly universal string hashing is fast", 2014): two
 * texts that were chosen without knowing those have one hash with a chance of
 * 2^-32, so nobody fills a chain on purpose.  It must not be shown.
 */

#ifndef _NGX_CRM_TABLE_H_INCLUDED_
#define _NGX_CRM_TABLE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_CRM_TABLE_TEXT  128      /* bytes, at most */
#define NGX_CRM_TABLE_ID    8
#define NGX_CRM_TABLE_SLOT  64


/* the first member of what lies in a slot; hash and id stand for a text */
typedef struct {
    uint32_t                next;    /* slot, in the chain */
    uint32_t                hash;
    u_char                  id[NGX_CRM_TABLE_ID];
} ngx_crm_table_node_t;

typedef struct {
    uint32_t                first;   /* slot; 0: none */
    volatile uint32_t       seen;    /* a bit for each hash in the chain */
} ngx_crm_table_head_t;

typedef struct {
    u_char                 *pool;
    ngx_crm_table_head_t   *heads;
    uint32_t                mask;    /* of a hash, for its head */

    /* for what is added, for length and kind, for each four bytes */
    uint64_t                words[NGX_CRM_TABLE_TEXT / 4 + 2];
} ngx_crm_table_t;


/*
 * Prepares a table with n heads, a power of two, all zero, for nodes that lie
 * NGX_CRM_TABLE_SLOT bytes, or a multiple, behind the pool's beginning, where
 * there is none; it has 2^32 slots at most.  Returns NGX_OK or NGX_ERROR:
 * there is nothing random.
 */
ngx_int_t ngx_crm_table_init(ngx_crm_table_t *table, void *pool,
    ngx_crm_table_head_t *heads, size_t n);

/* Of NGX_CRM_TABLE_TEXT bytes at most, of this kind, below 256; no lock. */
uint32_t ngx_crm_table_hash(const ngx_crm_table_t *table,
    const ngx_str_t *text, ngx_uint_t kind);

/*
 * Says whether the table may hold this hash; one that it does for certain.
 * Needs no lock: it is told what was so before a change, or after it.
 */
ngx_uint_t ngx_crm_table_may_hold(const ngx_crm_table_t *table,
    uint32_t hash);

/* All of these under the lock; an inserted node has its hash and id. */
ngx_crm_table_node_t *ngx_crm_table_find(const ngx_crm_table_t *table,
    uint32_t hash, const u_char id[NGX_CRM_TABLE_ID]);
void ngx_crm_table_insert(ngx_crm_table_t *table, ngx_crm_table_node_t *node);
void ngx_crm_table_delete(ngx_crm_table_t *table, ngx_crm_table_node_t *node);


#endif /* _NGX_CRM_TABLE_H_INCLUDED_ */
