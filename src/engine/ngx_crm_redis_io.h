/* A link's socket: one write a turn of the event loop, reading to the end. */

#ifndef _NGX_CRM_REDIS_IO_H_INCLUDED_
#define _NGX_CRM_REDIS_IO_H_INCLUDED_


#include "engine/ngx_crm_redis_link.h"


/* Handlers of the connection's events; its data is the link. */
void ngx_crm_redis_io_read(ngx_event_t *rev);
void ngx_crm_redis_io_write(ngx_event_t *wev);

/* Handler of link->flush: writes what is in the live lane. */
void ngx_crm_redis_io_flush(ngx_event_t *ev);

/*
 * Puts a command in the live lane and has it written at the end of this turn.
 * Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_redis_io_send(ngx_crm_redis_t *link, ngx_uint_t argc,
    const ngx_str_t *argv, ngx_crm_reply_pt handler, void *data);


#endif /* _NGX_CRM_REDIS_IO_H_INCLUDED_ */
