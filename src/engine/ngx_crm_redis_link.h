/*
 * One link, and the one place that changes its state.  It is lost in handlers
 * of events, never in a command's: who walks through replies relies on that.
 */

#ifndef _NGX_CRM_REDIS_LINK_H_INCLUDED_
#define _NGX_CRM_REDIS_LINK_H_INCLUDED_


#include "engine/ngx_crm_redis_lane.h"
#include "engine/ngx_crm_redis_reader.h"
#include "engine/ngx_crm_reply.h"


typedef enum {
    NGX_CRM_REDIS_DOWN = 0,         /* not started, or stopped */
    NGX_CRM_REDIS_RESTING,          /* until the next attempt */
    NGX_CRM_REDIS_CALLING,          /* which begins at once */
    NGX_CRM_REDIS_CONNECTING,
    NGX_CRM_REDIS_GREETING,         /* AUTH, SELECT, SCRIPT LOAD, PING */
    NGX_CRM_REDIS_UP
} ngx_crm_redis_state_e;


struct ngx_crm_redis_s {
    struct ngx_crm_redis_listen_s  *listen;      /* NULL: for commands */
    ngx_addr_t                 address;          /* as configured */
    ngx_str_t                  user;
    ngx_str_t                  password;
    ngx_uint_t                 db;
    ngx_msec_t                 connect_timeout;  /* ms */
    ngx_msec_t                 timeout;          /* ms */
    ngx_crm_redis_state_e      state;            /* of this process */
    ngx_connection_t          *connection;
    ngx_connection_t           owner;            /* of timer and flush */
    ngx_event_t                timer;            /* its use is the state's */
    ngx_event_t                flush;
    ngx_log_t                 *log;
    ngx_log_t                  quiet;
    ngx_crm_redis_lane_t       live;             /* sent, or soon to be */
    ngx_crm_redis_lane_t       held;             /* until the link is up */
    ngx_crm_redis_reader_t     reader;
    ngx_uint_t                 flown;            /* of live, written */
    ngx_uint_t                 greetings;        /* of live, our own */
    ngx_msec_t                 heard;            /* the last byte */
    ngx_msec_t                 since;            /* up */
    ngx_uint_t                 tries;            /* that failed, in a row */
    ngx_uint_t                 told;             /* that it is down, */
    ngx_err_t                  err;              /* and why */
    u_char                     why[192];
    u_char                     refusal[NGX_CRM_REPLY_BRIEF];
    ngx_uint_t                 refused;          /* a greeting was */
    u_char                     complaint[NGX_CRM_REPLY_BRIEF];
    ngx_msec_t                 complained;
};


/* See ngx_crm_redis_start and ngx_crm_redis_stop. */
void ngx_crm_redis_link_start(ngx_crm_redis_t *link, ngx_cycle_t *cycle);
void ngx_crm_redis_link_stop(ngx_crm_redis_t *link);

/* Changes the state, and when the timer acts in it, ms from now. */
void ngx_crm_redis_link_enter(ngx_crm_redis_t *link,
    ngx_crm_redis_state_e state, ngx_msec_t timer);

/* The greeting was answered: what was held goes out. */
void ngx_crm_redis_link_up(ngx_crm_redis_t *link);

/*
 * Ends the connection, fails all commands, plans the next attempt; told in
 * the log, once for each cause.  err is an errno or 0.
 */
void ngx_crm_redis_link_lose(ngx_crm_redis_t *link, ngx_err_t err,
    const char *why);

/* Lets the timer hold an old worker as long as a command is under way. */
void ngx_crm_redis_link_hold(ngx_crm_redis_t *link);


#endif /* _NGX_CRM_REDIS_LINK_H_INCLUDED_ */
