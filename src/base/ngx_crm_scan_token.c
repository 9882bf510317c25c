#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_scan_token.h"
#include "base/ngx_crm_scan_vector.h"
#include "base/ngx_crm_utf8.h"


static ngx_int_t ngx_crm_scan_token_string(ngx_crm_scan_token_t *token,
    u_char c);
static ngx_int_t ngx_crm_scan_token_hex(ngx_crm_scan_token_t *token,
    u_char c);
static ngx_int_t ngx_crm_scan_token_go(ngx_crm_scan_token_t *token,
    ngx_crm_scan_token_e state);
static ngx_int_t ngx_crm_scan_token_word(ngx_crm_scan_token_t *token,
    u_char c);
static ngx_crm_scan_token_e ngx_crm_scan_token_number(
    ngx_crm_scan_token_e state, u_char c);


static const u_char  ngx_crm_scan_token_letters[] = "\"\\/bfnrt";


/* what follows which state of a number: 0 1-9 . e + -; none: it ends */

static const u_char  ngx_crm_scan_token_numbers[][6] = {
    /* MINUS */
    { NGX_CRM_SCAN_ZERO, NGX_CRM_SCAN_WHOLE, 0, 0, 0, 0 },
    /* ZERO */
    { 0, 0, NGX_CRM_SCAN_POINT, NGX_CRM_SCAN_E, 0, 0 },
    /* WHOLE */
    { NGX_CRM_SCAN_WHOLE, NGX_CRM_SCAN_WHOLE, NGX_CRM_SCAN_POINT,
      NGX_CRM_SCAN_E, 0, 0 },
    /* POINT */
    { NGX_CRM_SCAN_FRACTION, NGX_CRM_SCAN_FRACTION, 0, 0, 0, 0 },
    /* FRACTION */
    { NGX_CRM_SCAN_FRACTION, NGX_CRM_SCAN_FRACTION, 0, NGX_CRM_SCAN_E, 0, 0 },
    /* E */
    { NGX_CRM_SCAN_POWER, NGX_CRM_SCAN_POWER, 0, 0, NGX_CRM_SCAN_SIGN,
      NGX_CRM_SCAN_SIGN },
    /* SIGN */
    { NGX_CRM_SCAN_POWER, NGX_CRM_SCAN_POWER, 0, 0, 0, 0 },
    /* POWER */
    { NGX_CRM_SCAN_POWER, NGX_CRM_SCAN_POWER, 0, 0, 0, 0 }
};


ngx_int_t
ngx_crm_scan_token_begin(ngx_crm_scan_token_t *token, u_char c)
{
    switch (c) {

    case '"':
        token->state = NGX_CRM_SCAN_STRING;
        return NGX_OK;

    case 't':
        token->word = "rue";
        break;

    case 'f':
        token->word = "alse";
        break;

    case 'n':
        token->word = "ull";
        break;

    case '-':
        token->state = NGX_CRM_SCAN_MINUS;
        return NGX_OK;

    default:
        token->state = ngx_crm_scan_token_number(NGX_CRM_SCAN_MINUS, c);
        return token->state ? NGX_OK : NGX_ERROR;
    }

    token->state = NGX_CRM_SCAN_WORD;

    return NGX_OK;
}


ngx_int_t
ngx_crm_scan_token_feed(ngx_crm_scan_token_t *token, u_char **at, u_char *end)
{
    u_char                 *p;
    ngx_int_t               rc;
    ngx_crm_scan_token_e    next;

    rc = NGX_AGAIN;

    for (p = *at; rc == NGX_AGAIN; p++) {

        if (token->state == NGX_CRM_SCAN_STRING) {
            p = ngx_crm_scan_vector_plain(p, end);
        }

        if (p == end) {
            break;
        }

        if (token->state < NGX_CRM_SCAN_WORD) {
            rc = ngx_crm_scan_token_string(token, *p);
            continue;
        }

        if (token->state == NGX_CRM_SCAN_WORD) {
            rc = ngx_crm_scan_token_word(token, *p);
            continue;
        }

        next = ngx_crm_scan_token_number(token->state, *p);

        if (next == NGX_CRM_SCAN_NONE) {
            rc = ngx_crm_scan_token_may_end(token) ? NGX_OK : NGX_ERROR;
            break;
        }

        token->state = next;
    }

    if (rc == NGX_OK) {
        token->state = NGX_CRM_SCAN_NONE;
    }

    *at = p;

    return rc;
}


static ngx_int_t
ngx_crm_scan_token_string(ngx_crm_scan_token_t *token, u_char c)
{
    switch (token->state) {

    case NGX_CRM_SCAN_STRING:
        if (c == '"') {
            return NGX_OK;
        }

        if (c == '\\') {
            token->paired = 0;
            return ngx_crm_scan_token_go(token, NGX_CRM_SCAN_ESCAPE);
        }

        token->left = ngx_crm_utf8_first(c, &token->low, &token->high);

        return (token->left-- > 1)
               ? ngx_crm_scan_token_go(token, NGX_CRM_SCAN_WIDE) : NGX_ERROR;

    case NGX_CRM_SCAN_WIDE:
        if (c < token->low || c > token->high) {
            return NGX_ERROR;
        }

        token->low = 0x80;
        token->high = 0xbf;

        return ngx_crm_scan_token_go(token, --token->left
                                            ? NGX_CRM_SCAN_WIDE
                                            : NGX_CRM_SCAN_STRING);

    case NGX_CRM_SCAN_PAIR:
        return (c == '\\') ? ngx_crm_scan_token_go(token, NGX_CRM_SCAN_PAIR_U)
                           : NGX_ERROR;

    case NGX_CRM_SCAN_HEX:
        return ngx_crm_scan_token_hex(token, c);

    default:
        break;
    }

    /* behind a backslash; behind a high surrogate's, u alone may stand */

    if (c == 'u') {
        token->left = 4;
        token->unit = 0;
        return ngx_crm_scan_token_go(token, NGX_CRM_SCAN_HEX);
    }

    if (token->paired
        || memchr(ngx_crm_scan_token_letters, c,
                  sizeof(ngx_crm_scan_token_letters) - 1)
           == NULL)
    {
        return NGX_ERROR;
    }

    return ngx_crm_scan_token_go(token, NGX_CRM_SCAN_STRING);
}


static ngx_int_t
ngx_crm_scan_token_hex(ngx_crm_scan_token_t *token, u_char c)
{
    if (c >= '0' && c <= '9') {
        c -= '0';

    } else {
        c |= 0x20;

        if (c < 'a' || c > 'f') {
            return NGX_ERROR;
        }

        c -= 'a' - 10;
    }

    token->unit = token->unit << 4 | c;

    if (--token->left) {
        return NGX_AGAIN;
    }

    if (token->paired) {
        return ((token->unit & 0xfc00) == 0xdc00)
               ? ngx_crm_scan_token_go(token, NGX_CRM_SCAN_STRING)
               : NGX_ERROR;
    }

    if ((token->unit & 0xf800) != 0xd800) {
        return ngx_crm_scan_token_go(token, NGX_CRM_SCAN_STRING);
    }

    token->paired = 1;

    return (token->unit & 0x0400)
           ? NGX_ERROR : ngx_crm_scan_token_go(token, NGX_CRM_SCAN_PAIR);
}


static ngx_int_t
ngx_crm_scan_token_go(ngx_crm_scan_token_t *token, ngx_crm_scan_token_e state)
{
    token->state = state;

    return NGX_AGAIN;
}


static ngx_int_t
ngx_crm_scan_token_word(ngx_crm_scan_token_t *token, u_char c)
{
    if (c != (u_char) *token->word++) {
        return NGX_ERROR;
    }

    return *token->word ? NGX_AGAIN : NGX_OK;
}


/* NGX_CRM_SCAN_NONE: c is no part of the number */

static ngx_crm_scan_token_e
ngx_crm_scan_token_number(ngx_crm_scan_token_e state, u_char c)
{
    ngx_uint_t  i;

    switch (c) {

    case '0':
        i = 0;
        break;

    case '.':
        i = 2;
        break;

    case 'e':
    case 'E':
        i = 3;
        break;

    case '+':
        i = 4;
        break;

    case '-':
        i = 5;
        break;

    default:
        if (c < '1' || c > '9') {
            return NGX_CRM_SCAN_NONE;
        }

        i = 1;
    }

    return ngx_crm_scan_token_numbers[state - NGX_CRM_SCAN_MINUS][i];
}


ngx_uint_t
ngx_crm_scan_token_may_end(const ngx_crm_scan_token_t *token)
{
    return token->state == NGX_CRM_SCAN_ZERO
           || token->state == NGX_CRM_SCAN_WHOLE
           || token->state == NGX_CRM_SCAN_FRACTION
           || token->state == NGX_CRM_SCAN_POWER;
}
