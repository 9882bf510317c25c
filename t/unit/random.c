#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_random.h"
#include "tap.h"


#define FACES   200
#define DRAWS   20000

/*
 * chi-squared of 199 degrees has mean 199 and deviation 20: an even draw
 * exceeds this once in 10^17 runs, a byte modulo 200 makes about 5000
 */
#define UNEVEN  400


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
    lengths();
    even();

    return done_testing();
}
