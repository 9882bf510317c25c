#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/rand.h>
#include <sys/wait.h>

#include "base/ngx_crm_random.h"
#include "tap.h"


#define WORDS   5000     /* of 4 bytes, over several pages */


#define FACES   200
#define DRAWS   20000

/*
 * chi-squared of 199 degrees has mean 199 and deviation 20: an even draw
 * exceeds this once in 10^17 runs, a byte modulo 200 makes about 5000
 */
#define UNEVEN  400


/* a source that counts, so that what comes twice is seen */

static int  source_fails;
static int  source_asked;


static int
source_bytes(unsigned char *buf, int n)
{
    static uint32_t  word;

    source_asked++;

    if (source_fails) {
        return 0;
    }

    for ( /* void */ ; n >= 4; n -= 4, buf += 4) {
        word++;
        memcpy(buf, &word, 4);
    }

    return 1;
}


static const RAND_METHOD  source = { .bytes = source_bytes };


static void
bytes(void)
{
    u_char  a[32], b[32], guard[34];

    is_int(ngx_crm_random_bytes(a, sizeof(a)), NGX_OK, "drawn");
    is_int(ngx_crm_random_bytes(b, sizeof(b)), NGX_OK, "drawn again");
    ok(memcmp(a, b, sizeof(a)) != 0, "not the same twice");

    memset(guard, '!', sizeof(guard));
    is_int(ngx_crm_random_bytes(guard + 1, 32), NGX_OK, "drawn");
    is_int(guard[0], '!', "nothing before");
    is_int(guard[33], '!', "and nothing behind is touched");
}


/* draws of all lengths that end anywhere in a page, and over its end */

static void
once(void)
{
    size_t       i, n;
    uint32_t     words[64];
    ngx_uint_t   twice, drawn;

    static u_char  page[8192], seen[4 * WORDS];

    RAND_set_rand_method(&source);

    /* more than a page: what is left of an earlier one goes */

    is_int(ngx_crm_random_bytes(page, sizeof(page)), NGX_OK, "drawn");

    source_asked = 0;
    twice = 0;

    for (drawn = 0, n = 1; drawn < WORDS; drawn += n, n = n % 64 + 1) {

        if (ngx_crm_random_bytes((u_char *) words, 4 * n) != NGX_OK) {
            break;
        }

        for (i = 0; i < n; i++) {
            twice += words[i] >= sizeof(seen) || seen[words[i]]++;
        }
    }

    ok(drawn >= WORDS, "drawn");
    is_int(twice, 0, "no byte is given out twice");
    ok(source_asked > 1 && source_asked < 10, "a page is drawn at a time");
}


/* once what is left is spent, no byte is made up */

static void
failing(void)
{
    ngx_int_t   rc;
    u_char      buf[8192];
    ngx_uint_t  n;

    source_fails = 1;

    for (n = 0; n < 10000; n++) {
        rc = ngx_crm_random_bytes(buf, 16);
        if (rc != NGX_OK) {
            break;
        }
    }

    is_int(rc, NGX_ERROR, "a source that fails is an error");
    ok(n < 256, "after what was drawn before");
    is_int(ngx_crm_random_bytes(buf, 4), NGX_ERROR, "also for fewer bytes");
    is_int(ngx_crm_random_bytes(buf, sizeof(buf)), NGX_ERROR, "or for more");

    source_fails = 0;

    is_int(ngx_crm_random_bytes(buf, 16), NGX_OK, "until it works again");
    is_int(ngx_crm_random_bytes(buf, sizeof(buf)), NGX_OK,
           "more than a page is drawn by itself");

    RAND_set_rand_method(NULL);
}


/* the parent has drawn a page, and its children do not find it */

static void
forks(void)
{
    int         fd[2];
    pid_t       pid;
    u_char      got[3][32];
    ngx_uint_t  i;

    is_int(ngx_crm_random_bytes(got[2], 32), NGX_OK, "drawn");

    for (i = 0; i < 2; i++) {

        /* under valgrind, a child's end writes what is still unwritten */
        fflush(stdout);

        if (pipe(fd) == -1 || (pid = fork()) == -1) {
            ok(0, "forked");
            return;
        }

        if (pid == 0) {
            _exit(ngx_crm_random_bytes(got[i], 32) != NGX_OK
                  || write(fd[1], got[i], 32) != 32);
        }

        is_int(read(fd[0], got[i], 32), 32, "a child has drawn");

        (void) waitpid(pid, NULL, 0);
        close(fd[0]);
        close(fd[1]);
    }

    is_int(ngx_crm_random_bytes(got[2], 32), NGX_OK, "and so has its parent");

    ok(memcmp(got[0], got[1], 32) != 0, "two children: not the same");
    ok(memcmp(got[0], got[2], 32) != 0, "nor the first and its parent");
    ok(memcmp(got[1], got[2], 32) != 0, "nor the second and its parent");
}


static void
lengths(void)
{
    size_t      n;
    u_char      buf[202];
    ngx_str_t   alphabet = ngx_string("x");
    ngx_uint_t  wrong;

    for (n = 0, wrong = 0; n < 200; n++) {
        memset(buf, '!', sizeof(buf));

        if (ngx_crm_random_code(buf + 1, n, &alphabet) != NGX_OK
            || buf[0] != '!' || buf[n + 1] != '!'
            || (n && (buf[1] != 'x' || buf[n] != 'x')))
        {
            wrong++;
        }
    }

    is_int(wrong, 0, "n characters, no more and no fewer");

    alphabet.len = 0;
    is_int(ngx_crm_random_code(buf, 1, &alphabet), NGX_ERROR,
           "there is none of an empty alphabet");

    alphabet.len = 257;
    is_int(ngx_crm_random_code(buf, 1, &alphabet), NGX_ERROR,
           "nor of one of 257 characters");
}


static void
even(void)
{
    u_char     *buf, faces[FACES];
    double      chi, d;
    ngx_str_t   alphabet;
    ngx_uint_t  i, seen[256];

    for (i = 0; i < FACES; i++) {
        faces[i] = (u_char) (255 - i);
    }

    alphabet.data = faces;
    alphabet.len = FACES;

    memset(seen, 0, sizeof(seen));
    buf = malloc(DRAWS);

    is_int(ngx_crm_random_code(buf, DRAWS, &alphabet), NGX_OK, "drawn");

    for (i = 0; i < DRAWS; i++) {
        seen[buf[i]]++;
    }

    free(buf);

    for (i = 0, chi = 0; i < FACES; i++) {
        d = (double) seen[255 - i] - DRAWS / FACES;
        chi += d * d / (DRAWS / FACES);
    }

    tap_note("chi-squared %.0f", chi);

    ok(chi < UNEVEN, "no character is favoured");
    ok(chi > 60, "and they are not dealt out in turn");

    for (i = 0, d = 0; i < 256 - FACES; i++) {
        d += (double) seen[i];
    }

    is_int(d, 0, "none is from outside the alphabet");
}


int
main(void)
{
    bytes();
    once();
    failing();
    forks();
    lengths();
    even();

    return done_testing();
}
