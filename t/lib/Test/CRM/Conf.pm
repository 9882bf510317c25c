package Test::CRM::Conf;

# Configurations that many tests share, and the words that a test's own
# configuration may hold:
#
#     %%GLOBALS%%    load_module, the worker, files, the error log
#     %%HTTP%%       the access log, temporary files
#     %%DIR%%        the test's directory: jwt.key, secret, tls.crt, tls.key
#     %%PORT%%, %%TLS_PORT%%, %%CRM_PORT%%, %%REDIS_PORT%%, %%PORT2%%, …
#     %%REDIS%%      the path of Redis' socket
#     %%MODULE%%     the path of the module; %%LOAD%% its load_module line

use warnings;
use strict;

use Test::CRM::Process qw(port patience);

my %base = (
    selfservice => '/self-service/v1/',
    engagement  => '/crm/v1/',
    dmt         => '/common/dmt-lite/unified/customer/',
    actions     => '/services/data/v1/CustomerActionsManagement/operations/',
);

my %lines = (
    underscores => 'underscores_in_headers on;',
    redis       => 'crm_redis unix:%%REDIS%%;',
    secret      => 'crm_secret file:%%DIR%%/secret;',
    keys        => 'crm_jwt_key HS512 file:%%DIR%%/jwt.key kid=test;',
    tls         => 'crm_require_tls off;',
    pass        => 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;',
    connections => 1024,
    map { $_ => '' } qw(main http server location locations listen),
);

my $tls = 'listen 127.0.0.1:%%TLS_PORT%% ssl http2;
        ssl_certificate %%DIR%%/tls.crt;
        ssl_certificate_key %%DIR%%/tls.key;';


# One server with one API, over plain HTTP.  %opt adds lines: main, http,
# server, location (inside the API's), locations (beside it), or writes one of
# the lines above anew, '' leaving it out.  https => 1 listens with TLS and
# HTTP/2 too.

sub api {
    my ($api, %opt) = @_;

    my %l = (%lines, %opt);

    $l{listen} = $tls if $l{https};

    return <<"EOF";
%%GLOBALS%%
$l{main}

events { worker_connections $l{connections}; }

http {
    %%HTTP%%
    $l{underscores}
    $l{redis}
    $l{secret}
    $l{keys}
    $l{http}

    server {
        listen 127.0.0.1:%%PORT%%;
        $l{listen}
        $l{server}

        location $base{$api} {
            crm_api $api;
            $l{tls}
            $l{location}
            $l{pass}
        }

        $l{locations}
    }
}
EOF
}


# Puts the words in; a port is chosen when it is first named.

sub expand {
    my ($t, $text) = @_;

    my $globals = ($t->{module} ? '%%LOAD%%' : '') . <<"EOF";

daemon off;
worker_processes $t->{workers};
worker_shutdown_timeout @{[ 10 * patience() ]}s;
pid %%DIR%%/nginx.pid;
lock_file %%DIR%%/nginx.lock;
error_log %%DIR%%/error.log $t->{log_level};
EOF
    $globals .= "user root root;\n" if $> == 0;

    my $http = join "\n    ", 'access_log off;', map {
        my $name = $_ eq 'client' ? 'client_body' : $_;
        "${name}_temp_path %%DIR%%/tmp/$_;"
    } qw(client proxy fastcgi scgi uwsgi);

    $text =~ s/%%GLOBALS%%/$globals/g;
    $text =~ s/%%HTTP%%/$http/g;
    $text =~ s/%%LOAD%%/load_module %%MODULE%%;/g;
    $text =~ s/%%MODULE%%/$t->module_path/ge;
    $text =~ s/%%DIR%%/$t->{dir}/g;
    $text =~ s/%%REDIS%%/$t->{dir}\/redis.sock/g;
    $text =~ s/%%(\w*PORT\d*)%%/$t->{port}{$1} ||= port()/ge;

    return $text;
}


1;
