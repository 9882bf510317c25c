/*
 * A library to preload: of the allocations that one process makes, in its
 * memory or, through the module, in the shared zone, counted from the moment
 * the test says so, it fails the n-th, or all from the n-th on.  The test and
 * the process share a page, which is a file.
 */

#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>


#define NGX_CRM_ALLOC_EARLY   65536   /* bytes */
#define NGX_CRM_ALLOC_FRAMES  32


typedef struct {
    uint64_t   pid;         /* of the process that is to suffer */
    uint64_t   zone;        /* 1: the zone's, not the memory's */
    uint64_t   at;          /* which fails: 1 is the next; 0 is none */
    uint64_t   often;       /* how many fail from there on */
    uint64_t   seen;
    uint64_t   failed;
    uint64_t   frames;
    void      *frame[NGX_CRM_ALLOC_FRAMES];
} ngx_crm_alloc_page_t;


static void ngx_crm_alloc_init(void) __attribute__((constructor));
static void *ngx_crm_alloc_early(size_t size);
static int ngx_crm_alloc_is_early(void *p);
static int ngx_crm_alloc_fails(uint64_t zone);
static void ngx_crm_alloc_find(void);
static void ngx_crm_alloc_hook(struct link_map *map);
static void *ngx_crm_alloc_slab(void *pool, size_t size);


static void *(*ngx_crm_alloc_malloc)(size_t size);
static void *(*ngx_crm_alloc_calloc)(size_t n, size_t size);
static void *(*ngx_crm_alloc_realloc)(void *p, size_t size);
static void (*ngx_crm_alloc_free)(void *p);
static int (*ngx_crm_alloc_memalign)(void **p, size_t alignment, size_t size);
static void *(*ngx_crm_alloc_locked)(void *pool, size_t size);

static ngx_crm_alloc_page_t  *ngx_crm_alloc_page;
static unsigned               ngx_crm_alloc_finding;

/* dlsym() allocates itself */

static char    ngx_crm_alloc_bytes[NGX_CRM_ALLOC_EARLY]
                   __attribute__((aligned(16)));
static size_t  ngx_crm_alloc_used;


static void
ngx_crm_alloc_init(void)
{
    int          fd;
    void        *p, *frame[1];
    const char  *path;

    ngx_crm_alloc_find();

    /* the first call loads a library, and allocates for it */

    (void) backtrace(frame, 1);

    path = getenv("TEST_CRM_ALLOC");
    fd = path ? open(path, O_RDWR|O_CLOEXEC) : -1;

    if (fd == -1) {
        return;
    }

    p = mmap(NULL, sizeof(ngx_crm_alloc_page_t), PROT_READ|PROT_WRITE,
             MAP_SHARED, fd, 0);
    close(fd);

    if (p != MAP_FAILED) {
        ngx_crm_alloc_page = p;
    }
}


void *
malloc(size_t size)
{
    if (ngx_crm_alloc_malloc == NULL) {
        ngx_crm_alloc_find();
    }

    if (ngx_crm_alloc_malloc == NULL) {
        return ngx_crm_alloc_early(size);
    }

    return ngx_crm_alloc_fails(0) ? NULL : ngx_crm_alloc_malloc(size);
}


void *
calloc(size_t n, size_t size)
{
    if (ngx_crm_alloc_calloc == NULL) {
        ngx_crm_alloc_find();
    }

    if (ngx_crm_alloc_calloc == NULL) {
        return ngx_crm_alloc_early(n * size);
    }

    return ngx_crm_alloc_fails(0) ? NULL : ngx_crm_alloc_calloc(n, size);
}


void *
realloc(void *p, size_t size)
{
    void    *new;
    size_t   left;

    if (ngx_crm_alloc_is_early(p)) {
        left = ngx_crm_alloc_bytes + NGX_CRM_ALLOC_EARLY - (char *) p;
        new = malloc(size);

        return new ? memcpy(new, p, size < left ? size : left) : NULL;
    }

    if (ngx_crm_alloc_realloc == NULL) {
        ngx_crm_alloc_find();
    }

    return ngx_crm_alloc_fails(0) ? NULL : ngx_crm_alloc_realloc(p, size);
}


int
posix_memalign(void **p, size_t alignment, size_t size)
{
    if (ngx_crm_alloc_memalign == NULL) {
        ngx_crm_alloc_find();
    }

    return ngx_crm_alloc_fails(0) ? ENOMEM
                                  : ngx_crm_alloc_memalign(p, alignment, size);
}


void
free(void *p)
{
    if (p == NULL || ngx_crm_alloc_is_early(p)) {
        return;
    }

    if (ngx_crm_alloc_free == NULL) {
        ngx_crm_alloc_find();
    }

    ngx_crm_alloc_free(p);
}


static void *
ngx_crm_alloc_early(size_t size)
{
    void  *p;

    size = (size + 15) & ~(size_t) 15;

    if (size > NGX_CRM_ALLOC_EARLY - ngx_crm_alloc_used) {
        return NULL;
    }

    p = ngx_crm_alloc_bytes + ngx_crm_alloc_used;
    ngx_crm_alloc_used += size;

    return p;
}


static int
ngx_crm_alloc_is_early(void *p)
{
    return (uintptr_t) p - (uintptr_t) ngx_crm_alloc_bytes
           < NGX_CRM_ALLOC_EARLY;
}


static int
ngx_crm_alloc_fails(uint64_t zone)
{
    uint64_t               n;
    ngx_crm_alloc_page_t  *page;

    page = ngx_crm_alloc_page;

    if (page == NULL || page->at == 0 || page->zone != zone
        || page->pid != (uint64_t) getpid())
    {
        return 0;
    }

    n = __atomic_add_fetch(&page->seen, 1, __ATOMIC_SEQ_CST);

    if (n < page->at || n - page->at >= page->often) {
        return 0;
    }

    if (__atomic_fetch_add(&page->failed, 1, __ATOMIC_SEQ_CST) == 0) {
        page->frames = backtrace(page->frame, NGX_CRM_ALLOC_FRAMES);
    }

    errno = ENOMEM;

    return 1;
}


static void
ngx_crm_alloc_find(void)
{
    if (ngx_crm_alloc_finding) {
        return;
    }

    ngx_crm_alloc_finding = 1;

    *(void **) &ngx_crm_alloc_free = dlsym(RTLD_NEXT, "free");
    *(void **) &ngx_crm_alloc_calloc = dlsym(RTLD_NEXT, "calloc");
    *(void **) &ngx_crm_alloc_realloc = dlsym(RTLD_NEXT, "realloc");
    *(void **) &ngx_crm_alloc_memalign = dlsym(RTLD_NEXT, "posix_memalign");
    *(void **) &ngx_crm_alloc_malloc = dlsym(RTLD_NEXT, "malloc");

    ngx_crm_alloc_finding = 0;
}


/* NGINX's own functions are found before those of a library: see the hook */

void *
dlopen(const char *path, int flags)
{
    void             *handle, *(*next)(const char *path, int flags);
    struct link_map  *map;

    *(void **) &next = dlsym(RTLD_NEXT, "dlopen");

    handle = next(path, flags);

    if (handle && path && strstr(path, "ngx_crm_module")
        && dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0)
    {
        ngx_crm_alloc_hook(map);
    }

    return handle;
}


/* takes the place of the allocator where the module looks for it */

static void
ngx_crm_alloc_hook(struct link_map *map)
{
    void         **slot;
    size_t         size;
    uintptr_t      page;
    ElfW(Dyn)     *dyn;
    ElfW(Sym)     *syms;
    ElfW(Rela)    *rela, *end;
    const char    *names;

    rela = NULL;
    syms = NULL;
    names = NULL;
    size = 0;

    for (dyn = map->l_ld; dyn->d_tag != DT_NULL; dyn++) {
        switch (dyn->d_tag) {

        case DT_JMPREL:
            rela = (void *) dyn->d_un.d_ptr;
            break;

        case DT_PLTRELSZ:
            size = dyn->d_un.d_val;
            break;

        case DT_SYMTAB:
            syms = (void *) dyn->d_un.d_ptr;
            break;

        case DT_STRTAB:
            names = (void *) dyn->d_un.d_ptr;
            break;
        }
    }

    for (end = rela + size / sizeof(*rela); rela < end; rela++) {

        if (strcmp(names + syms[ELF64_R_SYM(rela->r_info)].st_name,
                   "ngx_slab_alloc_locked")
            != 0)
        {
            continue;
        }

        slot = (void **) (map->l_addr + rela->r_offset);
        page = (uintptr_t) slot & ~((uintptr_t) sysconf(_SC_PAGESIZE) - 1);

        if (mprotect((void *) page, sizeof(void *), PROT_READ|PROT_WRITE)
            == 0)
        {
            *(void **) &ngx_crm_alloc_locked = dlsym(RTLD_DEFAULT,
                                                     "ngx_slab_alloc_locked");
            *slot = (void *) ngx_crm_alloc_slab;
        }
    }
}


static void *
ngx_crm_alloc_slab(void *pool, size_t size)
{
    return ngx_crm_alloc_fails(1) ? NULL : ngx_crm_alloc_locked(pool, size);
}
