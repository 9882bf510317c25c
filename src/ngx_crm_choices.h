/* What an operator chooses by a word. */

#ifndef _NGX_CRM_CHOICES_H_INCLUDED_
#define _NGX_CRM_CHOICES_H_INCLUDED_


typedef enum {                                 /* crm_api_key, crm_token */
    NGX_CRM_DEMAND_ROUTE = 0, NGX_CRM_DEMAND_ON, NGX_CRM_DEMAND_OPTIONAL,
    NGX_CRM_DEMAND_OFF
} ngx_crm_demand_e;

typedef enum {
    NGX_CRM_UNLISTED_PROXY = 0, NGX_CRM_UNLISTED_DENY
} ngx_crm_unlisted_e;

typedef enum {
    NGX_CRM_REVOCATION_EVENTUAL = 0, NGX_CRM_REVOCATION_STRICT
} ngx_crm_revocation_e;


#endif /* _NGX_CRM_CHOICES_H_INCLUDED_ */
