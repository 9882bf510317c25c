#!/usr/bin/perl

# Clients that are slow, rude or many, beside a load that must not notice:
# half a request and no more, byte by byte, HTTP/2 streams that are opened and
# cancelled at full speed while Redis stands still, and a connection with a
# hundred thousand refusals.  What they cost is given back.

use warnings;
use strict;

use List::Util qw(max sum);
use Test::More;
use Time::HiRes qw(time sleep);

use Test::CRM;
use Test::CRM::H2;
use Test::CRM::Hard qw(edge table total longest ms noise rss steady fair);
use Test::CRM::HTTP;
use Test::CRM::Load;
use Test::CRM::Load::User qw(provision);
use Test::CRM::Process qw(wait_for);
use Test::CRM::Words qw(said refused bearer);

use constant SLOW => 1000;
use constant STREAMS => $ENV{HARD_STREAMS} || 100_000;
use constant REFUSED => $ENV{HARD_REFUSED} || 100_000;
use constant ROUNDS => 24;
use constant LATE => 0.5;          # the load waits no longer

my ($t, $crm) = edge(redis => 'crm_redis unix:%%REDIS%% timeout=60s;',
    listen => 'listen 127.0.0.1:%%PORT2%% http2;',
    http => 'keepalive_requests 1000000000;
            client_header_timeout 5s; client_body_timeout 5s;');

my $v1 = '/self-service/v1';
my $send = '{"send_method":"SMS","credentials":[{"name":"CARD","value":'
    . '"card-C20000"}]}';
my @key = (api_key => 'a key of the shop');
my @rows = [ 'beside', qw(seconds offered right refused wrong), 'longest ms',
    'workers KiB' ];

$t->start;
provision($t);
ok(wait_for(sub { $t->get('/ready')->status == 200 }), 'ready');

my @pid = $t->worker_pids;
my $load = Test::CRM::Load->new($t, pass => 12, flow => 24);

sleep 1;
$load->phase;
beside('nothing', sub { sleep 2 });
beside(SLOW . ' slow clients', \&slow);
beside(SLOW . ' half bodies', \&half);
beside(STREAMS . ' streams cancelled', sub { cancel(STREAMS) });
beside(REFUSED . ' refused on one connection', \&one_connection);
$load->stop;

stands_still();

ok(wait_for(sub { $t->get('/active')->body =~ /: 1 / }, 20),
    'nobody is left');
is("@{[ $t->worker_pids ]}", "@pid", 'the same workers');
table(@rows);
$t->clean;
$crm->done;


# What a load sees meanwhile, and what memory the workers then have.  NGINX
# shares connections among workers as it likes, so that the second time may
# cost the one what the first has cost the other; the third is free.

sub beside {
    my ($name, $sub) = @_;

    my (@memory, @seen);
    my $start = time;

    for (1 .. 3) {
        $sub->();
        push @seen, $load->phase;
        push @memory, sum(map { rss($_) } @pid);
    }

    fair($name, @seen);
    push @rows, [ "$name, 3 times", int(time - $start), (map { my $what = $_;
        sum(map { total($_, $what) } @seen) }
        qw(offered right refused wrong)), ms(max(map { longest($_) } @seen)),
        "@memory" ];
    is($rows[-1][4], 0, "$name: nothing is refused");
    cmp_ok(max(map { longest($_) } @seen), '<=', LATE + noise(),
        "$name: nobody is slower");
    steady($name, 0.05, 1024, @memory);
}


# Requests that come a few bytes at a time, heads and bodies, until they are
# answered, or NGINX ends them.

sub slow {
    my @texts = (Test::CRM::HTTP->text(POST => "$v1/contacts/otp",
        headers => [ api_key => 'nobody' ], body => $send),
        Test::CRM::HTTP->text(GET => "$v1/contacts/C1", headers => [ @key,
            'X-Filler' => 'x' x 200 ]));
    my @clients = map { { http => $t->connect,
        left => $texts[$_ % @texts] } } 1 .. SLOW;
    my $end = time + 8;

    while (time < $end && grep { length $_->{left} } @clients) {
        for my $client (grep { length $_->{left} } @clients) {
            $client->{http}->write(substr $client->{left}, 0, 4, '')
                or $client->{left} = '';
        }

        sleep 0.05;
    }

    my %said;

    $said{eval { $_->{http}->response('POST')->status } // 'none'}++
        for @clients;
    is_deeply([ grep { !/^(?:401|408|0)$/ } keys %said ], [],
        'refused, or ended for slowness');
}


# Half a body, which never comes to an end, of clients that then go.

sub half {
    my $text = Test::CRM::HTTP->text(POST => "$v1/contacts/otp",
        headers => \@key, body => $send);

    substr $text, -20, 20, '';

    my @clients = map { $t->connect } 1 .. SLOW;

    $_->write($text) for @clients;
    sleep 2;
    $_->close for @clients[0 .. SLOW / 2];

    # who stays is told to go

    is(scalar(grep { !eval { $_->closed(10) } }
        @clients[SLOW / 2 + 1 .. SLOW - 1]), 0, 'half bodies are ended');
}


# Each stream is cancelled in the write that opens it.

sub cancel {
    my ($streams) = @_;

    my ($n, $h2, $ended) = (0, undef, 0);

    while ($n < $streams) {
        $h2 ||= Test::CRM::H2->new($t->port('PORT2'));

        my $sent = 1;

        for (1 .. 50) {
            $sent &&= $h2->write(POST => "$v1/contacts/otp",
                headers => \@key, body => $send);
            $sent &&= $h2->reset;
            $n++;
        }

        # what NGINX says is thrown away; it may end the connection

        my $left = IO::Select->new($h2->{socket});

        while ($sent && $left->can_read(0)) {
            $sent = sysread $h2->{socket}, my $bytes, 65536;
        }

        next if $sent;

        $h2->close;
        $h2 = undef;
        $ended++;
    }

    note("$ended connections were ended");
    ok(wait_for(sub { $t->get('/active')->body =~ /Writing: (\d+)/
        && $1 < 50 }), 'no stream is left');
}


# The same while they wait, for Redis stands still: what is cancelled stays
# until its reply has come, or its time is over.

sub stands_still {
    my @memory;
    my $asked = asked();

    for my $round (1 .. ROUNDS) {
        kill 'STOP', $t->{pid}{redis};

        my @clients = map { parked() } 1 .. 20;

        for my $h2 (@clients) {
            $h2->reset($_ * 2 - 1) for 1 .. 100;
        }

        $_->close for @clients[0 .. 9];
        kill 'CONT', $t->{pid}{redis};
        is($t->http(POST => "$v1/contacts/otp", headers => \@key,
            body => $send =~ s/C20000/C20001/r)->status, 200,
            "round $round, served");
        ok(wait_for(sub { $t->get('/active')->body =~ /Writing: 1 / }),
            "round $round, nobody waits");
        push @memory, sum(map { rss($_) } @pid);
    }

    $asked = asked() - $asked;
    cmp_ok($asked, '>', ROUNDS * 20 * 100, 'cancelled while they waited');
    steady('cancelled while they wait', 0.05, 1024, @memory);
    push @rows, [ ROUNDS * 2000 . ' cancelled while they wait', ('') x 6,
        "@memory[ROUNDS / 2, -1]" ];
}


# A connection with a hundred streams, all of which wait; what asks how many
# there are may be counted itself.

sub parked {
    my $h2 = Test::CRM::H2->new($t->port('PORT2'));
    my ($before) = $t->get('/active')->body =~ /Writing: (\d+)/;

    $h2->write(POST => "$v1/contacts/otp", headers => \@key, body => $send)
        for 1 .. 100;
    ok(wait_for(sub { $t->get('/active')->body =~ /Writing: (\d+)/
        && $1 > $before + 90 }), 'a hundred wait');

    return $h2;
}


sub asked {
    return $t->redis('INFO', 'commandstats')
        =~ /^cmdstat_evalsha:calls=(\d+)/m ? $1 : 0;
}


# Refusals of all kinds, fifty in one write.

sub one_connection {
    my $client = $t->connect;
    my @texts = map { Test::CRM::HTTP->text($_->[0] => "$v1$_->[1]",
        headers => $_->[2], defined $_->[3] ? (body => $_->[3]) : ()) }
        [ GET => '/contacts/C1', [] ],
        [ GET => '/contacts/C1', [ Authorization => 'Bearer x' ] ],
        [ POST => '/contacts/otp', [ api_key => 'none' ], '{}' ],
        [ POST => '/contacts/otp', \@key, '{' ],
        [ GET => '/contacts/C1', [ bearer($t->token('C10000')) ] ];
    my @said = (refused('no_token'), refused('wrong_token'),
        refused('wrong_api_key'), refused('invalid_json'),
        refused('forbidden'));
    my %wrong;

    for (1 .. REFUSED / 50) {
        $client->write(join '', (@texts) x 10);

        for my $i (0 .. 49) {
            my $said = said($client->response('GET'));

            $wrong{$said}++ if $said ne $said[$i % 5];
        }
    }

    is_deeply(\%wrong, {}, REFUSED . ' refusals');
}
