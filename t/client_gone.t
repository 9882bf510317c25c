#!/usr/bin/perl

# Clients leave wherever a flow waits, for Redis, for a thread, for the CRM or
# for the client itself, and read as slowly as they can: no worker minds, and
# nothing of them stays.

use warnings;
use strict;

use IO::Socket::INET;
use Socket qw(SOL_SOCKET SO_RCVBUF);
use Test::More;

use Test::CRM;
use Test::CRM::Flows qw(flows kinds provision parts text ask $lenient);
use Test::CRM::Leave qw(hows leaves);
use Test::CRM::Process qw(wait_for spew);
use Test::CRM::Wire;
use Test::CRM::Words qw(bearer);

my $v1 = '/self-service/v1';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    listen => 'listen 127.0.0.1:%%PORT2%% http2;
               listen 127.0.0.1:%%PORT3%% sndbuf=4k;',
    redis => 'crm_redis unix:%%DIR%%/wire.sock timeout=10s;',
    http => 'crm_api_key_cache off;', server => $lenient,
    location => 'proxy_read_timeout 60s;',
    locations => 'location = /active { stub_status; }'));

my $wire = Test::CRM::Wire->new($t);

$t->start;
provision($t);
well('at first');

my @pid = $t->worker_pids;


# waits for Redis

for my $flow (flows()) {
    my $n = kinds($flow);

    for my $i (1 .. $n) {
        for my $how (hows()) {
            my @parts = parts($t, $flow);

            $wire->plan(hold => $i);
            leaves($t, $how, "$flow, $i of $n", sub { $wire->reached },
                POST => @parts);
            $wire->plan('pass');
        }
    }

    well($flow);
}


# waits for a thread, which ends after the client has gone

$t->secret('slow password');
$t->contact('SLOW', identities => [ [ EMAIL => 'slow@crm.com' ] ],
    password_hash => crypt 'slow password', '$6$rounds=900000$abcdefgh');

for my $how (hows()) {
    my $asked = calls('hmget');
    my $scripts = calls('evalsha');

    leaves($t, $how, 'a thread', sub { calls('hmget') == $asked + 2 },
        POST => "$v1/contacts/authenticate",
        headers => [ api_key => 'a key of the shop' ],
        json => { provider => 'EMAIL', username => 'slow@crm.com',
            password => 'slow password' });
    is(calls('evalsha'), $scripts + 1, 'a thread, nothing is asked since');
}

well('a thread');


# waits for the CRM: a proxied route, a flow that goes there, half an answer

my $gate = $t->dir . '/gate';
my $json = [ headers => [ api_key => 'a key of the shop' ],
    json => { provider => 'GOOGLE', token => 'x' } ];

$t->crm(map { ("POST $_" => { gate => $gate, body => '{}' }) }
    '/contacts/authenticate', '/printout');

for my $how (hows()) {
    for my $to ('/contacts/authenticate', '/printout') {
        my $n = $t->crm_log;

        leaves($t, $how, "the CRM, $to", sub { $t->crm_log == $n + 1 },
            POST => "$v1$to", @$json[0], [ @{$json->[1]},
            bearer($t->token('JOHN')) ], @$json[2, 3]);
    }
}

spew($gate, '');
well('the CRM');


# waits for the client: half a body

for my $flow (flows()) {
    for my $how (hows()) {
        my @parts = parts($t, $flow);
        my $before = calls('hmget');

        leaves($t, $how, "$flow, half a body",
            sub { calls('hmget') > $before }, POST => @parts, half => 1);
    }
}

well('half a body');


# clients that read byte by byte, by small buffers

my $large = '[' . join(',', map { qq({"n":$_.10}) } 1 .. 120_000) . ']';

$t->crm('GET /contacts/JOHN' => { body => $large },
    'GET /contacts/JOHN/wallets' => { chunks =>
        [ map { substr $large, $_ * 1e5, 1e5 } 0 .. length($large) / 1e5 ] });

for my $flow (flows()) {
    my $r = slow(text($t, $flow), 1);

    is($r->truncated, 0, "$flow, slowly");
    like($r->body, qr/\A\{"(?:obf|acc).*[}\]]\}?\z/, "$flow, slowly, all");
    $t->seen($r);
}

for my $path ('/contacts/JOHN', '/contacts/JOHN/wallets') {
    my $r = slow(Test::CRM::HTTP->text(GET => "$v1$path",
        headers => [ bearer($t->token('JOHN')) ]), 1000);

    ok($r->body eq $large, "$path, " . length($large) . ' bytes, slowly');
}

is("@{[ $t->worker_pids ]}", "@pid", 'the same worker');

$t->done;


# Those who stayed are served, and of the others no connection is left.

sub well {
    my ($name) = @_;

    ok(wait_for(sub { ask($t, 'send')->status == 200 }), "$name, Redis is up");
    is(ask($t, $_)->status, 200, "$name, $_ is served") for flows();
    ok(wait_for(sub { $t->get('/active')->body =~ /: 1 / }),
        "$name, nobody is left");
}


sub calls {
    my ($command) = @_;

    return $t->redis('INFO', 'commandstats')
        =~ /^cmdstat_$command:calls=(\d+)/m ? $1 : 0;
}


# Its buffer is as small as the system lets it be; at once n bytes are read.

sub slow {
    my ($text, $n) = @_;

    my $socket = IO::Socket::INET->new(Proto => 'tcp');

    setsockopt $socket, SOL_SOCKET, SO_RCVBUF, pack 'l', 1;
    $socket->connect($t->port('PORT3'), Socket::INADDR_LOOPBACK()) or die $!;
    syswrite $socket, $text;

    my $client = bless { socket => $socket, in => '', step => $n },
        'Test::Slow';

    return $client->response;
}


package Test::Slow;

use parent -norequire, 'Test::CRM::HTTP';

sub more {
    my ($self) = @_;

    IO::Select->new($self->{socket})->can_read(60) or return;

    return sysread $self->{socket}, $self->{in}, $self->{step},
        length $self->{in};
}
