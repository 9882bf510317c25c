/*
 * Plain bytes of strings and white space, many at a time; one by one with
 * NGX_CRM_PORTABLE, or where the compiler has neither SSE2 nor NEON.
 */

#ifndef _NGX_CRM_SCAN_VECTOR_H_INCLUDED_
#define _NGX_CRM_SCAN_VECTOR_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#if (NGX_CRM_PORTABLE)

#define NGX_CRM_SCAN_VECTOR  0
#elif defined(__SSE2__)

#include <emmintrin.h>

#define NGX_CRM_SCAN_VECTOR  1

#define ngx_crm_scan_vector_load(p)  _mm_loadu_si128((const __m128i *) (p))
#define ngx_crm_scan_vector_is(v, c) _mm_cmpeq_epi8(v, _mm_set1_epi8(c))

#define ngx_crm_scan_vector_within(v, low, high)                              \
    _mm_cmplt_epi8(_mm_add_epi8(v, _mm_set1_epi8((char) (0x80 - (low)))),     \
                   _mm_set1_epi8((char) ((high) - (low) + 1 - 0x80)))
/* bytes over 0x7f are negative, and so under 0x20 as well */
#define ngx_crm_scan_vector_odd(v)   _mm_cmplt_epi8(v, _mm_set1_epi8(0x20))
#define ngx_crm_scan_vector_bits(v)  ((uint64_t) _mm_movemask_epi8(v))
#define ngx_crm_scan_vector_wide(v)  ngx_crm_scan_vector_bits(v)

typedef __m128i     ngx_crm_scan_vector_t;

#elif defined(__ARM_NEON) && defined(__aarch64__)

#include <arm_neon.h>

#define NGX_CRM_SCAN_VECTOR  1

#define ngx_crm_scan_vector_load(p)  vld1q_u8(p)
#define ngx_crm_scan_vector_is(v, c) vceqq_u8(v, vdupq_n_u8(c))
#define ngx_crm_scan_vector_within(v, low, high)                              \
    vcleq_u8(vsubq_u8(v, vdupq_n_u8(low)), vdupq_n_u8((high) - (low)))
#define ngx_crm_scan_vector_odd(v)                                            \
    vcltq_s8(vreinterpretq_s8_u8(v), vdupq_n_s8(0x20))

/* a byte's weight in each half, which are then summed up */
#define ngx_crm_scan_vector_weigh(v)                                          \
    vandq_u8(v, vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201)))
#define ngx_crm_scan_vector_bits(v)                                           \
    (vaddv_u8(vget_low_u8(ngx_crm_scan_vector_weigh(v)))                      \
     | (uint64_t) vaddv_u8(vget_high_u8(ngx_crm_scan_vector_weigh(v))) << 8)

#define ngx_crm_scan_vector_wide(v)  (vmaxvq_u8(v) & 0x80)

typedef uint8x16_t  ngx_crm_scan_vector_t;

#endif


/*
 * 16 bytes as bits, the first lowest: 1 where one ends a string, is escaped in
 * it, or is over 0x7f.
 */
#define ngx_crm_scan_vector_stops(v)                                          \
    ngx_crm_scan_vector_bits(ngx_crm_scan_vector_odd(v)                       \
                             | ngx_crm_scan_vector_is(v, '"')                 \
                             | ngx_crm_scan_vector_is(v, '\\'))

/*
 * Skip the bytes that neither end a string, nor are escaped in it, nor are
 * over 0x7f; and white space.  Each returns the first other byte, or end.
 */
u_char *ngx_crm_scan_vector_plain(u_char *p, u_char *end);
u_char *ngx_crm_scan_vector_space(u_char *p, u_char *end);


#endif /* _NGX_CRM_SCAN_VECTOR_H_INCLUDED_ */
