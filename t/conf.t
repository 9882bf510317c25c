#!/usr/bin/perl

# The configurations of conf/ are good: nginx -t, with other paths and ports.

use warnings;
use strict;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use Test::CRM;
use Test::CRM::Process qw(slurp);

my $conf = abs_path(dirname(__FILE__) . '/../conf');
my $t = Test::CRM->new(redis => 0, crm => {});

# what a machine has, made the test's own
my @here = (
    [ qr{modules/ngx_crm_module\.so}, '%%MODULE%%' ],
    [ qr{/etc/nginx/crm/(\w+\.conf)}, "$conf/\$1" ],
    [ qr{/(?:etc/nginx/crm|var/log/nginx|run)/}, '%%DIR%%/' ],
    [ qr{redis/redis-server\.sock}, 'redis.sock' ],
    [ qr{listen 80;}, 'listen 127.0.0.1:%%PORT%%;' ],
    [ qr{listen 443 }, 'listen 127.0.0.1:%%TLS_PORT%% ' ],
    [ qr{listen 127\.0\.0\.1:8081;}, 'listen 127.0.0.1:%%STATUS_PORT%%;' ],
    [ qr{^user .*$}m, $> == 0 ? 'user root root;' : '' ],
    [ qr{worker_rlimit_nofile 65536;}, '' ],
    [ qr{worker_connections 16384;}, 'worker_connections 512;' ],
    [ qr{^(http \{)$}m, '$1 %%HTTP%%' ],
);

for my $path (glob "$conf/crm-*.conf") {
    my ($name) = $path =~ m{([^/]+)$};
    my $text = slurp($path);

    good($text, $name);
    good($text, "$name, HTTP/2") if http2($text);
}

$t->done;


sub good {
    my ($text, $name) = @_;

    my ($status, $said) = $t->nginx_t(here($text));

    is($status, 0, $name) or diag($said);
    unlike($said, qr/\[\w+\]/, "$name, no warning");
}


# Writes what the comments say for this NGINX, and how often it did.

sub http2 {
    return $_[0] =~ s/^    (?=server \{)/    http2 on;\n    /m
        if $t->nginx_is('1.25.1');

    return $_[0] =~ s/^ +listen 443 ssl\K;/ http2;/gm;
}


sub here {
    my ($text) = @_;

    for my $row (@here) {
        my ($from, $to) = @$row;

        $text =~ s{$from}{my $one = $1 // ''; $to =~ s/\$1/$one/r}ge;
    }

    return $text;
}
