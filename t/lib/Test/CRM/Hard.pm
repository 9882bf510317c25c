package Test::CRM::Hard;

# What the long tests share: an edge that can bear a load, with a CRM that
# answers who the edge says is asking, and tables of what was seen.
#
#     my ($t, $crm) = edge(redis => '…');
#     table([ qw(name offered) ], [ 'killed', 1000 ], …);
#
# HARD_SECONDS: how long a part of a test lasts.  HARD_NOISE: milliseconds
# that a busy machine may add to any wait.  HARD_REQUESTS: see soak.t.

use feature qw(state);
use warnings;
use strict;

use Exporter qw(import);
use List::Util qw(max min sum0);
use Test::More ();

use Test::CRM;
use Test::CRM::Process qw(slurp);

our @EXPORT_OK = qw(edge conf table total longest ms noise seconds rss flat
    steady alive fair);

use constant FDS => 20_000;


# The edge's configuration, for Test::CRM::Conf::api.  Few tokens are kept, for
# memory is measured, and what is kept takes it when it is first used.

sub conf {
    my ($crm, %opt) = @_;

    my $more = delete $opt{http} // '';
    my $port = $crm->port('PORT');

    return Test::CRM::conf_selfservice(
        main => 'worker_rlimit_nofile ' . FDS . ';
            env ASAN_OPTIONS; env LSAN_OPTIONS; env UBSAN_OPTIONS;',
        connections => FDS / 2 + 2000,
        redis => 'crm_redis unix:%%DIR%%/relay.sock timeout=500ms;',
        server => 'crm_otp cooldown=0 per_hour=1000 per_app=100000000 ttl=30s;
            crm_login failures=1000 global=1000000;
            crm_refresh_token_ttl 1m;',
        pass => 'proxy_pass http://crm$crm_path;
            proxy_http_version 1.1;
            proxy_set_header Connection "";',
        locations => 'location = /ready { crm_status health; }
            location = /counters { crm_status json; }
            location = /active { stub_status; }',
        %opt,
        http => "crm_api_key_cache ttl=1h negative_ttl=1h;
            crm_token_cache 64;
            upstream crm { server 127.0.0.1:$port; keepalive 64; }
            $more");
}


# Of two workers, with a Redis of its own; not started yet, as its CRM is.

sub edge {
    my (%opt) = @_;

    my $crm = Test::CRM->new(module => 0, redis => 0,
        log_level => 'notice', conf => <<"END")->start;
%%GLOBALS%%
worker_rlimit_nofile @{[ FDS ]};
events { worker_connections @{[ FDS / 2 + 2000 ]}; }

http {
    %%HTTP%%
    keepalive_requests 1000000000;
    default_type application/json;

    server {
        listen 127.0.0.1:%%PORT%% backlog=4096;
        location / { return 200 '{"id":"\$http_x_crm_contact"}'; }
    }
}
END

    my $t = Test::CRM->new(workers => 2, log_level => 'notice',
        conf => conf($crm, %opt));

    return ($t, $crm);
}


# A table as comments, columns as wide as they must be.

sub table {
    my (@rows) = @_;

    my @width;

    for my $row (@rows) {
        $width[$_] = max($width[$_] // 0, length $row->[$_]) for 0 .. $#$row;
    }

    for my $row (@rows) {
        my ($first, @more) = @$row;

        Test::More::diag(join '  ', sprintf('%-*s', $width[0], $first),
            map { sprintf '%*s', $width[$_ + 1], $more[$_] } 0 .. $#more);
    }
}


# Of what a load has seen: how many were offered, right, refused or wrong,
# and the longest wait in seconds; of some kinds of requests, or all of them.

sub total {
    my ($seen, $what, @kinds) = @_;

    return sum0(map { $_->{$what} // 0 } kinds($seen, @kinds));
}


sub longest {
    my ($seen, @kinds) = @_;

    return max(0, map { $_->{longest} // 0 } kinds($seen, @kinds));
}


sub kinds {
    my ($seen, @kinds) = @_;

    my $kinds = $seen->{kinds} // {};

    return @kinds ? grep { defined } @$kinds{@kinds} : values %$kinds;
}


# Nothing was wrong, and nobody is left without an answer.

sub fair {
    my ($name, @seen) = @_;

    Test::More::is_deeply([ map { @{$_->{said} // []} } @seen ], [],
        "$name: no wrong answer");
    Test::More::is(sum0(map { $_->{hung} } @seen), 0, "$name: none hangs");
}


sub ms      { sprintf '%.0f', 1000 * $_[0] }
sub noise   { ($ENV{HARD_NOISE} // 200) / 1000 }
sub seconds { $ENV{HARD_SECONDS} // $_[0] }


# Whether a process is there, and no zombie; its memory in KiB, what it shares
# left out.

sub alive { slurp("/proc/$_[0]/stat") =~ /\) [^ZX] / }


sub rss {
    my ($pid) = @_;

    return slurp("/proc/$pid/status") =~ /^RssAnon:\s+(\d+)/m ? $1 : 0;
}


# Has grown by this share and these KiB at most; a sanitizer keeps what is
# freed for a while, and proves nothing.

sub flat {
    my ($name, $then, $now, $share, $kib) = @_;

    state $sanitized = slurp($ENV{TEST_NGINX_BINARY} || '/usr/sbin/nginx')
        =~ /__asan_init/;

    SKIP: {
        Test::More::skip("$name: memory under a sanitizer", 1) if $sanitized;
        Test::More::cmp_ok($now, '<=', $then * (1 + $share) + $kib,
            "$name: memory is flat");
    }
}


# The same of what was measured again and again, for the heap gives back what
# it likes: the least of the last third, and the most of the first half.

sub steady {
    my ($name, $share, $kib, @sizes) = @_;

    my $half = int((@sizes + 1) / 2);
    my $third = int(@sizes / 3);

    flat($name, max(@sizes[0 .. $half - 1]), min(@sizes[-$third .. -1]),
        $share, $kib);
}


1;
