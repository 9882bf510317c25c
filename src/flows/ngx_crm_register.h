/* POST /contacts/register: the CRM makes the contact, the edge keeps it. */

#ifndef _NGX_CRM_REGISTER_H_INCLUDED_
#define _NGX_CRM_REGISTER_H_INCLUDED_


#include "ngx_crm.h"


/*
 * Registers an e-mail address or a phone number (contract.md, selfservice;
 * crm_register_verify), or hands the request to the upstream.  The CRM is
 * never shown the password.  Ends the request.
 */
extern const ngx_crm_step_pt  ngx_crm_register[];


#endif /* _NGX_CRM_REGISTER_H_INCLUDED_ */
