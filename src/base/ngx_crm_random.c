/*
 * RAND_bytes(3) costs a getpid(2) and some 6,000 instructions, be it asked
 * for 16 bytes or for a page of them.  So a page is drawn at a time, of which
 * each byte is given out once and then wiped.
 */

#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/rand.h>

#include "base/ngx_crm_random.h"


#define NGX_CRM_RANDOM_BATCH  64     /* bytes drawn at a time for a code */
#define NGX_CRM_RANDOM_PAGE   4096


/* a page of memory, which is all zeroes in the child of a fork */
typedef struct {
    size_t       left;               /* bytes, the first of them */
    ngx_uint_t   guarded;            /* such a page it is */
    u_char       bytes[NGX_CRM_RANDOM_PAGE - sizeof(size_t)
                       - sizeof(ngx_uint_t)];
} ngx_crm_random_page_t;


static ngx_int_t ngx_crm_random_fill(ngx_crm_random_page_t *page);


static ngx_crm_random_page_t  ngx_crm_random_page
    __attribute__((aligned(NGX_CRM_RANDOM_PAGE)));


ngx_int_t
ngx_crm_random_bytes(u_char *dst, size_t n)
{
    u_char                 *p;
    ngx_crm_random_page_t  *page;

    page = &ngx_crm_random_page;

    if (page->left < n && ngx_crm_random_fill(page) != NGX_OK) {
        return NGX_ERROR;
    }

    if (page->left < n) {
        return (n <= NGX_MAX_INT32_VALUE && RAND_bytes(dst, (int) n) == 1)
               ? NGX_OK : NGX_ERROR;
    }

    page->left -= n;
    p = page->bytes + page->left;

    ngx_memcpy(dst, p, n);
    ngx_explicit_memzero(p, n);

    return NGX_OK;
}


/* leaves the page empty where a child would find in it what its parent has */

static ngx_int_t
ngx_crm_random_fill(ngx_crm_random_page_t *page)
{
    page->left = 0;

#ifdef MADV_WIPEONFORK

    if (!page->guarded) {
        page->guarded = (madvise(page, sizeof(ngx_crm_random_page_t),
                                 MADV_WIPEONFORK) == 0);
    }

#endif

    if (!page->guarded) {
        return NGX_OK;
    }

    if (RAND_bytes(page->bytes, sizeof(page->bytes)) != 1) {
        return NGX_ERROR;
    }

    page->left = sizeof(page->bytes);

    return NGX_OK;
}


ngx_int_t
ngx_crm_random_code(u_char *dst, size_t n, const ngx_str_t *alphabet)
{
    u_char      drawn[NGX_CRM_RANDOM_BATCH];
    size_t      i;
    ngx_int_t   rc;
    ngx_uint_t  limit;

    if (alphabet->len == 0 || alphabet->len > 256) {
        return NGX_ERROR;
    }

    /* a byte from here on would favour the alphabet's first characters */

    limit = 256 - 256 % alphabet->len;
    rc = NGX_OK;

    while (n) {
        rc = ngx_crm_random_bytes(drawn, sizeof(drawn));
        if (rc != NGX_OK) {
            break;
        }

        for (i = 0; n && i < sizeof(drawn); i++) {
            if (drawn[i] < limit) {
                *dst++ = alphabet->data[drawn[i] % alphabet->len];
                n--;
            }
        }
    }

    ngx_explicit_memzero(drawn, sizeof(drawn));

    return rc;
}
