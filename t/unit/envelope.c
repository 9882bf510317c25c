/* The cases of t/envelopes: an answer, and what each client's API makes it. */

#include "ngx_crm.h"

#include "apis.h"
#include "tap.h"


typedef struct {
    char         *name;        /* of the case */
    char         *mark;        /* "<<< dmt 200" */
    char         *body;
} envelope_part_t;


static void envelope_file(const char *name);
static char *envelope_read(const char *name);
static char *envelope_part(char *p, envelope_part_t *part);
static void envelope_check(const envelope_part_t *from,
    const envelope_part_t *to);
static ngx_uint_t envelope_words(const char *mark, ngx_uint_t *status);


static ngx_uint_t  envelope_pairs[APIS][APIS][2];


int
main(void)
{
    char        name[64];
    ngx_uint_t  i, j;

    apis_init();

    for (i = 0; i < APIS; i++) {
        envelope_file((char *) apis[i]->name.data);
    }

    for (i = 0; i < APIS; i++) {
        for (j = 0; j < APIS; j++) {
            snprintf(name, sizeof(name), "%s to %s: both outcomes",
                     (char *) apis[i]->name.data,
                     (char *) apis[j]->name.data);

            ok(envelope_pairs[i][j][0] && envelope_pairs[i][j][1], name);
        }
    }

    ngx_destroy_pool(apis_pool);

    return done_testing();
}


static void
envelope_file(const char *name)
{
    char             *text, *p;
    envelope_part_t   part, from;

    text = envelope_read(name);

    if (!ok(text != NULL, name)) {
        return;
    }

    ngx_memzero(&part, sizeof(part));
    ngx_memzero(&from, sizeof(from));

    for (p = text; (p = envelope_part(p, &part)) != NULL; ) {

        if (*part.mark == '<') {
            from = part;
            continue;
        }

        envelope_check(&from, &part);
    }

    free(text);
}


static char *
envelope_read(const char *name)
{
    FILE    *f;
    char     path[256], *text;
    size_t   n;

    snprintf(path, sizeof(path), "%.*s../envelopes/%s.txt",
             (int) (strrchr(__FILE__, '/') + 1 - __FILE__), __FILE__, name);

    f = fopen(path, "r");
    if (f == NULL) {
        tap_note("%s cannot be read", path);
        return NULL;
    }

    text = malloc(1 << 16);
    n = fread(text, 1, (1 << 16) - 1, f);
    text[n] = '\0';

    fclose(f);

    return text;
}


/* the next <<< or >>>; lines before it may begin a case */

static char *
envelope_part(char *p, envelope_part_t *part)
{
    char  *line, *end;

    for ( ;; ) {
        line = p;
        end = strchr(line, '\n');

        if (end == NULL) {
            return NULL;
        }

        p = end + 1;

        if (strncmp(line, "=== ", 4) == 0) {
            *end = '\0';
            part->name = line + 4;
        }

        if (strncmp(line, "<<< ", 4) == 0 || strncmp(line, ">>> ", 4) == 0) {
            break;
        }
    }

    *end = '\0';
    part->mark = line;
    part->body = p;

    while (*p && strncmp(p, "=== ", 4) != 0 && strncmp(p, "<<< ", 4) != 0
           && strncmp(p, ">>> ", 4) != 0)
    {
        p = strchr(p, '\n') + 1;
    }

    /* its own last byte gives way to the end of the text before */

    for (end = p; end > part->body && end[-1] == '\n'; end--) {
        end[-1] = '\0';
    }

    return p;
}


static void
envelope_check(const envelope_part_t *from, const envelope_part_t *to)
{
    char                name[256];
    ngx_str_t           body, sealed;
    ngx_int_t           rc;
    ngx_uint_t          i, j, status, expected;
    ngx_crm_message_t   message;

    snprintf(name, sizeof(name), "%s: %s %s", from->name, from->mark,
             to->mark);

    i = envelope_words(from->mark, &status);
    j = envelope_words(to->mark, &expected);

    body = apis_copy(from->body, strlen(from->body));

    rc = ngx_crm_envelope_open(apis_dialects[i], status, &body, &message);

    if (j == APIS) {
        is_int(rc, NGX_DECLINED, name);
        return;
    }

    if (!is_int(rc, NGX_OK, name)) {
        return;
    }

    sealed = apis_sealed(j, &message, &status);

    is_int(status, expected, name);
    is_text(&sealed, to->body, name);

    envelope_pairs[i][j][message.ok]++;
}


/* the dialect's index of "<<< dmt 200"; APIS: it names none */

static ngx_uint_t
envelope_words(const char *mark, ngx_uint_t *status)
{
    char        name[16];
    ngx_uint_t  i;

    name[0] = '\0';
    *status = 0;

    sscanf(mark + 4, "%15s %zu", name, (size_t *) status);

    for (i = 0; i < APIS; i++) {
        if (strcmp(name, (char *) apis[i]->name.data) == 0) {
            break;
        }
    }

    return i;
}
