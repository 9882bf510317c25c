/* The Test Anything Protocol, for the unit tests; one program each. */

#ifndef _NGX_CRM_TAP_H_INCLUDED_
#define _NGX_CRM_TAP_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


/*
 * Each counts one test, prints its line and, where it fails, the place and
 * both values.  The name says what should be so.  Returns 1 if it passed.
 *
 * is_str compares two NUL-terminated texts, either of which may be NULL;
 * is_mem compares n bytes, and prints them as hex.
 */
#define ok(cond, name)                                                        \
    tap_ok((cond) ? 1 : 0, name, __FILE__, __LINE__)

#define is_int(got, expected, name)                                           \
    tap_int((intmax_t) (got), (intmax_t) (expected), name, __FILE__, __LINE__)

#define is_str(got, expected, name)                                           \
    tap_str((const char *) (got), (const char *) (expected), name,            \
            __FILE__, __LINE__)

#define is_mem(got, expected, n, name)                                        \
    tap_mem(got, expected, n, name, __FILE__, __LINE__)

/* compares an ngx_str_t with a NUL-terminated text */
#define is_text(got, expected, name)                                          \
    tap_text((const char *) (got)->data, (got)->len, expected, name,          \
             __FILE__, __LINE__)


int tap_ok(int passed, const char *name, const char *file, int line);
int tap_int(intmax_t got, intmax_t expected, const char *name,
    const char *file, int line);
int tap_str(const char *got, const char *expected, const char *name,
    const char *file, int line);
int tap_mem(const void *got, const void *expected, size_t n,
    const char *name, const char *file, int line);
int tap_text(const char *got, size_t n, const char *expected,
    const char *name, const char *file, int line);

/* Prints a line that is no test's. */
void tap_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* So many allocations from pools succeed from now on; below 0: all. */
extern long  tap_pool_left;

/* Prints the plan.  Returns the program's exit status. */
int done_testing(void);


#endif /* _NGX_CRM_TAP_H_INCLUDED_ */
