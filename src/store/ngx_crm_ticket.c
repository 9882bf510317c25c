/*
 * Nobody can guess 256 bits, so a token that is none needs no decoy and no
 * count: it finds nothing.
 */

#include "store/ngx_crm_ticket.h"
#include "store/ngx_crm_api_key.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_outbox.h"
#include "store/ngx_crm_person.h"
#include "engine/ngx_crm_file.h"
#include "engine/ngx_crm_redis.h"
#include "engine/ngx_crm_refuse.h"
#include "engine/ngx_crm_reply.h"
#include "base/ngx_crm_random.h"
#include "base/ngx_crm_text.h"


#define NGX_CRM_TICKET_RANDOM  32    /* bytes */


static ngx_int_t ngx_crm_ticket_make(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, ngx_crm_ticket_t *ticket);
static ngx_int_t ngx_crm_ticket_digest(ngx_crm_ticket_t *ticket,
    const ngx_str_t *token);
static ngx_int_t ngx_crm_ticket_name(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx, const ngx_crm_ticket_t *ticket, ngx_str_t *name);
static ngx_uint_t ngx_crm_ticket_mode(const ngx_str_t *token,
    ngx_crm_mode_e *mode);
static ngx_int_t ngx_crm_ticket_split(ngx_http_request_t *r,
    ngx_crm_ticket_t *ticket, const ngx_str_t *text);


ngx_int_t
ngx_crm_ticket_issue(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_ticket_t *ticket, time_t ttl)
{
    ngx_str_t  argv[5];

    argv[2].len = ticket->contact.len + 1 + ticket->address.len;
    argv[2].data = ngx_pnalloc(r->pool, argv[2].len);

    if (argv[2].data == NULL
        || ngx_crm_ticket_make(r, ctx, ticket) != NGX_OK
        || ngx_crm_ticket_name(r, ctx, ticket, &argv[1]) != NGX_OK
        || ngx_crm_name_number(r, &argv[4], ttl) != NGX_OK)
    {
        return NGX_ERROR;
    }

    (void) ngx_sprintf(argv[2].data, "%V %V", &ticket->contact,
                       &ticket->address);

    ngx_str_set(&argv[0], "SET");
    ngx_str_set(&argv[3], "EX");

    return ngx_crm_redis_ask(r, ctx, 5, argv);
}


static ngx_int_t
ngx_crm_ticket_make(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    ngx_crm_ticket_t *ticket)
{
    u_char  random[NGX_CRM_TICKET_RANDOM];

    ticket->token.len = NGX_CRM_TICKET_LEN;
    ticket->token.data = ngx_pnalloc(r->pool, NGX_CRM_TICKET_LEN);

    if (ticket->token.data == NULL
        || ngx_crm_file_wipe_with(r->pool, &ticket->token) != NGX_OK
        || ngx_crm_random_bytes(random, sizeof(random)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ticket->token.data[0] = ngx_crm_name_mode(ctx->mode)->data[0];
    (void) ngx_crm_text_base64url(ticket->token.data + 1, random,
                                  sizeof(random));

    ngx_explicit_memzero(random, sizeof(random));

    return ngx_crm_ticket_digest(ticket, &ticket->token);
}


static ngx_int_t
ngx_crm_ticket_digest(ngx_crm_ticket_t *ticket, const ngx_str_t *token)
{
    u_char  digest[NGX_CRM_SHA256_LEN];

    if (ngx_crm_digest_sha256(digest, token->data, token->len) != NGX_OK) {
        return NGX_ERROR;
    }

    (void) ngx_crm_text_hex(ticket->hex, digest, sizeof(digest));

    return NGX_OK;
}


static ngx_int_t
ngx_crm_ticket_name(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_ticket_t *ticket, ngx_str_t *name)
{
    return ngx_crm_name(r, ctx, name, "%s:{%*s}", ticket->kind,
                        sizeof(ticket->hex), ticket->hex);
}


ngx_int_t
ngx_crm_ticket_mail(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_crm_ticket_t *ticket, const char *template, time_t ttl)
{
    ngx_crm_outbox_message_t  message;

    ngx_str_set(&message.channel, "EMAIL");
    ngx_str_set(&message.secret_name, "token");
    message.template.data = (u_char *) template;
    message.template.len = ngx_strlen(template);
    message.to = ticket->address;
    message.secret = ticket->token;
    message.contact = ctx->person->id;
    message.expires = ngx_time() + ttl;

    return ngx_crm_outbox_ask(r, ctx, &message);
}


ngx_int_t
ngx_crm_ticket_read(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const char *kind, const ngx_str_t *token)
{
    ngx_crm_mode_e     mode;
    ngx_crm_ticket_t  *ticket;

    if (!ngx_crm_ticket_mode(token, &mode)) {
        return ngx_crm_ticket_refuse(ctx);
    }

    if (ctx->key && ctx->key->mode != mode) {
        return ngx_crm_refuse(ctx, NGX_CRM_FORBIDDEN_API_KEY, NULL);
    }

    ticket = ngx_pcalloc(r->pool, sizeof(ngx_crm_ticket_t));
    if (ticket == NULL) {
        return NGX_ERROR;
    }

    ctx->flow = ticket;
    ctx->mode = mode;

    ticket->kind = kind;

    return ngx_crm_ticket_digest(ticket, token);
}


/* says whether an edge may have made the token, and of which mode it is */

static ngx_uint_t
ngx_crm_ticket_mode(const ngx_str_t *token, ngx_crm_mode_e *mode)
{
    u_char  random[NGX_CRM_TICKET_RANDOM + 1];

    if (token->len != NGX_CRM_TICKET_LEN
        || ngx_crm_text_unbase64url(random, token->data + 1, token->len - 1)
           != NGX_CRM_TICKET_RANDOM)
    {
        return 0;
    }

    ngx_explicit_memzero(random, sizeof(random));

    for (*mode = NGX_CRM_LIVE; *mode <= NGX_CRM_TEST; (*mode)++) {
        if (ngx_crm_name_mode(*mode)->data[0] == token->data[0]) {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_crm_ticket_find(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t  argv[2];

    ngx_str_set(&argv[0], "GET");

    if (ngx_crm_ticket_name(r, ctx, ctx->flow, &argv[1]) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_crm_redis_ask(r, ctx, 2, argv);
}


ngx_int_t
ngx_crm_ticket_found(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_int_t          rc;
    ngx_str_t          text;
    ngx_crm_ticket_t  *ticket;

    static const ngx_str_t  email = ngx_string("EMAIL");

    rc = ngx_crm_reply_text(ctx->walk.reply, &text);

    if (rc == NGX_DECLINED) {
        return ngx_crm_ticket_refuse(ctx);
    }

    ticket = ctx->flow;

    if (rc == NGX_OK) {
        rc = ngx_crm_ticket_split(r, ticket, &text);
    }

    if (rc == NGX_OK) {
        rc = ngx_crm_person_create(r, ctx);
    }

    if (rc == NGX_OK) {
        rc = ngx_crm_person_add(r, ctx, &email, &ticket->address, NULL);
    }

    return (rc == NGX_OK) ? NGX_OK : ngx_crm_reply_wrong(r, "ticket");
}


static ngx_int_t
ngx_crm_ticket_split(ngx_http_request_t *r, ngx_crm_ticket_t *ticket,
    const ngx_str_t *text)
{
    u_char  *p, *space;

    p = ngx_pstrdup(r->pool, (ngx_str_t *) text);
    if (p == NULL) {
        return NGX_ERROR;
    }

    space = ngx_strlchr(p, p + text->len, ' ');
    if (space == NULL) {
        return NGX_ERROR;
    }

    ticket->contact.data = p;
    ticket->contact.len = space - p;

    ticket->address.data = space + 1;
    ticket->address.len = p + text->len - ticket->address.data;

    /* nobody's would be that of whoever is not found */

    return ngx_crm_text_is_id(&ticket->contact) ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_crm_ticket_holder(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t         *id;
    ngx_crm_ticket_t  *ticket;

    ticket = ctx->flow;
    id = &ctx->person->id;

    if (id->len != ticket->contact.len
        || ngx_memcmp(id->data, ticket->contact.data, id->len) != 0)
    {
        return ngx_crm_ticket_refuse(ctx);
    }

    ctx->contact = *id;

    return NGX_OK;
}


ngx_int_t
ngx_crm_ticket_spend(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    ngx_str_t  argv[2];

    ngx_str_set(&argv[0], "DEL");

    if (ngx_crm_ticket_name(r, ctx, ctx->flow, &argv[1]) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_crm_redis_ask(r, ctx, 2, argv);
}


ngx_int_t
ngx_crm_ticket_spent(ngx_http_request_t *r, ngx_crm_ctx_t *ctx)
{
    int64_t  n;

    if (ngx_crm_reply_integer(ctx->walk.reply, &n) != NGX_OK) {
        return ngx_crm_reply_wrong(r, "spent ticket");
    }

    return (n == 1) ? NGX_OK : ngx_crm_ticket_refuse(ctx);
}


ngx_int_t
ngx_crm_ticket_refuse(ngx_crm_ctx_t *ctx)
{
    static const ngx_str_t  token = ngx_string("token");

    return ngx_crm_refuse(ctx, NGX_CRM_INVALID, &token);
}
