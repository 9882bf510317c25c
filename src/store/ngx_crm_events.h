/*
 * crm:events: what the edges and the CRM side tell all edges.
 *     revoke <sid> <exp>, revoke test:<sid> <exp>
 *     revoke c:<mode>:<cid>:<time> <exp>
 *     contact <mode> <cid>         the CRM side: ends the contact's sessions
 *     apikey <digest>, client <id> the CRM side: asks for it anew
 */

#ifndef _NGX_CRM_EVENTS_H_INCLUDED_
#define _NGX_CRM_EVENTS_H_INCLUDED_


#include "ngx_crm.h"


/* the channel, as a subscriber names it */
#define NGX_CRM_EVENTS  "crm:events"


/*
 * Does what an event says.  Returns NGX_OK, or NGX_ERROR: it says nothing
 * that we know, or memory is out.
 */
ngx_int_t ngx_crm_events_take(ngx_crm_main_conf_t *conf,
    const ngx_str_t *event);


#endif /* _NGX_CRM_EVENTS_H_INCLUDED_ */
