#!/usr/bin/perl

# Ten thousand clients wait for Redis at once, each on a connection of its
# own: where it comes back in time each gets its own answer, and where it does
# not each is refused in time.  That is the time that a request has waited for
# Redis: a burst also waits for the processor, the longer the busier it is.

use warnings;
use strict;

use List::Util qw(max sum);
use POSIX qw(sysconf _SC_OPEN_MAX);
use Socket;
use Test::More;
use Time::HiRes qw(time);

use Test::CRM;
use Test::CRM::Hard qw(edge table ms noise rss steady);
use Test::CRM::HTTP;
use Test::CRM::Load::User qw(provision);
use Test::CRM::Process qw(wait_for slurp);
use Test::CRM::Words qw(refused);

use constant ALL => $ENV{HARD_CLIENTS} || 10_000;
use constant LATE => 0.05;
use constant ROUNDS => $ENV{HARD_ROUNDS} || 12;

my $key = 'a key of the shop';
my @rows = [ 'timeout', qw(clients right refused), 'for Redis, ms',
    'for all, ms', 'workers, KiB', 'after it' ];

plan(skip_all => 'ulimit -n is less than ' . (ALL + 1000))
    if sysconf(_SC_OPEN_MAX) < ALL + 1000;

for my $timeout (1, 10) {
    my ($t, $crm) = edge(redis => "crm_redis unix:%%REDIS%%
        timeout=${timeout}s;", listen => 'access_log %%DIR%%/waits waits;',
        http => 'log_format waits $crm_store_time;');

    $t->{log_level} = 'error';
    $t->start;
    provision($t);
    ok(wait_for(sub { $t->get('/ready')->status == 200 }), 'ready');
    send_one($t, 20_000) for 1 .. 20;

    my @pid = $t->worker_pids;
    my $address = pack_sockaddr_in($t->port('PORT'), INADDR_LOOPBACK);
    for my $round (1 .. ROUNDS) {
        my @clients = map { client($address) } 1 .. ALL;
        my $told = length slurp($t->dir . '/waits');
        my @texts = map { text(10_000 + $_) } 0 .. ALL - 1;

        kill 'STOP', $t->{pid}{redis};

        my @since = map { my $now = time; syswrite $clients[$_], $texts[$_];
            $now } 0 .. ALL - 1;

        if ($timeout == 10) {
            ok(wait_for(sub { $t->get('/active')->body
                =~ /Writing: (\d+)/ && $1 > ALL }), "$round, all wait");
            kill 'CONT', $t->{pid}{redis};
        }

        my $seen = answers(\@clients, \@since);

        kill 'CONT', $t->{pid}{redis};

        my $held = sum(map { rss($_) } @pid);

        close $_ for @clients;

        is_deeply($seen->{wrong}, [], "$timeout s, $round: nothing wrong");
        is($seen->{right} + $seen->{refused}, ALL,
            "$timeout s, $round: all are answered");
        ok(wait_for(sub { $t->get('/active')->body =~ /: 1 / }),
            "$timeout s, $round: nobody is left");

        my $waited = max(grep { /^[\d.]+$/ } split /\n/,
            substr slurp($t->dir . '/waits'), $told);

        cmp_ok($waited, '<=', $timeout + LATE + 5 * noise(),
            "$timeout s, $round: in time");
        push @rows, [ "$timeout s, $round", ALL, @$seen{qw(right refused)},
            ms($waited), ms($seen->{longest}), $held,
            sum(map { rss($_) } @pid) ];
        is($seen->{refused}, 0, "$timeout s, $round: all are served")
            if $timeout == 10;
        ok(wait_for(sub { send_one($t, 20_000 + $round)->status == 200 }, 2),
            "$timeout s, $round: and all is well");
    }

    steady("$timeout s", 0.05, 2048, map { $_->[-1] } @rows[-ROUNDS .. -1]);
    is("@{[ $t->worker_pids ]}", "@pid", "$timeout s: the same workers");
    $t->clean;
    $crm->clean;
}

table(@rows);
done_testing();


sub client {
    my ($address) = @_;

    socket my $socket, PF_INET, SOCK_STREAM, 0 or die "socket: $!";
    connect $socket, $address or die "connect: $!";

    return $socket;
}


sub text {
    my ($n) = @_;

    return Test::CRM::HTTP->text(POST => '/self-service/v1/contacts/otp',
        headers => [ api_key => $key ], body => '{"send_method":"SMS",'
        . qq("credentials":[{"name":"CARD","value":"card-C$n"}]}));
}


sub send_one {
    my ($t, $n) = @_;

    return $t->http(text($n));
}


# All answers, whoever is first.

sub answers {
    my ($clients, $since) = @_;

    my %seen = (right => 0, refused => 0, wrong => [], longest => 0);
    my @in = ('') x @$clients;
    my ($bits, $left, @by_fd) = ('', scalar @$clients);
    my $end = time + 30;

    for my $n (0 .. $#$clients) {
        my $fd = fileno $clients->[$n];

        $by_fd[$fd] = $n;
        vec($bits, $fd, 1) = 1;
    }

    while ($left && time < $end) {
        select my $ready = $bits, undef, undef, 1;

        my $set = unpack 'b*', $ready;

        for (my $fd = index $set, 1; $fd >= 0; $fd = index $set, 1, $fd + 1) {
            my $n = $by_fd[$fd];
            my $got = sysread $clients->[$n], $in[$n], 65536, length $in[$n];

            next if $got && !whole($in[$n]);

            vec($bits, $fd, 1) = 0;
            $left--;
            judge(\%seen, $n, $in[$n]);
            $seen{longest} = max($seen{longest}, time - $since->[$n]);
        }
    }

    return \%seen;
}


sub whole {
    my ($in) = @_;

    my ($head, $body) = split /\r\n\r\n/, $in, 2;

    return defined $body && $head =~ /^content-length: (\d+)/mi
        && length $body == $1;
}


sub judge {
    my ($seen, $n, $in) = @_;

    my ($status, $body) = $in =~ m{\AHTTP/1.1 (\d+) .*?\r\n\r\n(.*)\z}s;
    my $shown = '+35799***' . substr 10_000 + $n, -3;

    return $seen->{right}++ if ($status // 0) == 200
        && $body =~ /\A\{"obfuscated_value":"\Q$shown\E","auth_otp":"[^"]+"\}/;
    return $seen->{refused}++
        if "$status $body" eq refused('unavailable');

    push @{$seen->{wrong}}, "$n: $in" if @{$seen->{wrong}} < 5;
}
