#include "store/ngx_crm_events.h"
#include "store/ngx_crm_record_cache.h"
#include "store/ngx_crm_name.h"
#include "store/ngx_crm_pass_key.h"
#include "store/ngx_crm_revoked.h"
#include "store/ngx_crm_revoked_zone.h"
#include "engine/ngx_crm_redis.h"
#include "base/ngx_crm_text.h"


typedef ngx_int_t (*ngx_crm_events_pt)(ngx_crm_main_conf_t *conf,
    const ngx_str_t *words);


static ngx_uint_t ngx_crm_events_split(const ngx_str_t *event,
    ngx_str_t words[3]);
static ngx_int_t ngx_crm_events_revoke(ngx_crm_main_conf_t *conf,
    const ngx_str_t *words);
static ngx_int_t ngx_crm_events_contact(ngx_crm_main_conf_t *conf,
    const ngx_str_t *words);
static void ngx_crm_events_keep(ngx_crm_main_conf_t *conf,
    const ngx_crm_revocation_t *revocation);
static void ngx_crm_events_sent(void *data, const ngx_crm_reply_t *reply);
static ngx_int_t ngx_crm_events_api_key(ngx_crm_main_conf_t *conf,
    const ngx_str_t *words);
static ngx_int_t ngx_crm_events_client(ngx_crm_main_conf_t *conf,
    const ngx_str_t *words);
static ngx_int_t ngx_crm_events_pass_key(ngx_crm_main_conf_t *conf,
    const ngx_str_t *words);


static const struct {
    ngx_str_t            name;
    ngx_uint_t           words;          /* in all */
    ngx_crm_events_pt    take;
} ngx_crm_events[] = {
    { ngx_string("revoke"), 3, ngx_crm_events_revoke },
    { ngx_string("contact"), 3, ngx_crm_events_contact },
    { ngx_string("apikey"), 2, ngx_crm_events_api_key },
    { ngx_string("client"), 2, ngx_crm_events_client },
    { ngx_string("passkey"), 2, ngx_crm_events_pass_key },
    { ngx_null_string, 0, NULL }
};


ngx_int_t
ngx_crm_events_take(ngx_crm_main_conf_t *conf, const ngx_str_t *event)
{
    ngx_str_t   words[3];
    ngx_uint_t  i, n;

    n = ngx_crm_events_split(event, words);

    for (i = 0; ngx_crm_events[i].take; i++) {
        if (ngx_crm_events[i].words == n
            && ngx_crm_events[i].name.len == words[0].len
            && ngx_memcmp(ngx_crm_events[i].name.data, words[0].data,
                          words[0].len)
               == 0)
        {
            return ngx_crm_events[i].take(conf, words);
        }
    }

    return NGX_ERROR;
}


/* Returns how many words, with one space between them, there are; 0: more. */

static ngx_uint_t
ngx_crm_events_split(const ngx_str_t *event, ngx_str_t words[3])
{
    u_char      *p, *last, *space;
    ngx_uint_t   n;

    p = event->data;
    last = p + event->len;

    for (n = 0; n < 3; n++) {

        space = ngx_strlchr(p, last, ' ');

        words[n].data = p;
        words[n].len = (space ? space : last) - p;

        if (space == NULL) {
            return n + 1;
        }

        p = space + 1;
    }

    return 0;
}


static ngx_int_t
ngx_crm_events_revoke(ngx_crm_main_conf_t *conf, const ngx_str_t *words)
{
    ngx_crm_revocation_t  revocation;

    if (ngx_crm_revocation_read(&revocation, &words[1]) != NGX_OK) {
        return NGX_ERROR;
    }

    revocation.expires = ngx_crm_revocation_expires(&words[2]);

    /* what has no room is remembered as that */

    (void) ngx_crm_revoked_zone_add(conf, &revocation);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_events_contact(ngx_crm_main_conf_t *conf, const ngx_str_t *words)
{
    ngx_uint_t             mode;
    const ngx_str_t       *name;
    ngx_crm_revocation_t   revocation;

    for (mode = NGX_CRM_LIVE; mode <= NGX_CRM_TEST; mode++) {

        name = ngx_crm_name_mode(mode);

        if (name->len == words[1].len
            && ngx_memcmp(name->data, words[1].data, name->len) == 0)
        {
            break;
        }
    }

    if (mode > NGX_CRM_TEST || !ngx_crm_text_is_id(&words[2])) {
        return NGX_ERROR;
    }

    ngx_memzero(&revocation, sizeof(ngx_crm_revocation_t));

    revocation.contact = 1;
    revocation.event = 1;
    revocation.mode = mode;
    revocation.whose = words[2];
    revocation.issued = ngx_time();
    revocation.expires = ngx_crm_revoked_end(conf, &revocation);

    /* of a machine's workers, the first to hear of it keeps it for others */

    if (ngx_crm_revoked_zone_add(conf, &revocation) != NGX_DECLINED) {
        ngx_crm_events_keep(conf, &revocation);
    }

    return NGX_OK;
}


/*
 * For edges that do not hear it: they find it when they load; and those whose
 * clocks are behind refuse what this one has issued.  In the order of a
 * sign-out, and repeatable: who hears it on other machines does the same.
 */

static void
ngx_crm_events_keep(ngx_crm_main_conf_t *conf,
    const ngx_crm_revocation_t *revocation)
{
    u_char     sessions[NGX_CRM_REVOCATION_SIZE];
    ngx_str_t  end[2];

    ngx_str_set(&end[0], "DEL");
    end[1].data = sessions;
    end[1].len = ngx_sprintf(sessions, "crm:%V:sessions:{%V}",
                             ngx_crm_name_mode(revocation->mode),
                             &revocation->whose)
                 - sessions;

    if (ngx_crm_revoked_send(conf, revocation) != NGX_OK
        || ngx_crm_redis_send(conf->redis, 2, end, ngx_crm_events_sent, NULL)
           != NGX_OK)
    {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "crm: the end of a contact's sessions is not told to "
                      "Redis");
    }
}


/* the link has told of errors; this machine refuses the tokens already */

static void
ngx_crm_events_sent(void *data, const ngx_crm_reply_t *reply)
{
}


static ngx_int_t
ngx_crm_events_api_key(ngx_crm_main_conf_t *conf, const ngx_str_t *words)
{
    u_char  digest[NGX_CRM_SHA256_LEN];

    if (words[1].len != 2 * NGX_CRM_SHA256_LEN
        || ngx_crm_text_unhex(digest, words[1].data, NGX_CRM_SHA256_LEN)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_crm_record_cache_drop(digest);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_events_client(ngx_crm_main_conf_t *conf, const ngx_str_t *words)
{
    u_char  digest[NGX_CRM_SHA256_LEN];

    if (ngx_crm_record_cache_client(digest, &words[1]) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_crm_record_cache_drop(digest);

    return NGX_OK;
}


static ngx_int_t
ngx_crm_events_pass_key(ngx_crm_main_conf_t *conf, const ngx_str_t *words)
{
    return ngx_crm_pass_key_forget(&words[1]);
}
