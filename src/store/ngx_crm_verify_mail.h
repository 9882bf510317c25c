/* The mail that proves an address: GET /contacts/verify_email/{token}. */

#ifndef _NGX_CRM_VERIFY_MAIL_H_INCLUDED_
#define _NGX_CRM_VERIFY_MAIL_H_INCLUDED_


#include "ngx_crm.h"


/*
 * A list, of ctx->flow being an ngx_crm_otp_t whose state is free: keeps a
 * ticket for ctx->person, by the address of its credential, puts the mail out,
 * and goes on with ngx_crm_sign_in.
 */
extern const ngx_crm_step_pt  ngx_crm_verify_mail[];


#endif /* _NGX_CRM_VERIFY_MAIL_H_INCLUDED_ */
