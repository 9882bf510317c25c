/* What jansson reads of a body, and what a route's rules say of that. */

#ifndef _NGX_CRM_FUZZ_BODY_H_INCLUDED_
#define _NGX_CRM_FUZZ_BODY_H_INCLUDED_


#include "fuzz.h"
#include "ngx_crm_demands.h"

#include <jansson.h>


/* what became of a body */
typedef struct {
    ngx_crm_reason_e        name;
    ngx_str_t               parameter;
} body_verdict_t;


/* What the rules say of an object. */
body_verdict_t body_judge(json_t *body, const ngx_crm_rule_t *rules);

/* A member of a member of …; NULL: absent, or null. */
json_t *body_find(json_t *body, const ngx_str_t *path);

/* Whether there is another one that differs from it by case alone. */
ngx_uint_t body_is_twice(json_t *body, const ngx_str_t *path);

/*
 * Decodes a form's one value of that name.  Returns NGX_CRM_PASSED, MISSING or
 * INVALID.
 */
ngx_crm_reason_e body_form(const ngx_str_t *form, const ngx_str_t *name,
    ngx_str_t *value);


#endif /* _NGX_CRM_FUZZ_BODY_H_INCLUDED_ */
