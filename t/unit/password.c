#include <ngx_config.h>
#include <ngx_core.h>

#include <math.h>
#include <time.h>

#include "base/ngx_crm_password.h"
#include "tap.h"


#define TIMED    15                      /* measurements of each */

#define TEN      "0123456789"
#define HUNDRED  TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

#define DOTS16    "................"
#define DOTS22    DOTS16 "......"
#define DOTS31    DOTS22 "........."
#define DOTS43    DOTS22 DOTS16 "....."
#define DOTS86    DOTS43 DOTS43
#define AS22      "AAAAAAAAAAAAAAAAAAAAAA"
#define AS43      "AAAAAAAAAAAAAAAAAAAAA" AS22

#define YESCRYPT  "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$"                           \
                  "zwtVrjrUCmXcyLTs6oxLTQlzifSUkF8RHJ./tK5KU79"
#define ARGON2    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"                 \
                  "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"


typedef struct {
    const char  *password;
    const char  *hash;
    const char  *setting;
} hash_t;


/*
 * From the specifications and test suites of the kinds; scrypt's from
 * hashlib.scrypt.
 */

static const hash_t  hashes[] = {
    { "correct horse", YESCRYPT, "$y$j9T$" },
    { "pleaseletmein", "$7$86..../....SodiumChloride$"
      "IRVB58RNY9X7x4tG/6pNWrDpEc6cNRnyItdnk8gRWK6", "$7$86..../...." },
    { "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC."
      "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "$2a$05$" },
    { "U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC."
      "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "$2b$05$" },
    { "\xc3\xa4", "$2y$04$abcdefghijklmnopqrstuu"
      "c1pqO32Jjm3MjkBXEuJk7AAzEdrKrQ.", "$2y$04$" },
    { "Hello world!", "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl"
      "/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1", "$6$" },
    { "Hello world!", "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu"
      "8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3Rn"
      "Oaw5v.", "$6$rounds=10000$" },
    { "password", ARGON2, "$argon2id$v=19$m=256,t=2,p=1$" },
    { NULL, NULL, NULL }
};


/* of a kind that is not ours, out of bounds, or none at all */

static const char  *refused[] = {
    "", "x", "*0", "!", "plain", "$", "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
    "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8",
    "$2$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    "$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    "$2b$15$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    "$2b$5$CCCCCCCCCCCCCCCCCCCCC.", "$2b$", "$2b$0", "$2b$05",
    "$6$rounds=999$salt$x", "$6$rounds=1000001$salt$x",
    "$6$rounds=99999999999999999999$salt$x", "$6$rounds=05000$salt$x",
    "$6$rounds=5000", "$6$rounds=$salt$x", "$6$rounds=-5000$salt$x",
    "$y$", "$y$j", "$y$j9", "$y$j9T", "$y$j9T.$salt$", "$y$i9T$salt$x",
    "$y$jET$salt$x", "$y$jF6$salt$x", "$y$jzT$salt$x", "$y$j9z.$salt$x",
    "$y$j9z$salt$x",
    "$y$j9T..$salt$x", "$y$j*T$salt$x",
    "$7$", "$7$CU..../...", "$7$FU..../....salt$x", "$7$zU..../....salt$x",
    "$7$CU.....2...salt$x", "$7$C...../....salt$x", "$7$CU.........salt$x",
    "$7$.U..../....salt$x", "$7$CzzzzzzzzzzSalt$x", "$7$C*..../....salt$x",
    "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"
    "iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
    "$argon2d$v=19$m=256,t=2,p=1$c29tZXNhbHQ$AAAA",
    "$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$AAAA",
    "$argon2id$m=256,t=2,p=1$c29tZXNhbHQ$AAAA",
    "$argon2id$v=19$m=262145,t=2,p=1$c29tZXNhbHQ$AAAA",
    "$argon2id$v=19$m=4294967552,t=2,p=1$c29tZXNhbHQ$AAAA",
    "$argon2id$v=19$m=7,t=2,p=1$c29tZXNhbHQ$AAAA",
    "$argon2id$v=19$m=15,t=2,p=2$c29tZXNhbHQ$AAAA",
    "$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$AAAA",
    "$argon2id$v=19$m=256,t=17,p=1$c29tZXNhbHQ$AAAA",
    "$argon2id$v=19$m=256,t=2,p=0$c29tZXNhbHQ$AAAA",
    "$argon2id$v=19$m=256,t=2,p=17$c29tZXNhbHQ$AAAA",
    "$argon2id$v=19$m=0256,t=2,p=1$c29tZXNhbHQ$AAAA",
    "$argon2id$v=19$t=2,m=256,p=1$c29tZXNhbHQ$AAAA",
    "$argon2id$v=19$m=256,t=2,p=1,data=AA$c29tZXNhbHQ$AAAA",
    "$argon2id$v=19$m=256,t=2,p=1", "$argon2id$v=19$m=256", "$argon2id$",
    "$6$" HUNDRED HUNDRED HUNDRED HUNDRED,
    NULL
};


/* what passes the bounds and is broken behind them */

static const struct {
    const char  *hash;
    ngx_int_t    rc;
} broken[] = {
    { "$2b$05$CCCC", NGX_ERROR },
    { "$2b$05$", NGX_ERROR },
    { "$2b$05$CCCCCCCCCCCCCCCCCCCCC.", NGX_DECLINED },
    { "$6$saltstring", NGX_DECLINED },
    { "$6$saltstring$", NGX_DECLINED },
    { "$6$salt:string$x", NGX_ERROR },
    { "$y$j9T$", NGX_DECLINED },
    { "$argon2id$v=19$m=256,t=2,p=1$", NGX_ERROR },
    { "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ", NGX_ERROR },
    { "$argon2id$v=19$m=256,t=2,p=1$c29t$AAAAAA", NGX_ERROR },
    { "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$AAAA=", NGX_ERROR },
    { ARGON2 "$", NGX_ERROR },
    { ARGON2 "A", NGX_DECLINED },
    { YESCRYPT "x", NGX_DECLINED },
    { NULL, 0 }
};


/* the most that is allowed; none of them is computed here */

static const char  *limits[] = {
    "$y$jDT$", "$y$jF5$", "$y$jI.$", "$7$EU..../....", "$7$J/..../....",
    "$2b$14$", "$2b$04$", "$6$rounds=1000$", "$6$rounds=1000000$",
    "$argon2id$v=19$m=262144,t=16,p=16$", "$argon2id$v=19$m=128,t=1,p=16$",
    "$argon2id$v=19$m=8,t=1,p=1$", NULL
};


/* of a cost that is measured well and soon */

static const hash_t  timed[] = {
    { "correct horse", YESCRYPT, "$y$j9T$" },
    { "pleaseletmein", "$7$A6..../....SodiumChloride$"
      "...........................................", "$7$A6..../...." },
    { "U*U", "$2b$07$CCCCCCCCCCCCCCCCCCCCC."
      "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "$2b$07$" },
    { "Hello world!", "$6$rounds=20000$saltstringsaltst$OW1/O6BYHV6BcXZu"
      "8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3Rn"
      "Oaw5v.", "$6$rounds=20000$" },
    { "password", "$argon2id$v=19$m=8192,t=2,p=1$c29tZXNhbHQ$"
      "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
      "$argon2id$v=19$m=8192,t=2,p=1$" },
    { NULL, NULL, NULL }
};


static const struct {
    const char  *setting;
    const char  *decoy;
} decoyed[] = {
    { "$y$j9T$", "$y$j9T$" DOTS22 "$" DOTS43 },
    { "$7$86..../....", "$7$86..../...." DOTS22 "$" DOTS43 },
    { "$2a$05$", "$2a$05$" DOTS22 DOTS31 },
    { "$2b$05$", "$2b$05$" DOTS22 DOTS31 },
    { "$2y$04$", "$2y$04$" DOTS22 DOTS31 },
    { "$6$", "$6$" DOTS16 "$" DOTS86 },
    { "$6$rounds=10000$", "$6$rounds=10000$" DOTS16 "$" DOTS86 },
    { "$argon2id$v=19$m=256,t=2,p=1$",
      "$argon2id$v=19$m=256,t=2,p=1$" AS22 "$" AS43 },
    { NULL, NULL }
};


static void
verified(void)
{
    char           setting[NGX_CRM_SETTING_MAX], *other;
    size_t         n;
    const hash_t  *h;

    for (h = hashes; h->hash; h++) {
        is_int(ngx_crm_password_verify(h->password, h->hash), NGX_OK,
               h->hash);
        is_int(ngx_crm_password_verify("wrong", h->hash), NGX_DECLINED,
               "a wrong password");
        is_int(ngx_crm_password_verify("", h->hash), NGX_DECLINED,
               "an empty one");

        is_int(ngx_crm_password_setting(h->hash, setting), NGX_OK,
               "kind and cost");
        is_str(setting, h->setting, "are these");

        /* the digest's first character in the place of another */

        n = strlen(h->hash);
        other = strdup(h->hash);
        other[n - 20] = (other[n - 20] == 'a') ? 'b' : 'a';
        is_int(ngx_crm_password_verify(h->password, other), NGX_DECLINED,
               "one character changed");
        free(other);
    }
}


static void
refusals(void)
{
    char          setting[NGX_CRM_SETTING_MAX], hash[NGX_CRM_HASH_MAX];
    ngx_uint_t    i;
    const char  **c;

    for (c = refused; *c; c++) {
        is_int(ngx_crm_password_verify("x", *c), NGX_ERROR, *c);
        is_int(ngx_crm_password_setting(*c, setting), NGX_DECLINED,
               "it has no setting");
        is_int(ngx_crm_password_decoy(*c, hash), NGX_ERROR,
               "and no decoy");
    }

    for (i = 0; broken[i].hash; i++) {
        is_int(ngx_crm_password_verify("password", broken[i].hash),
               broken[i].rc, broken[i].hash);
    }

    for (c = limits; *c; c++) {

        if (is_int(ngx_crm_password_setting(*c, setting), NGX_OK, *c)) {
            is_str(setting, *c, "is all of it");
        }
    }
}


static void
hashed(void)
{
    char  one[NGX_CRM_HASH_MAX], two[NGX_CRM_HASH_MAX];
    char  setting[NGX_CRM_SETTING_MAX];
    char  bytes[NGX_CRM_PASSWORD_BYTES + 2];

    memset(bytes, 'x', sizeof(bytes));
    bytes[NGX_CRM_PASSWORD_BYTES] = '\0';

    is_int(ngx_crm_password_hash(bytes, one), NGX_OK, "hashed");
    is_int(ngx_crm_password_verify(bytes, one), NGX_OK, "it fits");
    is_int(strncmp(one, "$y$", 3), 0, "it is yescrypt");
    is_int(ngx_crm_password_is_current(one), 1, "and current");

    is_int(ngx_crm_password_hash(bytes, two), NGX_OK, "hashed again");
    ok(strcmp(one, two) != 0, "the salt is another");

    is_int(ngx_crm_password_setting(one, setting), NGX_OK, "its setting");
    is_int(ngx_crm_password_is_current(setting), 1, "is current");
    is_int(ngx_crm_password_is_current("$y$j8T$F5Jx5fExrKuPp53xLKQ..1$"), 0,
           "a lower cost is not");
    is_int(ngx_crm_password_is_current(hashes[2].hash), 0, "nor is bcrypt");
    is_int(ngx_crm_password_is_current(ARGON2), 0, "nor argon2");
    is_int(ngx_crm_password_is_current("plain"), 0, "nor what is no hash");

    bytes[NGX_CRM_PASSWORD_BYTES] = 'x';
    bytes[NGX_CRM_PASSWORD_BYTES + 1] = '\0';

    is_int(ngx_crm_password_hash(bytes, two), NGX_ERROR,
           "one byte too many is not hashed");
    is_int(ngx_crm_password_verify(bytes, one), NGX_DECLINED,
           "and fits nothing");
    is_int(ngx_crm_password_verify(bytes, ARGON2), NGX_DECLINED,
           "of either library");
}


static double
seconds(const char *password, const char *hash)
{
    struct timespec  from, to;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    is_int(ngx_crm_password_verify(password, hash), NGX_DECLINED,
           "declined after the whole work");
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);

    return (double) (to.tv_sec - from.tv_sec)
           + (double) (to.tv_nsec - from.tv_nsec) / 1e9;
}


static void
decoys(void)
{
    char           hash[NGX_CRM_HASH_MAX], setting[NGX_CRM_SETTING_MAX];
    double         real, decoy, ratio;
    ngx_uint_t     i;
    const hash_t  *h;

    for (i = 0; decoyed[i].setting; i++) {
        is_int(ngx_crm_password_decoy(decoyed[i].setting, hash), NGX_OK,
               decoyed[i].setting);
        is_str(hash, decoyed[i].decoy, "its decoy");
        is_int(ngx_crm_password_verify("password", hash), NGX_DECLINED,
               "fits nobody");
        is_int(ngx_crm_password_setting(hash, setting), NGX_OK,
               "it has a setting");
        is_str(setting, decoyed[i].setting, "the same");
    }

    is_int(ngx_crm_password_decoy(YESCRYPT, hash), NGX_ERROR,
           "a whole hash is no setting");

    for (h = timed; h->hash; h++) {
        is_int(ngx_crm_password_decoy(h->setting, hash), NGX_OK, h->setting);

        /* the least of each: what else the machine does only adds */

        real = decoy = INFINITY;

        for (i = 0; i < TIMED; i++) {
            real = fmin(real, seconds("wrong", h->hash));
            decoy = fmin(decoy, seconds("wrong", hash));
        }

        ratio = decoy / real;

        tap_note("%s real %.1f ms, decoy %.1f ms", h->setting, real * 1e3,
                 decoy * 1e3);

        ok(ratio > 0.85 && ratio < 1.15, "a decoy takes the same time");
    }
}


int
main(void)
{
    verified();
    refusals();
    hashed();
    decoys();

    return done_testing();
}
