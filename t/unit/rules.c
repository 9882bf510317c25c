/* Days of the calendar, and base64 that is measured within JSON. */

#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_base64.h"
#include "base/ngx_crm_date.h"
#include "tap.h"


typedef struct {
    const char  *text;
    int          size;         /* -1: it is none */
} base64_t;


static const char  *days[] = {
    "01-01-0001", "31-12-9999", "29-02-2024", "29-02-2000", "30-04-2021",
    "31-01-2021", "28-02-1900", NULL
};

static const char  *no_days[] = {
    "", "00-01-2021", "01-00-2021", "01-13-2021", "01-01-0000", "32-01-2021",
    "31-04-2021", "29-02-1900", "29-02-2023", "30-02-2024", "1-01-20211",
    "01-01-202", "01-01-20210", "01/01/2021", "0a-01-2021", "01-01-2 21",
    "2021-01-01", NULL
};

/* RFC 4648 section 10, and what it tells to refuse */
static const base64_t  encodings[] = {
    { "\"\"", 0 },
    { "\"Zg==\"", 1 },
    { "\"Zm8=\"", 2 },
    { "\"Zm9v\"", 3 },
    { "\"Zm9vYg==\"", 4 },
    { "\"+/+/\"", 3 },
    { "\"\\/\\u002b9v\"", 3 },
    { "\"Z\"", -1 },
    { "\"Zg\"", -1 },
    { "\"Zg=\"", -1 },
    { "\"Zh==\"", -1 },
    { "\"Zm9=\"", -1 },
    { "\"Z===\"", -1 },
    { "\"====\"", -1 },
    { "\"Zg==Zg==\"", -1 },
    { "\"Zm9v\\n\"", -1 },
    { "\"Zm-_\"", -1 },
    { "\"Zm 9\"", -1 },
    { "\"\\u015am9v\"", -1 },
    { NULL, 0 }
};


static ngx_str_t
text_of(const char *s)
{
    ngx_str_t  text;

    text.data = (u_char *) s;
    text.len = strlen(s);

    return text;
}


int
main(void)
{
    ngx_str_t        text;
    const char     **day;
    ngx_crm_span_t   span;
    const base64_t  *e;

    for (day = days; *day; day++) {
        text = text_of(*day);
        ok(ngx_crm_date_is(&text, "DD-MM-YYYY"), *day);
    }

    for (day = no_days; *day; day++) {
        text = text_of(*day);
        ok(!ngx_crm_date_is(&text, "DD-MM-YYYY"), *day);
    }

    text = text_of("2024-02-29");
    ok(ngx_crm_date_is(&text, "YYYY-MM-DD"), "another form");

    for (e = encodings; e->text; e++) {
        span.data = (u_char *) e->text;
        span.len = strlen(e->text);

        is_int(ngx_crm_base64_size(&span), e->size, e->text);
    }

    return done_testing();
}
