/*
 * libFuzzer: events of crm:events, a line each, and what the zone then knows.
 */

#include "fuzz.h"
#include "store/ngx_crm_events.h"
#include "store/ngx_crm_revocation.h"
#include "store/ngx_crm_revoked_zone.h"


static void events_one(const ngx_str_t *event);
static void events_revoked(const ngx_str_t *name, const ngx_str_t *end,
    ngx_int_t rc);
static void events_spelling(const ngx_str_t *name, const ngx_str_t *written,
    ngx_uint_t contact);
static void events_expires(const ngx_str_t *text, time_t expires);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t  text, line, event;

    fuzz_begin(ngx_crm_apis[0]);
    fuzz_make_zone();

    text.data = (u_char *) data;
    text.len = size;

    while (text.len) {
        line = fuzz_line(&text);
        event = fuzz_copy(line.data, line.len);

        events_one(&event);
    }

    fuzz_end();

    return 0;
}


static void
events_one(const ngx_str_t *event)
{
    u_char     *space;
    ngx_int_t   rc;
    ngx_str_t   name, end;

    static const ngx_str_t  revoke = ngx_string("revoke ");

    rc = ngx_crm_events_take(&fuzz_main, event);
    fuzz_check(rc == NGX_OK || rc == NGX_ERROR);

    if (event->len < revoke.len
        || memcmp(event->data, revoke.data, revoke.len) != 0)
    {
        return;
    }

    name.data = event->data + revoke.len;
    name.len = event->len - revoke.len;

    space = ngx_strlchr(name.data, name.data + name.len, ' ');

    if (space == NULL) {
        fuzz_check(rc == NGX_ERROR);
        return;
    }

    end.data = space + 1;
    end.len = name.data + name.len - end.data;
    name.len = space - name.data;

    if (ngx_strlchr(end.data, end.data + end.len, ' ')) {
        fuzz_check(rc == NGX_ERROR);
        return;
    }

    events_revoked(&name, &end, rc);
}


/* one that was taken and has not expired is found, and spelled in one way */

static void
events_revoked(const ngx_str_t *name, const ngx_str_t *end, ngx_int_t rc)
{
    u_char                *buf;
    time_t                 issued;
    ngx_int_t              found;
    ngx_str_t              text;
    ngx_crm_revocation_t   revocation, again;

    fuzz_check((ngx_crm_revocation_read(&revocation, name) == NGX_OK)
               == (rc == NGX_OK));

    if (rc != NGX_OK) {
        return;
    }

    revocation.expires = ngx_crm_revocation_expires(end);
    events_expires(end, revocation.expires);

    buf = ngx_pnalloc(fuzz.pool, NGX_CRM_REVOCATION_SIZE);

    text.data = buf;
    text.len = ngx_crm_revocation_write(buf, &revocation) - buf;

    events_spelling(name, &text, revocation.contact);

    fuzz_check(ngx_crm_revocation_read(&again, &text) == NGX_OK);
    fuzz_check(again.contact == revocation.contact
               && again.mode == revocation.mode
               && again.issued == revocation.issued
               && fuzz_same(&again.whose, &revocation.whose));

    found = ngx_crm_revoked_zone_find(&revocation, &issued);

    /* the zone is small: of what found no room it knows that much */

    fuzz_check(found == NGX_OK || found == NGX_DECLINED);
    fuzz_check(found == NGX_OK || revocation.expires <= FUZZ_NOW
               || ngx_crm_revoked_zone_add(&fuzz_main, &revocation)
                  == NGX_ERROR);
    fuzz_check(found != NGX_OK || !revocation.contact
               || revocation.expires < FUZZ_NOW
               || issued >= revocation.issued);
}


/* the same, but for a session's "s:" and a time's leading zeros */

static void
events_spelling(const ngx_str_t *name, const ngx_str_t *written,
    ngx_uint_t contact)
{
    size_t     i;
    ngx_str_t  rest;

    rest = *written;

    if (contact) {
        i = 0;

        while (i < name->len && i < rest.len && name->data[i] == rest.data[i])
        {
            i++;
        }

        rest.data += i;
        rest.len -= i;

        for ( /* void */ ; i < name->len && name->data[i] == '0'; i++) {
            fuzz_check(name->data[i - 1] == ':' || name->data[i - 1] == '0');
        }

        fuzz_check(name->len - i == rest.len
                   && memcmp(name->data + i, rest.data, rest.len) == 0);
        return;
    }

    if (!fuzz_same(name, &rest)) {
        fuzz_check(rest.len > 2 && memcmp(rest.data, "s:", 2) == 0);

        rest.data += 2;
        rest.len -= 2;

        fuzz_check(fuzz_same(name, &rest));
    }
}


/* never sooner than it says */

static void
events_expires(const ngx_str_t *text, time_t expires)
{
    size_t   i, n;
    double   t;
    char     copy[32];

    n = 0;

    for (i = 0; i < text->len; i++) {
        n += (text->data[i] >= '0' && text->data[i] <= '9')
             || text->data[i] == '.';
    }

    if (n != text->len || n == 0 || n > 15) {
        return;
    }

    ngx_memcpy(copy, text->data, n);
    copy[n] = '\0';

    t = strtod(copy, NULL);

    fuzz_check((double) expires >= t);
    fuzz_check((double) expires <= t + 1 || text->data[0] == '.');
}
