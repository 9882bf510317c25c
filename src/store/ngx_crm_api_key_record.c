#include "store/ngx_crm_api_key_record.h"
#include "store/ngx_crm_name.h"
#include "engine/ngx_crm_reply.h"
#include "base/ngx_crm_digest.h"
#include "base/ngx_crm_text.h"


typedef enum {
    NGX_CRM_API_KEY_RECORD_APP = 0, NGX_CRM_API_KEY_RECORD_MODE,
    NGX_CRM_API_KEY_RECORD_APIS, NGX_CRM_API_KEY_RECORD_STATE,
    NGX_CRM_API_KEY_RECORD_SECRET, NGX_CRM_API_KEY_RECORD_CIPHER,
    NGX_CRM_API_KEY_RECORD_HEADER_KEY, NGX_CRM_API_KEY_RECORD_PAYLOAD_KEY,
    NGX_CRM_API_KEY_RECORD_MAC_KEY, NGX_CRM_API_KEY_RECORD_N
} ngx_crm_api_key_record_e;


static ngx_int_t ngx_crm_api_key_record_parse(const ngx_crm_reply_t *reply,
    const ngx_str_t *name, ngx_uint_t n, ngx_crm_record_t *record);
static const char *ngx_crm_api_key_record_fill(ngx_str_t *texts,
    ngx_uint_t client, ngx_crm_record_t *record);
static const char *ngx_crm_api_key_record_keys(const ngx_str_t *texts,
    ngx_crm_record_t *record);
static ngx_int_t ngx_crm_api_key_record_cipher(const ngx_str_t *text,
    ngx_uint_t mac, ngx_crm_cipher_e *cipher);
static ngx_uint_t ngx_crm_api_key_record_is(const ngx_str_t *text,
    const char *word);
static ngx_int_t ngx_crm_api_key_record_mode(const ngx_str_t *text,
    ngx_crm_mode_e *mode);
static ngx_uint_t ngx_crm_api_key_record_apis(const ngx_str_t *list);
static ngx_uint_t ngx_crm_api_key_record_api(u_char *name, size_t len);


ngx_int_t
ngx_crm_api_key_record_read(const ngx_crm_reply_t *reply,
    const ngx_str_t *name, ngx_crm_record_t *record)
{
    return ngx_crm_api_key_record_parse(reply, name,
                                        NGX_CRM_API_KEY_RECORD_SECRET,
                                        record);
}


ngx_int_t
ngx_crm_api_key_record_client(const ngx_crm_reply_t *reply,
    const ngx_str_t *name, ngx_crm_record_t *record)
{
    return ngx_crm_api_key_record_parse(reply, name, NGX_CRM_API_KEY_RECORD_N,
                                        record);
}


static ngx_int_t
ngx_crm_api_key_record_parse(const ngx_crm_reply_t *reply,
    const ngx_str_t *name, ngx_uint_t n, ngx_crm_record_t *record)
{
    ngx_int_t    found;
    ngx_str_t    texts[NGX_CRM_API_KEY_RECORD_N];
    const char  *wrong;

    ngx_memzero(record, sizeof(ngx_crm_record_t));
    ngx_memzero(texts, sizeof(texts));        /* n may be less */

    found = ngx_crm_reply_texts(reply, texts, n);

    if (found == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (!found
        || ngx_crm_api_key_record_is(&texts[NGX_CRM_API_KEY_RECORD_STATE],
                                     "disabled"))
    {
        return NGX_OK;
    }

    wrong = ngx_crm_api_key_record_fill(texts, n == NGX_CRM_API_KEY_RECORD_N,
                                        record);

    if (wrong) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "crm: \"%V\" is refused, its \"%s\" is missing or "
                      "wrong", name, wrong);
        return NGX_OK;
    }

    record->known = 1;

    return NGX_OK;
}


/* Returns NULL, or the name of a member that is missing or wrong. */

static const char *
ngx_crm_api_key_record_fill(ngx_str_t *texts, ngx_uint_t client,
    ngx_crm_record_t *record)
{
    ngx_str_t  *app, *apis, *secret;

    app = &texts[NGX_CRM_API_KEY_RECORD_APP];
    secret = client ? &texts[NGX_CRM_API_KEY_RECORD_SECRET] : NULL;
    apis = &texts[NGX_CRM_API_KEY_RECORD_APIS];

    if (!ngx_crm_api_key_record_is(&texts[NGX_CRM_API_KEY_RECORD_STATE],
                                   "active"))
    {
        return "state";
    }

    if (secret && secret->len != 2 * NGX_CRM_SHA256_LEN) {
        return "secret";
    }

    if (ngx_crm_record_pack(record, app, secret, NULL) != NGX_OK) {
        return "app";
    }

    if (ngx_crm_api_key_record_mode(&texts[NGX_CRM_API_KEY_RECORD_MODE],
                                    &record->mode)
        != NGX_OK)
    {
        return "mode";
    }

    if (client && apis->len == 0) {
        ngx_str_set(apis, "*");
    }

    if (apis->len == 0) {
        return "apis";
    }

    record->apis = ngx_crm_api_key_record_apis(apis);

    return client ? ngx_crm_api_key_record_keys(texts, record) : NULL;
}


/* a client without keys does not encrypt; one with half of them is broken */

static const char *
ngx_crm_api_key_record_keys(const ngx_str_t *texts,
    ngx_crm_record_t *record)
{
    u_char             keys[NGX_CRM_RECORD_KEYS], *p;
    ngx_uint_t         i, mac;
    const ngx_str_t   *text;
    ngx_crm_cipher_e   cipher;

    static const char  *const names[] = {
        "header_key", "payload_key", "mac_key"
    };

    if (texts[NGX_CRM_API_KEY_RECORD_HEADER_KEY].len == 0
        && texts[NGX_CRM_API_KEY_RECORD_PAYLOAD_KEY].len == 0)
    {
        return NULL;
    }

    ngx_memzero(keys, sizeof(keys));

    mac = (texts[NGX_CRM_API_KEY_RECORD_MAC_KEY].len != 0);

    for (i = 0; i < 2 + mac; i++) {
        text = &texts[NGX_CRM_API_KEY_RECORD_HEADER_KEY + i];
        p = keys + i * NGX_CRM_CIPHER_WRAPPED;

        if (text->len != 2 * NGX_CRM_CIPHER_WRAPPED
            || ngx_crm_text_unhex(p, text->data, NGX_CRM_CIPHER_WRAPPED)
               != NGX_OK)
        {
            return names[i];
        }
    }

    if (ngx_crm_api_key_record_cipher(&texts[NGX_CRM_API_KEY_RECORD_CIPHER],
                                      mac, &cipher)
        != NGX_OK)
    {
        return "cipher";
    }

    if (cipher == NGX_CRM_CIPHER_NONE) {
        return "mac_key";
    }

    record->cipher = cipher;
    ngx_crm_record_keep(record, keys);

    return NULL;
}


/* NGX_CRM_CIPHER_NONE: it wants a mac_key */

static ngx_int_t
ngx_crm_api_key_record_cipher(const ngx_str_t *text, ngx_uint_t mac,
    ngx_crm_cipher_e *cipher)
{
    ngx_uint_t  i;

    static const struct {
        const char        *name;
        ngx_crm_cipher_e   bare;
        ngx_crm_cipher_e   authenticated;
    } ciphers[] = {
        { "gcm", NGX_CRM_CIPHER_GCM, NGX_CRM_CIPHER_GCM },
        { "", NGX_CRM_CIPHER_GCM, NGX_CRM_CIPHER_GCM },
        { "cbc", NGX_CRM_CIPHER_NONE, NGX_CRM_CIPHER_CBC_HMAC },
        { "cbc-unauthenticated", NGX_CRM_CIPHER_CBC,
          NGX_CRM_CIPHER_CBC_HMAC },
        { NULL, 0, 0 }
    };

    for (i = 0; ciphers[i].name; i++) {
        if (ngx_crm_api_key_record_is(text, ciphers[i].name)) {
            *cipher = mac ? ciphers[i].authenticated : ciphers[i].bare;
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


static ngx_uint_t
ngx_crm_api_key_record_is(const ngx_str_t *text, const char *word)
{
    size_t  len;

    len = ngx_strlen(word);

    return text->len == len
           && (len == 0 || ngx_memcmp(text->data, word, len) == 0);
}


static ngx_int_t
ngx_crm_api_key_record_mode(const ngx_str_t *text, ngx_crm_mode_e *mode)
{
    const ngx_str_t  *name;

    for (*mode = NGX_CRM_LIVE; *mode <= NGX_CRM_TEST; (*mode)++) {
        name = ngx_crm_name_mode(*mode);

        if (text->len == name->len
            && ngx_memcmp(text->data, name->data, name->len) == 0)
        {
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


static ngx_uint_t
ngx_crm_api_key_record_apis(const ngx_str_t *list)
{
    u_char      *p, *end, *last;
    ngx_uint_t   bits;

    if (ngx_crm_api_key_record_is(list, "*")) {
        return ~(ngx_uint_t) 0;
    }

    bits = 0;
    last = list->data + list->len;

    for (p = list->data; p < last; p = end + 1) {
        end = ngx_strlchr(p, last, ',');

        if (end == NULL) {
            end = last;
        }

        bits |= ngx_crm_api_key_record_api(p, end - p);
    }

    return bits;
}


/* A name that this edge does not serve is another edge's, and no error. */

static ngx_uint_t
ngx_crm_api_key_record_api(u_char *name, size_t len)
{
    ngx_uint_t  i;

    for (i = 0; ngx_crm_apis[i]; i++) {
        if (len == ngx_crm_apis[i]->name.len
            && ngx_memcmp(name, ngx_crm_apis[i]->name.data, len) == 0)
        {
            return ngx_crm_apis[i]->bit;
        }
    }

    return 0;
}
