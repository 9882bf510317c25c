/* Chains, of one head and of many; what is not there, and what is hashed. */

#include "base/ngx_crm_table.h"

#include "tap.h"


#define SLOTS  4096
#define TEXTS  4096
#define KEYS   100


static u_char                *table_pool;
static ngx_crm_table_head_t  *table_heads;
static ngx_crm_table_t        table;


static void table_chains(size_t heads, ngx_uint_t nodes);
static ngx_uint_t table_missed(ngx_uint_t nodes, ngx_uint_t step);
static ngx_uint_t table_strange(ngx_uint_t nodes);
static void table_one_hash(void);
static void table_last_slot(void);
static void table_texts(void);
static void table_even(void);
static void table_begin(size_t heads);
static ngx_crm_table_node_t *table_node(ngx_uint_t i);
static uint32_t table_hash(const char *text, size_t len, ngx_uint_t kind);
static void table_name(ngx_crm_table_node_t *node, ngx_uint_t i);


int
main(void)
{
    table_pool = calloc(SLOTS, NGX_CRM_TABLE_SLOT);
    table_heads = calloc(SLOTS, sizeof(ngx_crm_table_head_t));

    table_chains(1, 3);
    table_chains(1, 100);
    table_chains(64, 2000);
    table_chains(1024, 2000);
    table_one_hash();
    table_last_slot();
    table_texts();
    table_even();

    free(table_heads);
    free(table_pool);

    return done_testing();
}


static void
table_chains(size_t heads, ngx_uint_t nodes)
{
    size_t      i;
    uint32_t    left;
    ngx_uint_t  n, said;

    tap_note("%zu heads, %zu nodes", heads, (size_t) nodes);
    table_begin(heads);

    is_int(table_strange(nodes), 0, "empty, nothing is found");

    for (n = 0, said = 0; n < nodes; n++) {
        said += ngx_crm_table_may_hold(&table, table_node(n)->hash);
    }

    is_int(said, 0, "nor may be there");

    for (n = 0; n < nodes; n++) {
        ngx_crm_table_insert(&table, table_node(n));
    }

    is_int(table_missed(nodes, 1), 0, "all are found");
    is_int(table_strange(nodes), 0, "and no others");

    for (n = 0; n < nodes; n++) {
        if (n % 3) {
            ngx_crm_table_delete(&table, table_node(n));
        }
    }

    is_int(table_missed(nodes, 3), 0, "those that stay are found");

    for (n = 0, said = 0; n < nodes; n++) {
        said += n % 3 && ngx_crm_table_find(&table, table_node(n)->hash,
                                            table_node(n)->id);
    }

    is_int(said, 0, "those that went are not");

    for (n = 0; n < nodes; n += 3) {
        ngx_crm_table_delete(&table, table_node(n));
    }

    for (i = 0, left = 0; i < heads; i++) {
        left |= table_heads[i].first | table_heads[i].seen;
    }

    is_int(left, 0, "all went, and nothing is left of them");
}


static ngx_uint_t
table_missed(ngx_uint_t nodes, ngx_uint_t step)
{
    ngx_uint_t             i, missed;
    ngx_crm_table_node_t  *node;

    missed = 0;

    for (i = 0; i < nodes; i += step) {
        node = table_node(i);

        missed += !ngx_crm_table_may_hold(&table, node->hash)
                  || ngx_crm_table_find(&table, node->hash, node->id) != node;
    }

    return missed;
}


static ngx_uint_t
table_strange(ngx_uint_t nodes)
{
    ngx_uint_t            i, found;
    ngx_crm_table_node_t  node;

    found = 0;

    for (i = nodes; i < 2 * nodes; i++) {
        table_name(&node, i);
        found += ngx_crm_table_find(&table, node.hash, node.id) != NULL;
    }

    return found;
}


static void
table_one_hash(void)
{
    ngx_crm_table_node_t  *one, *two;

    table_begin(16);

    one = table_node(0);
    two = table_node(1);
    two->hash = one->hash;

    ngx_crm_table_insert(&table, one);
    ok(ngx_crm_table_find(&table, two->hash, two->id) == NULL,
       "another id, the same hash");

    ngx_crm_table_insert(&table, two);
    ok(ngx_crm_table_find(&table, one->hash, one->id) == one, "the one");
    ok(ngx_crm_table_find(&table, two->hash, two->id) == two, "the other");

    ngx_crm_table_delete(&table, one);
    ok(ngx_crm_table_may_hold(&table, one->hash), "one of two went");

    two->hash++;
    ok(ngx_crm_table_find(&table, one->hash, two->id) == NULL,
       "another hash, the same id");
}


/* 256 gigabytes behind the pool's beginning */

static void
table_last_slot(void)
{
    ngx_crm_table_node_t  *node;

    table_begin(16);

    node = table_node(5);
    table.pool = (u_char *) node - (size_t) UINT32_MAX * NGX_CRM_TABLE_SLOT;

    ngx_crm_table_insert(&table, node);
    is_int(table.heads[node->hash & 15].first, UINT32_MAX, "the last slot");
    ok(ngx_crm_table_find(&table, node->hash, node->id) == node, "is found");
}


static void
table_texts(void)
{
    size_t       i;
    char         text[NGX_CRM_TABLE_TEXT + 1];
    uint32_t     hash;
    ngx_uint_t   same;

    static const char  zeros[NGX_CRM_TABLE_TEXT];

    table_begin(16);

    hash = table_hash("session-1", 9, 0);
    is_int(table_hash("session-1", 9, 0), hash, "the same, twice");
    ok(table_hash("session-1", 9, 1) != hash, "another kind");
    ok(table_hash("session-2", 9, 0) != hash, "another end");
    ok(table_hash("Session-1", 9, 0) != hash, "another beginning");

    for (i = 1, same = 0; i <= NGX_CRM_TABLE_TEXT; i++) {
        same += table_hash(zeros, i, 0) == table_hash(zeros, i - 1, 0);
    }

    is_int(same, 0, "zeros of any length");

    /* each byte counts, at any place and of any length, and none behind */

    memset(text, 'x', sizeof(text));

    for (i = 0, same = 0; i < NGX_CRM_TABLE_TEXT; i++) {
        hash = table_hash(text, i + 1, 0);
        text[i + 1] = 'y';
        same += table_hash(text, i + 1, 0) != hash;
        text[i + 1] = 'x';
        text[i] = 'y';
        same += table_hash(text, i + 1, 0) == hash;
        text[i] = 'x';
    }

    is_int(same, 0, "each byte counts");

    hash = table_hash(text, NGX_CRM_TABLE_TEXT, 0);
    table_begin(16);
    ok(table_hash(text, NGX_CRM_TABLE_TEXT, 0) != hash, "another table");
}


/*
 * Texts that differ in a number alone meet as random ones do: of one key that
 * is four times as often, once in a thousand keys, and of a hundred keys on
 * the average never twice as often.
 */

static void
table_even(void)
{
    char        text[16];
    size_t      i, k, pairs;
    uint32_t    hash;
    ngx_uint_t  met[TEXTS], bits;

    for (k = 0, pairs = 0, bits = 0; k < KEYS; k++) {
        ngx_crm_table_init(&table, table_pool, table_heads, TEXTS);
        memset(met, 0, sizeof(met));

        for (i = 0; i < TEXTS; i++) {
            hash = table_hash(text, sprintf(text, "CAD%zu", i), 3);
            pairs += met[hash % TEXTS]++;
            bits |= (ngx_uint_t) 1 << (hash >> 27);
        }
    }

    tap_note("%zu pairs", pairs / KEYS);

    ok(pairs < 2 * KEYS * TEXTS / 2, "texts meet as seldom as at random");
    is_int(bits, UINT32_MAX, "and choose among all bits");
}


static void
table_begin(size_t heads)
{
    ngx_uint_t  i;

    memset(table_heads, 0, SLOTS * sizeof(ngx_crm_table_head_t));

    is_int(ngx_crm_table_init(&table, table_pool, table_heads, heads), NGX_OK,
           "a table");

    for (i = 0; i < SLOTS - 1; i++) {
        table_name(table_node(i), i);
    }
}


static ngx_crm_table_node_t *
table_node(ngx_uint_t i)
{
    return (ngx_crm_table_node_t *)
               (table_pool + (i + 1) * NGX_CRM_TABLE_SLOT);
}


static uint32_t
table_hash(const char *text, size_t len, ngx_uint_t kind)
{
    ngx_str_t  s;

    s.data = (u_char *) text;
    s.len = len;

    return ngx_crm_table_hash(&table, &s, kind);
}


static void
table_name(ngx_crm_table_node_t *node, ngx_uint_t i)
{
    char    text[NGX_CRM_TABLE_ID + 1];

    snprintf(text, sizeof(text), "%08zu", (size_t) i);

    node->hash = table_hash(text, NGX_CRM_TABLE_ID, 0);
    ngx_memcpy(node->id, text, NGX_CRM_TABLE_ID);
}
