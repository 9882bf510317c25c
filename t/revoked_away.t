#!/usr/bin/perl

# Revocations while nobody tells of them: crm_revocation eventual and strict,
# a subscription that is cut, refused or half open, and a zone too small.

use warnings;
use strict;

use Test::More;
use Time::HiRes qw(time);

use Test::CRM;
use Test::CRM::Process qw(wait_for patience);
use Test::CRM::Revoked qw(edge session get out said_of revoke_in_the_dark);
use Test::CRM::Words qw(refused);

my $eventual = edge();
my $strict = edge($eventual, lines => 'crm_revocation strict;');
my $small = edge($eventual, zone => '32k');


# the subscription is refused, and Redis is there

my %asked = map { $_ => count($_, 'revocation_asked') } $eventual, $strict;

get($_, session($eventual)) for $eventual, $strict;
is(count($_, 'revocation_asked'), $asked{$_}, 'told: Redis is not asked')
    for $eventual, $strict;

$eventual->redis('ACL', 'SETUSER', 'default', '-subscribe');
$eventual->redis('CLIENT', 'KILL', 'TYPE', 'pubsub');

for my $edge ($eventual, $strict) {
    ok(wait_for(sub { !said_of($edge, 'revocations_told') }, 3), 'not told');
}

my $session = session($eventual);

revoke_in_the_dark($eventual, $session);

is(get($strict, $session), refused('wrong_token'), 'strict asks');
is(get($strict, session($eventual)), '200 {}', 'strict, of another session');

my $stale = count($eventual, 'revocation_stale');

is(get($eventual, $session), '200 {}', 'eventual serves');
is(count($eventual, 'revocation_stale'), $stale + 1, 'and counts');

my $contact = { cid => 'CAD2', token => $eventual->token('CAD2',
    iat => int time) };

$eventual->redis('SET', 'crm:live:revoked:{crm:revoked}:CAD2', int(time) - 1);
is(get($strict, $contact), '200 {}', 'strict, issued after');
$eventual->redis('SET', 'crm:live:revoked:{crm:revoked}:CAD2', int time);
is(get($strict, $contact), refused('wrong_token'), 'strict, issued before');
$eventual->redis('DEL', 'crm:live:revoked:{crm:revoked}:CAD2');

my $known = session($eventual);

is(out($eventual, $known), '200 ', 'sign out');
is(get($eventual, $known), refused('wrong_token'), 'known where it was done');

$eventual->redis('ACL', 'SETUSER', 'default', '+subscribe');

for my $edge ($eventual, $strict) {
    ok(wait_for(sub { said_of($edge, 'revocations_told') }, 5),
        'told again');
}

is(get($eventual, $session), refused('wrong_token'), 'eventual caught up');
is(told_lost($eventual), 1, 'eventual: one line in the log');
like($eventual->error_log, qr/are not told any more: tokens revoked by other/,
    'what it means');
like($eventual->error_log, qr/\[notice\].*revocations are told .* again/,
    'and its end');
like($strict->error_log, qr/are not told any more: each token is asked/,
    'strict: what it means');


# half open: the connection is up, and nobody is there

$session = session($eventual);

is(out($eventual, $session), '200 ', 'sign out');
ok(wait_for(sub { get($strict, $session) eq refused('wrong_token') }, 3),
    'known to both');

kill 'STOP', $eventual->{pid}{redis};

my $stopped = time;

for my $edge ($eventual, $strict) {
    ok(wait_for(sub { !said_of($edge, 'revocations_told') }, 3), 'noticed');
    cmp_ok(time - $stopped, '<', 2 * patience(), 'in time');
    is(get($edge, $session), refused('wrong_token'), 'known, refused');
}

is(get($eventual, session($eventual)), '200 {}', 'half open, eventual');

my $asking = time;

is(get($strict, session($eventual)), refused('unavailable'),
    'half open, strict');
cmp_ok(time - $asking, '<', patience(), 'in time');

# longer than the link waits before it drops what does not answer
ok(wait_for(sub { told_lost($eventual) == 2 }, 3), 'the log says so');

kill 'CONT', $eventual->{pid}{redis};

for my $edge ($eventual, $strict) {
    ok(wait_for(sub { said_of($edge, 'revocations_told') }, 5),
        'half open, over');
    is(get($edge, session($eventual)), '200 {}', 'served');
}


# a zone that is too small for them

my $life = 4;
my $end = int(time) + $life;

is(count($small, 'revocations_lost'), 0, 'nothing lost yet');
$eventual->redis('ZADD', 'crm:revoked', map { ($end, "s:many-$_") }
    1 .. 2000);
$eventual->redis('CLIENT', 'KILL', 'TYPE', 'pubsub');
ok(wait_for(sub { count($small, 'revocations_lost') }, 3), 'lost, counted');
is(get($small, many($_)), refused('wrong_token'), "number $_, never forgotten")
    for 1, 50, 100, 500, 1000, 1999, 2000;
is(get($small, session($eventual)), '200 {}', 'another one');
cmp_ok(count($small, 'revocation_asked'), '>', 0, 'by asking');
is($small->get('/health')->status, 200, 'ready all the same');
is(lines($small, qr/\[error\].*crm_zone is full/), 1, 'one line in the log');

$session = session($eventual);
is(out($small, $session), '200 ', 'sign out');
is(get($small, $session), refused('wrong_token'), 'refused, by asking');

my $key = $eventual->api_key('a-key-without-room');

is($small->get('/keyed/stores', api_key => $key)->status, 200,
    'API keys have no room, and are asked for');

ok(wait_for(sub { time > $end + 1 }, $life + 2), 'until they have expired');
$eventual->redis('ZREMRANGEBYSCORE', 'crm:revoked', '-inf', $end);
$eventual->redis('CLIENT', 'KILL', 'TYPE', 'pubsub');
ok(wait_for(sub { said_of($small, 'revocations_told') }, 3), 'room again');
is(lines($small, qr/\[notice\].*has room for all/), 1, 'the log says so');

my $asked = count($small, 'revocation_asked');

is(get($small, session($eventual)), '200 {}', 'served');
is(get($small, $session), refused('wrong_token'), 'refused');
is(count($small, 'revocation_asked'), $asked, 'from memory');


# nothing is loaded yet, and Redis is away: a token may be revoked

$strict->clean;
$small->clean;

$eventual->stop_redis;
is(get($eventual, session($eventual)), '200 {}', 'away, eventual');
$eventual->stop_nginx;
$eventual->start_nginx;
is(get($eventual, session($eventual)), refused('unavailable'),
    'not loaded yet');
is($eventual->get('/health')->status, 503, 'not ready');
$eventual->start_redis;
ok(wait_for(sub { get($eventual, session($eventual)) eq '200 {}' }),
    'loaded');
$eventual->done;


sub many {
    return { token => $eventual->token('CAD1', sid => "many-$_[0]") };
}


sub count { said_of(@_) }


sub lines {
    my ($edge, $pattern) = @_;

    return scalar grep { /$pattern/ } split /\n/, $edge->error_log;
}


sub told_lost { lines($_[0], qr/\[error\].*are not told any more/) }
