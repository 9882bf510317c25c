#include "base/ngx_crm_table.h"
#include "base/ngx_crm_random.h"


static ngx_crm_table_head_t *ngx_crm_table_head(const ngx_crm_table_t *table,
    uint32_t hash);
static uint32_t ngx_crm_table_bit(uint32_t hash);
static ngx_crm_table_node_t *ngx_crm_table_at(const ngx_crm_table_t *table,
    uint32_t slot);


ngx_int_t
ngx_crm_table_init(ngx_crm_table_t *table, void *pool,
    ngx_crm_table_head_t *heads, size_t n)
{
    table->pool = pool;
    table->heads = heads;
    table->mask = n - 1;

    return ngx_crm_random_bytes((u_char *) table->words,
                                sizeof(table->words));
}


uint32_t
ngx_crm_table_hash(const ngx_crm_table_t *table, const ngx_str_t *text,
    ngx_uint_t kind)
{
    u_char          *p, *last;
    uint32_t         word;
    uint64_t         sum;
    const uint64_t  *by;

    by = table->words;
    p = text->data;
    last = p + text->len;

    /* the length, for zeros that end a text add nothing */

    sum = *by++;
    sum += *by++ * (uint32_t) (text->len << 8 | kind);

    while (last - p >= (ssize_t) sizeof(uint32_t)) {
        ngx_memcpy(&word, p, sizeof(uint32_t));

        sum += *by++ * word;
        p += sizeof(uint32_t);
    }

    if (p < last) {
        word = 0;
        ngx_memcpy(&word, p, last - p);

        sum += *by * word;
    }

    /* of a product, the lower half is of fewer random bits */

    return sum >> 32;
}


ngx_uint_t
ngx_crm_table_may_hold(const ngx_crm_table_t *table, uint32_t hash)
{
    return (ngx_crm_table_head(table, hash)->seen & ngx_crm_table_bit(hash))
           != 0;
}


static ngx_crm_table_head_t *
ngx_crm_table_head(const ngx_crm_table_t *table, uint32_t hash)
{
    return &table->heads[hash & table->mask];
}


/* by the end of the hash that has no part in the choice of the head */

static uint32_t
ngx_crm_table_bit(uint32_t hash)
{
    return (uint32_t) 1 << (hash >> 27);
}


static ngx_crm_table_node_t *
ngx_crm_table_at(const ngx_crm_table_t *table, uint32_t slot)
{
    return (ngx_crm_table_node_t *)
               (table->pool + (size_t) slot * NGX_CRM_TABLE_SLOT);
}


ngx_crm_table_node_t *
ngx_crm_table_find(const ngx_crm_table_t *table, uint32_t hash,
    const u_char id[NGX_CRM_TABLE_ID])
{
    uint32_t               slot;
    ngx_crm_table_node_t  *node;

    slot = ngx_crm_table_head(table, hash)->first;

    while (slot) {
        node = ngx_crm_table_at(table, slot);

        if (node->hash == hash
            && ngx_memcmp(node->id, id, NGX_CRM_TABLE_ID) == 0)
        {
            return node;
        }

        slot = node->next;
    }

    return NULL;
}


void
ngx_crm_table_insert(ngx_crm_table_t *table, ngx_crm_table_node_t *node)
{
    ngx_crm_table_head_t  *head;

    head = ngx_crm_table_head(table, node->hash);

    node->next = head->first;
    head->first = ((u_char *) node - table->pool) / NGX_CRM_TABLE_SLOT;
    head->seen |= ngx_crm_table_bit(node->hash);
}


/* The bits change in one go, so that nobody misses what stays. */

void
ngx_crm_table_delete(ngx_crm_table_t *table, ngx_crm_table_node_t *node)
{
    uint32_t               *slot, seen;
    ngx_crm_table_head_t   *head;
    ngx_crm_table_node_t   *n;

    head = ngx_crm_table_head(table, node->hash);
    slot = &head->first;
    seen = 0;

    while (*slot) {
        n = ngx_crm_table_at(table, *slot);

        if (n == node) {
            *slot = n->next;
            continue;
        }

        seen |= ngx_crm_table_bit(n->hash);
        slot = &n->next;
    }

    head->seen = seen;
}
