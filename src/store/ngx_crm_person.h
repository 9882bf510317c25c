/* Whom a request is about.  Somebody unknown costs Redis the same commands. */

#ifndef _NGX_CRM_PERSON_H_INCLUDED_
#define _NGX_CRM_PERSON_H_INCLUDED_


#include "ngx_crm.h"


#define NGX_CRM_PERSON_CREDENTIALS  8


/* members of P contact:{cid}, in the order of ngx_crm_person_members */
typedef enum {
    NGX_CRM_TITLE = 0, NGX_CRM_FIRST_NAME, NGX_CRM_MIDDLE_NAME,
    NGX_CRM_LAST_NAME, NGX_CRM_COMPANY_NAME, NGX_CRM_AVATAR,
    NGX_CRM_IS_VERIFIED, NGX_CRM_EMAIL, NGX_CRM_MOBILE, NGX_CRM_SEGMENT,
    NGX_CRM_PLATFORM, NGX_CRM_ACCOUNT_NUMBER, NGX_CRM_ACCOUNT_ID,
    NGX_CRM_PUSH_NOTIFICATIONS, NGX_CRM_DO_NOT_DISTURB, NGX_CRM_ROAMING,
    NGX_CRM_PROFILE_IMAGE, NGX_CRM_ORGANISATIONS, NGX_CRM_BIRTHDATE,
    NGX_CRM_PASSWORD, NGX_CRM_STATE, NGX_CRM_NMEMBERS
} ngx_crm_member_e;


typedef struct {
    ngx_str_t               name;      /* of a static table: "EMAIL" */
    ngx_str_t               value;     /* in normal form */
} ngx_crm_credential_t;


struct ngx_crm_person_s {
    ngx_crm_credential_t    credentials[NGX_CRM_PERSON_CREDENTIALS];
    ngx_uint_t              n;
    ngx_uint_t              asked;
    ngx_str_t               birthdate; /* names nobody: it narrows */
    ngx_str_t               id;        /* contact id; empty: nobody */
    ngx_str_t               members[NGX_CRM_NMEMBERS];
    ngx_str_t               mobile;    /* of whom the first credential */
    ngx_str_t               email;     /* names; to be counted and hinted at */
    void                   *proof;     /* of what proves it */
    ngx_str_t               hash;      /* of the right password; or empty */
    const ngx_crm_step_pt  *again;     /* once that is over; NULL: refuse */
    unsigned                nobody:1;  /* a credential led elsewhere */
};


extern const ngx_str_t  ngx_crm_person_members[NGX_CRM_NMEMBERS];


/* Makes ctx->person, empty.  Returns NGX_OK or NGX_ERROR. */
ngx_int_t ngx_crm_person_create(ngx_http_request_t *r, ngx_crm_ctx_t *ctx);

/*
 * Adds a credential in its normal form, once; country is for PHONE alone, or
 * NULL.  A person of whom n stays 0 cannot be found.  Returns NGX_OK,
 * NGX_DECLINED (no such name or value, or too many of them), or NGX_ERROR.
 */
ngx_int_t ngx_crm_person_add(ngx_http_request_t *r, ngx_crm_ctx_t *ctx,
    const ngx_str_t *name, const ngx_str_t *value, const ngx_str_t *country);

/*
 * Steps, in this order: from the credentials to id and members.  A contact
 * that is disabled or of which a credential does not speak is nobody: id is
 * empty, members are.  mobile and email are the first credential's contact's
 * even then, so that guessing at the others moves neither limits nor hints.
 */
ngx_int_t ngx_crm_person_ask_identity(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
ngx_int_t ngx_crm_person_take_identity(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);
ngx_int_t ngx_crm_person_take_contact(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);

/* Asks for the contact that id names already; take_contact comes next. */
ngx_int_t ngx_crm_person_ask_contact(ngx_http_request_t *r,
    ngx_crm_ctx_t *ctx);


#endif /* _NGX_CRM_PERSON_H_INCLUDED_ */
