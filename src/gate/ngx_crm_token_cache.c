/* A ring of entries, of which the oldest gives way, and chains to find one. */

#include "gate/ngx_crm_token_cache.h"
#include "base/ngx_crm_jwt_claims.h"


#define NGX_CRM_TOKEN_CACHE_SIZE  1280       /* bytes of an entry */
#define NGX_CRM_TOKEN_CACHE_TEXT                                              \
    (NGX_CRM_TOKEN_CACHE_SIZE - offsetof(ngx_crm_token_cache_entry_t, text))


/*
 * The tag is a token's last 16 characters, 96 bits of its signature: whoever
 * does not have these never comes to the comparison of the others, whose time
 * tells how far it went.
 */
typedef struct {
    uint64_t       first;
    uint64_t       last;
} ngx_crm_token_cache_tag_t;


typedef struct ngx_crm_token_cache_entry_s  ngx_crm_token_cache_entry_t;

struct ngx_crm_token_cache_entry_s {
    ngx_crm_token_cache_entry_t  *next;      /* of its chain */
    const ngx_crm_srv_conf_t     *server;
    ngx_crm_token_cache_tag_t     tag;
    ngx_crm_jwt_claims_t          claims;    /* in the text */
    size_t                        len;       /* of the token */
    size_t                        more;      /* of sub, sid and app */
    u_char                        text[1];   /* up to the entry's end */
};


struct ngx_crm_token_cache_s {
    ngx_crm_token_cache_entry_t **chains;
    ngx_uint_t                    shift;     /* 64 less bits of an index */
    u_char                       *entries;
    ngx_uint_t                    n;
    ngx_uint_t                    used;
    ngx_uint_t                    oldest;    /* once all of them are used */
};


static void ngx_crm_token_cache_cleanup(void *data);
static ngx_crm_token_cache_entry_t *ngx_crm_token_cache_entry(
    ngx_crm_token_cache_t *cache, ngx_uint_t i);
static ngx_crm_token_cache_tag_t ngx_crm_token_cache_tag(
    const ngx_str_t *token);
static ngx_crm_token_cache_entry_t **ngx_crm_token_cache_chain(
    ngx_crm_token_cache_t *cache, const ngx_crm_token_cache_tag_t *tag);
static ngx_uint_t ngx_crm_token_cache_is(
    const ngx_crm_token_cache_entry_t *entry,
    const ngx_crm_token_cache_tag_t *tag, const ngx_str_t *token,
    const ngx_crm_srv_conf_t *server);
static u_char *ngx_crm_token_cache_copy(u_char *p, ngx_str_t *text);
static ngx_crm_token_cache_entry_t *ngx_crm_token_cache_take(
    ngx_crm_token_cache_t *cache);


ngx_int_t
ngx_crm_token_cache_create(ngx_conf_t *cf, ngx_crm_main_conf_t *mcf)
{
    ngx_uint_t              n;
    ngx_pool_cleanup_t     *cln;
    ngx_crm_token_cache_t  *cache;

    cln = ngx_pool_cleanup_add(cf->pool, sizeof(ngx_crm_token_cache_t));
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cache = cln->data;
    ngx_memzero(cache, sizeof(ngx_crm_token_cache_t));

    cache->n = mcf->token_cache;
    cache->shift = 63;

    for (n = 2; n < cache->n; n *= 2) {
        cache->shift--;
    }

    cache->chains = ngx_pcalloc(cf->pool, n * sizeof(cache->chains[0]));
    cache->entries = ngx_palloc(cf->pool,
                                cache->n * NGX_CRM_TOKEN_CACHE_SIZE);

    if (cache->chains == NULL || cache->entries == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_crm_token_cache_cleanup;
    mcf->tokens = cache;

    return NGX_OK;
}


static void
ngx_crm_token_cache_cleanup(void *data)
{
    ngx_crm_token_cache_t  *cache = data;

    ngx_explicit_memzero(cache->entries,
                         cache->used * NGX_CRM_TOKEN_CACHE_SIZE);
}


static ngx_crm_token_cache_entry_t *
ngx_crm_token_cache_entry(ngx_crm_token_cache_t *cache, ngx_uint_t i)
{
    return (ngx_crm_token_cache_entry_t *)
               (cache->entries + i * NGX_CRM_TOKEN_CACHE_SIZE);
}


ngx_int_t
ngx_crm_token_cache_get(ngx_crm_token_cache_t *cache,
    const ngx_crm_srv_conf_t *server, const ngx_crm_jwt_rules_t *rules,
    const ngx_str_t *token, ngx_pool_t *pool, ngx_crm_jwt_claims_t *claims)
{
    u_char                       *p;
    ngx_crm_token_cache_tag_t     tag;
    ngx_crm_token_cache_entry_t  *entry;

    if (token->len < sizeof(tag)) {
        return NGX_DECLINED;
    }

    tag = ngx_crm_token_cache_tag(token);
    entry = *ngx_crm_token_cache_chain(cache, &tag);

    while (entry && !ngx_crm_token_cache_is(entry, &tag, token, server)) {
        entry = entry->next;
    }

    if (entry == NULL || ngx_crm_jwt_claims_when(&entry->claims, rules)) {
        return NGX_DECLINED;
    }

    /* another token may take the entry while this request waits */

    p = ngx_pnalloc(pool, entry->more);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, entry->text + entry->len, entry->more);

    *claims = entry->claims;

    claims->sub.data = p;
    claims->sid.data = claims->sub.data + claims->sub.len;
    claims->app.data = claims->sid.data + claims->sid.len;

    return NGX_OK;
}


static ngx_crm_token_cache_tag_t
ngx_crm_token_cache_tag(const ngx_str_t *token)
{
    ngx_crm_token_cache_tag_t  tag;

    ngx_memcpy(&tag, token->data + token->len - sizeof(tag), sizeof(tag));

    return tag;
}


/* a signature is as good as random: it is mixed because its text is not */

static ngx_crm_token_cache_entry_t **
ngx_crm_token_cache_chain(ngx_crm_token_cache_t *cache,
    const ngx_crm_token_cache_tag_t *tag)
{
    uint64_t  hash;

    hash = (tag->first * 31 + tag->last) * 0x9e3779b97f4a7c15ULL;

    return &cache->chains[hash >> cache->shift];
}


static ngx_uint_t
ngx_crm_token_cache_is(const ngx_crm_token_cache_entry_t *entry,
    const ngx_crm_token_cache_tag_t *tag, const ngx_str_t *token,
    const ngx_crm_srv_conf_t *server)
{
    return ((entry->tag.first ^ tag->first) | (entry->tag.last ^ tag->last))
           == 0
           && entry->server == server
           && entry->len == token->len
           && ngx_memcmp(entry->text, token->data, token->len) == 0;
}


void
ngx_crm_token_cache_put(ngx_crm_token_cache_t *cache,
    const ngx_crm_srv_conf_t *server, const ngx_str_t *token,
    const ngx_crm_jwt_claims_t *claims)
{
    u_char                        *p;
    size_t                         more;
    ngx_crm_token_cache_entry_t   *entry, **chain;

    more = claims->sub.len + claims->sid.len + claims->app.len;

    if (token->len < sizeof(ngx_crm_token_cache_tag_t)
        || token->len + more > NGX_CRM_TOKEN_CACHE_TEXT)
    {
        return;
    }

    entry = ngx_crm_token_cache_take(cache);

    entry->tag = ngx_crm_token_cache_tag(token);
    entry->server = server;
    entry->len = token->len;
    entry->more = more;
    entry->claims = *claims;
    entry->claims.key = NULL;

    p = ngx_cpymem(entry->text, token->data, token->len);
    p = ngx_crm_token_cache_copy(p, &entry->claims.sub);
    p = ngx_crm_token_cache_copy(p, &entry->claims.sid);
    (void) ngx_crm_token_cache_copy(p, &entry->claims.app);

    chain = ngx_crm_token_cache_chain(cache, &entry->tag);

    entry->next = *chain;
    *chain = entry;
}


static u_char *
ngx_crm_token_cache_copy(u_char *p, ngx_str_t *text)
{
    if (text->len) {
        ngx_memcpy(p, text->data, text->len);
    }

    text->data = p;

    return p + text->len;
}


static ngx_crm_token_cache_entry_t *
ngx_crm_token_cache_take(ngx_crm_token_cache_t *cache)
{
    ngx_crm_token_cache_entry_t  *entry, **chain;

    if (cache->used < cache->n) {
        return ngx_crm_token_cache_entry(cache, cache->used++);
    }

    entry = ngx_crm_token_cache_entry(cache, cache->oldest);
    cache->oldest = (cache->oldest + 1) % cache->n;

    chain = ngx_crm_token_cache_chain(cache, &entry->tag);

    while (*chain != entry) {
        chain = &(*chain)->next;
    }

    *chain = entry->next;

    return entry;
}
