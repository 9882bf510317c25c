#!/usr/bin/perl

# Revocations among edges: two of them on one Redis.  What the one is told
# the other refuses, whatever happened to it meanwhile.

use warnings;
use strict;

use Test::More;
use Time::HiRes qw(sleep time);

use Test::CRM;
use Test::CRM::Process qw(wait_for patience);
use Test::CRM::Revoked qw(edge session get out said_of revoke_in_the_dark);
use Test::CRM::Words qw(refused);

my $one = edge(undef, workers => 2);
my $two = edge($one);


# told

my $session = session($one);

is(get($two, $session), '200 {}', 'a token of either edge');
is(out($one, $session), '200 ', 'sign out at the one');

my $told = time;

ok(wait_for(sub { get($two, $session) ne '200 {}' }, 2), 'the other knows');
cmp_ok(time - $told, '<', 0.1 * patience(), 'within 100 ms');
is(get($two, $session), refused('wrong_token'), 'and refuses it');

my $token = { token => $one->token('CAD1') };

is(out($one, $token), '200 ', 'without a session');
ok(wait_for(sub { get($two, $token) eq refused('wrong_token') }, 0.1),
    'the other knows');


# a subscriber that was cut off

for my $kinds ([ 'pubsub' ], [ 'pubsub', 'normal' ]) {
    $session = session($one);

    is(said_of($two, 'revocations_told'), 1, "@$kinds: told");

    revoke_in_the_dark($one, $session);
    is(get($two, $session), '200 {}', "@$kinds: not of this one");
    $one->redis('CLIENT', 'KILL', 'TYPE', $_, 'SKIPME', 'yes') for @$kinds;

    ok(wait_for(sub { get($two, $session) eq refused('wrong_token') }, 3),
        "@$kinds: cut off, it catches up");
    ok(wait_for(sub { said_of($two, 'revocations_told') }, 3),
        "@$kinds: told again");
}

like($two->error_log,
    qr/\[error\].*: lost the subscription at .*: Redis closed/,
    'the log says so');


# many, in pages, many of them with the same end

my $end = time + 3600;
my @many = map { ($end + ($_ < 2500 ? 0 : $_), "s:many-$_") } 1 .. 3500;

$end = int $end;
@many = map { /^s:/ ? $_ : int } @many;
$one->redis('ZADD', 'crm:revoked', splice @many, 0, 1000) while @many;
$one->redis('CLIENT', 'KILL', 'TYPE', 'pubsub');

for my $edge ($one, $two) {
    ok(wait_for(sub { said_of($edge, 'revocations') >= 3500 }, 5), 'pages');

    is(get($edge, { token => $one->token('CAD1', iat => time + 20,
        sid => "many-$_") }), refused('wrong_token'), "number $_")
        for 1, 999, 1000, 1001, 2000, 2499, 2500, 3000, 3500;
    is(get($edge, { token => $one->token('CAD1', iat => time + 20,
        sid => 'many-0') }), '200 {}', 'none of them');
}


# a restart forgets nothing

$session = session($one);

is(out($one, $session), '200 ', 'sign out');
is($two->stop_nginx, undef, 'the other one ends');
$two->start_nginx;
is(get($two, $session), refused('wrong_token'), 'restarted, at once');
is(get($two, session($one)), '200 {}', 'restarted, another');


# nor does a reload, with another zone

$session = session($one);

is(out($one, $session), '200 ', 'sign out');
ok($two->reload($two->{conf} =~ s/crm_zone 2m/crm_zone 3m/r), 'reload');
is(get($two, $session), refused('wrong_token'), 'reloaded');
ok(wait_for(sub { said_of($two, 'revocations') >= 3500 }, 5), 'loaded anew');


# what the CRM tells

$session = session($one, 'CAD2');

my $test = { cid => 'CAD2', token => $one->token('CAD2', mode => 'test') };

$one->redis('HSET', 'crm:live:session:{CAD2}:x', 'generation', 1);
$one->redis('ZADD', 'crm:live:sessions:{CAD2}', time + 1000, 'x');
$one->redis('PUBLISH', 'crm:events', 'contact live CAD2');

for my $edge ($one, $two) {
    ok(wait_for(sub { get($edge, $session) eq refused('wrong_token') }, 1),
        'a contact');
    is(get($edge, $test), '200 {}', 'not in test mode');
}

ok(wait_for(sub { !$one->redis('EXISTS', 'crm:live:sessions:{CAD2}') }, 1),
    'its sessions end');

$two->stop_nginx;
$two->start_nginx;
is(get($two, $session), refused('wrong_token'), 'restarted, a contact');


# and of whom a revocation was told that ours are issued behind: another edge
# is ahead of our clock, or it was this very second

my $then = int(time) + 20;
my $kept = 'crm:live:revoked:{crm:revoked}:CAD4';

$one->api_key('key');
$one->contact('CAD4', password => 'a good password',
    identities => [ [ EMAIL => 'cad4@crm.com' ] ]);
$one->redis('PUBLISH', 'crm:events', "revoke c:live:CAD4:$then "
    . ($then + 1000));

for my $edge ($one, $two) {
    ok(wait_for(sub { get($edge, session($one, 'CAD4')) ne '200 {}' }, 1),
        'revoked ahead');
}

for my $n (1 .. 2) {
    my $session = sign_in($one, 'CAD4');

    is(get($_, $session), '200 {}', "signed in, $n") for $one, $two;
    $one->redis('PUBLISH', 'crm:events', 'contact live CAD4');
    ok(wait_for(sub { get($one, $session) eq refused('wrong_token') }, 1),
        "a contact, $n");
    ok(wait_for(sub { get($two, $session) eq refused('wrong_token') }, 1),
        "a contact, where it did not sign in, $n");
    ok(wait_for(sub { !$one->redis('EXISTS', 'crm:live:sessions:{CAD4}') },
        1), "its sessions end, $n");
    is($one->redis('GET', $kept), $then + $n, "by all workers once, $n");
}


for my $event ('', ' ', 'revoke', 'revoke x', 'revoke c:live:X 5', 'contact',
    'revoke a/b 9999999999', 'contact both CAD1', 'contact live a b', 'apikey',
    'apikey x', 'client', 'nothing at all', "revoke \0 1", 'x' x 70_000,
    'revoke s:a:b:c 9999999999', 'contact live ' . 'x' x 200)
{
    $one->redis('PUBLISH', 'crm:events', $event);
}

$session = session($one);
is(out($one, $session), '200 ', 'after events without a sense');
ok(wait_for(sub { get($two, $session) eq refused('wrong_token') }, 0.5),
    'the next one is told');
like($two->error_log, qr/\[warn\].*an event of unknown form/, 'and they are');


# an API key that changed

my $key = 'a-key-that-changes';

$one->api_key($key);

is(by_key($_, $key), 200, 'a key') for $one, $two;

$one->api_key($key, state => 'disabled');
is(by_key($_, $key), 200, 'a key, changed') for $one, $two;
$one->redis('PUBLISH', 'crm:events', 'apikey ' . $one->sha256_hex($key));
ok(wait_for(sub { by_key($_, $key) == 401 }, 0.5), 'a key, told')
    for $one, $two;

$two->clean;
$one->done;


sub by_key { $_[0]->get('/keyed/stores', api_key => $_[1])->status }

sub sign_in {
    my ($edge, $cid) = @_;

    my $reply = $edge->post('/self-service/v1/contacts/authenticate', {
        provider => 'EMAIL', username => "\L$cid\@crm.com",
        password => 'a good password' }, api_key => 'key')->json;

    return { cid => $cid, token => $reply->{access_token} };
}
