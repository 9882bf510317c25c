#include "engine/ngx_crm_redis_connect.h"
#include "engine/ngx_crm_redis_greet.h"
#include "engine/ngx_crm_redis_io.h"

#include <ngx_event_connect.h>
#include <netinet/tcp.h>


static void ngx_crm_redis_connect_options(ngx_connection_t *c, int family);


void
ngx_crm_redis_connect(ngx_crm_redis_t *link)
{
    ngx_int_t               rc;
    ngx_connection_t       *c;
    ngx_peer_connection_t   pc;

    ngx_crm_redis_link_enter(link, NGX_CRM_REDIS_CONNECTING,
                             link->connect_timeout);

    ngx_memzero(&pc, sizeof(ngx_peer_connection_t));

    pc.sockaddr = link->address.sockaddr;
    pc.socklen = link->address.socklen;
    pc.name = &link->address.name;
    pc.get = ngx_event_get_peer;
    pc.log = &link->quiet;
    pc.log_error = NGX_ERROR_ERR;
    pc.so_keepalive = (pc.sockaddr->sa_family != AF_UNIX);

    ngx_set_socket_errno(0);

    rc = ngx_event_connect_peer(&pc);

    if (rc != NGX_OK && rc != NGX_AGAIN) {
        ngx_crm_redis_link_lose(link, ngx_socket_errno, "connect() failed");
        return;
    }

    c = pc.connection;
    c->data = link;
    c->read->handler = ngx_crm_redis_io_read;
    c->write->handler = ngx_crm_redis_io_write;
    link->connection = c;

    ngx_crm_redis_connect_options(c, pc.sockaddr->sa_family);

    if (rc == NGX_OK) {
        (void) ngx_crm_redis_connect_done(link);
    }
}


/* None of these is worth the link where the system refuses it. */

static void
ngx_crm_redis_connect_options(ngx_connection_t *c, int family)
{
    int         value;
    ngx_uint_t  i;

    static const struct { int name, value; }  keepalive[] = {
        { TCP_KEEPIDLE, 15 }, { TCP_KEEPINTVL, 5 }, { TCP_KEEPCNT, 3 }
    };

    /* a new binary would inherit it */

    (void) fcntl(c->fd, F_SETFD, FD_CLOEXEC);

    if (family == AF_UNIX) {
        return;
    }

    (void) ngx_tcp_nodelay(c);

    for (i = 0; i < sizeof(keepalive) / sizeof(keepalive[0]); i++) {
        value = keepalive[i].value;
        (void) setsockopt(c->fd, IPPROTO_TCP, keepalive[i].name,
                          (const void *) &value, sizeof(int));
    }
}


ngx_int_t
ngx_crm_redis_connect_done(ngx_crm_redis_t *link)
{
    int        err;
    socklen_t  len;

    err = 0;
    len = sizeof(int);

    if (getsockopt(link->connection->fd, SOL_SOCKET, SO_ERROR, (void *) &err,
                   &len)
        == -1)
    {
        err = ngx_socket_errno;
    }

    if (err) {
        ngx_crm_redis_link_lose(link, err, "connect() failed");
        return NGX_ERROR;
    }

    link->heard = ngx_current_msec;
    link->flown = 0;
    link->greetings = 0;
    link->refused = 0;

    ngx_crm_redis_link_enter(link, NGX_CRM_REDIS_GREETING, link->timeout);

    if (ngx_crm_redis_reader_create(&link->reader) != NGX_OK
        || ngx_crm_redis_greet(link) != NGX_OK)
    {
        ngx_crm_redis_link_lose(link, NGX_ENOMEM, "no greeting");
        return NGX_ERROR;
    }

    return NGX_OK;
}
