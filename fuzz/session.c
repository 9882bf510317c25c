/*
 * libFuzzer: what an edge once issued and is shown again: refresh tokens,
 * handles, tickets, opaque tokens, codes.  The first byte says which.
 */

#include "fuzz.h"
#include "store/ngx_crm_opaque.h"
#include "store/ngx_crm_otp.h"
#include "store/ngx_crm_otp_handle.h"
#include "store/ngx_crm_secret.h"
#include "store/ngx_crm_session_rotate.h"
#include "store/ngx_crm_ticket.h"
#include "base/ngx_crm_text.h"

#include <ctype.h>


static void session_forged(const ngx_str_t *token);
static void session_minted(ngx_str_t *rest);
static void session_changed(const ngx_str_t *token,
    const ngx_crm_session_t *session);
static void session_handle(const ngx_str_t *text);
static void session_ticket(const ngx_str_t *text);
static void session_opaque(const ngx_str_t *text);
static ngx_uint_t session_count(const ngx_str_t *text, int (*is)(int));


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t  text;

    fuzz_begin(ngx_crm_apis[0]);

    text = fuzz_copy(data, size);

    switch (fuzz_byte(&text)) {

    case '0':
        session_forged(&text);
        break;

    case '1':
        session_minted(&text);
        break;

    case '2':
        session_handle(&text);
        break;

    case '3':
        session_ticket(&text);
        break;

    default:
        session_opaque(&text);
    }

    fuzz_end();

    return 0;
}


static void
session_forged(const ngx_str_t *token)
{
    ngx_crm_session_t  session;

    ngx_str_set(&fuzz.ctx->app, "shop");

    fuzz_check(ngx_crm_session_rotate_read(fuzz.r, fuzz.ctx, token, &session)
               == NGX_DECLINED);
}


/* cid, sid and generation on lines of their own */

static void
session_minted(ngx_str_t *rest)
{
    ngx_int_t                rc;
    ngx_str_t                token, line;
    ngx_crm_session_t        session, read;
    const ngx_crm_secret_t  *secret;

    ngx_memzero(&session, sizeof(session));

    session.cid = fuzz_line(rest);
    session.sid = fuzz_line(rest);
    line = fuzz_line(rest);

    session.generation = ngx_atoi(line.data, line.len);

    ngx_str_set(&fuzz.ctx->app, "shop");
    secret = ngx_crm_secret_nth(fuzz.r, 0);

    fuzz_check(ngx_crm_session_refresh_token(fuzz.r, fuzz.ctx, secret,
                                             &session, &token)
               == NGX_OK);

    token = fuzz_copy(token.data, token.len);

    rc = ngx_crm_session_rotate_read(fuzz.r, fuzz.ctx, &token, &read);

    /* a cid may hold dots, a sid does not; no generation is negative */

    if (session.cid.len == 0 || session.generation < 0 || token.len > 256
        || memchr(session.sid.data, '.', session.sid.len))
    {
        fuzz_check(rc == NGX_OK || rc == NGX_DECLINED);
        return;
    }

    fuzz_check(rc == NGX_OK);
    fuzz_check(fuzz_same(&read.cid, &session.cid)
               && fuzz_same(&read.sid, &session.sid)
               && read.generation == session.generation);

    session_changed(&token, &session);
}


/* of another app, another mode, or in any byte */

static void
session_changed(const ngx_str_t *token, const ngx_crm_session_t *session)
{
    ngx_uint_t          i;
    ngx_str_t           copy;
    ngx_crm_session_t   read;

    fuzz.ctx->app.len--;
    fuzz_check(ngx_crm_session_rotate_read(fuzz.r, fuzz.ctx, token, &read)
               == NGX_DECLINED);
    fuzz.ctx->app.len++;

    fuzz.ctx->mode = NGX_CRM_TEST;
    fuzz_check(ngx_crm_session_rotate_read(fuzz.r, fuzz.ctx, token, &read)
               == NGX_DECLINED);
    fuzz.ctx->mode = NGX_CRM_LIVE;

    i = (ngx_uint_t) session->generation * 31 + session->cid.len;
    i %= token->len;

    copy = fuzz_copy(token->data, token->len);
    copy.data[i] ^= 1;

    fuzz_check(ngx_crm_session_rotate_read(fuzz.r, fuzz.ctx, &copy, &read)
               == NGX_DECLINED);
}


static void
session_handle(const ngx_str_t *text)
{
    u_char                   handle[NGX_CRM_OTP_HANDLE_LEN];
    u_char                   again[NGX_CRM_OTP_HANDLE_LEN];
    u_char                   slot[NGX_CRM_OTP_SLOT_LEN];
    ngx_str_t                normal;
    const ngx_crm_secret_t  *secret;

    if (ngx_crm_otp_handle_normal(handle, text) != NGX_OK) {
        return;
    }

    fuzz_check(text->len == sizeof(handle));
    fuzz_check(ngx_strncasecmp(handle, text->data, sizeof(handle)) == 0);
    fuzz_check(handle[14] == '8' && strchr("89ab", handle[19]));

    normal.data = handle;
    normal.len = sizeof(handle);

    fuzz_check(ngx_crm_otp_handle_normal(again, &normal) == NGX_OK
               && memcmp(handle, again, sizeof(handle)) == 0);

    secret = ngx_crm_secret_nth(fuzz.r, 0);

    fuzz_check(ngx_crm_otp_handle_slot(slot, secret, handle) == NGX_OK);
    fuzz_check(ngx_crm_otp_handle_make(again, secret, slot) == NGX_OK);

    /* another handle of the slot leads there as well */

    fuzz_check(ngx_crm_otp_handle_slot(handle, secret, again) == NGX_OK
               && memcmp(handle, slot, sizeof(slot)) == 0);
}


/* 32 bytes have one text: its last character has two bits to spare */

static void
session_ticket(const ngx_str_t *text)
{
    size_t             i;
    ngx_int_t          rc;
    ngx_uint_t         good;
    ngx_crm_ticket_t  *ticket;

    static const char  known[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        "abcdefghijklmnopqrstuvwxyz0123456789-_";

    rc = ngx_crm_ticket_read(fuzz.r, fuzz.ctx, "reset", text);

    good = (text->len == NGX_CRM_TICKET_LEN
            && (text->data[0] == 'l' || text->data[0] == 't'));

    for (i = 1; good && i < text->len; i++) {
        good = (memchr(known, text->data[i], 64) != NULL);
    }

    good = good && (strchr(known, text->data[i - 1]) - known) % 4 == 0;

    fuzz_check(good ? rc == NGX_OK
                    : rc == NGX_HTTP_BAD_REQUEST
                      && fuzz.ctx->refusal.name == NGX_CRM_INVALID);

    if (good) {
        ticket = fuzz.ctx->flow;

        fuzz_check(fuzz.ctx->mode == (text->data[0] == 't'));
        fuzz_check(strspn((char *) ticket->hex, "0123456789abcdef") >= 64);
    }
}


static void
session_opaque(const ngx_str_t *text)
{
    fuzz_check(ngx_crm_opaque_is(text)
               == (text->len == 32 && session_count(text, isxdigit) == 32));

    if (ngx_crm_otp_is_code(text)) {
        fuzz_check(text->len && session_count(text, isalnum) == text->len);
    }

    fuzz_check(!ngx_crm_text_is_id(text)
               || session_count(text, isgraph) == text->len);
}


static ngx_uint_t
session_count(const ngx_str_t *text, int (*is)(int))
{
    size_t      i;
    ngx_uint_t  n;

    n = 0;

    for (i = 0; i < text->len; i++) {
        n += (is(text->data[i]) != 0);
    }

    return n;
}
