#!/usr/bin/perl

# What a sign-in has read may be over before its session opens: the contact's
# password or state changes between the two, by another edge or the CRM.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Flows qw(begin ask provision $lenient);
use Test::CRM::Process qw(wait_for);
use Test::CRM::Session qw(claims);
use Test::CRM::Wire;
use Test::CRM::Words qw(said refused);

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    redis => 'crm_redis unix:%%DIR%%/wire.sock timeout=10s;',
    http => 'crm_api_key_cache ttl=1h;',
    server => $lenient));
my $wire = Test::CRM::Wire->new($t);

$t->start;
provision($t);

my $key = 'crm:live:contact:{JOHN}';
my $good = $t->redis('HGET', $key, 'password');
my $other = crypt 'another password', '$y$j9T$abcdefgh';
my $again = crypt 'a good password', '$y$j9T$hgfedcba';
my $old = crypt 'a good password', '$6$rounds=1000$harness$';
my $wrong = refused('wrong_credentials');

# what a sign-in asks, without its API key: the last opens the session

my %last = (password => 5, rehash => 6, handle => 6);

# Redis knows the scripts, and the edge the key

ok(wait_for(sub { ask($t, 'password')->status == 200 }), 'Redis is up');

for my $flow (qw(handle password)) {
    $t->redis('HSET', $key, password => $old);
    is(ask($t, $flow)->status, 200, "$flow, all well");
}

sub password { $t->redis('HSET', $key, password => $_[0]) }
sub state    { $t->redis('HSET', $key, state => $_[0]) }


# before which command; what has been read; what happens; what is said, and
# how many sessions there are

for my $row (
    [ 'another password', password => 0, $good, sub { password($other) },
      $wrong, 0 ],
    [ 'no password', password => 0, $good,
      sub { $t->redis('HDEL', $key, 'password') }, $wrong, 0 ],
    [ 'the same one, hashed by another edge', password => 0, $good,
      sub { password($again) }, 200, 1 ],
    [ 'another, when it has been hashed anew', rehash => 0, $old,
      sub { password($other) }, $wrong, 0 ],
    [ 'another, before it is hashed anew', rehash => 2, $old,
      sub { password($other) }, $wrong, 0 ],
    [ 'the same one, hashed anew by two', rehash => 2, $old,
      sub { password($again) }, 200, 1 ],
    [ 'disabled', password => 0, $good, sub { state('disabled') },
      $wrong, 0 ],
    [ 'deleted', password => 0, $good, sub { $t->redis('DEL', $key) },
      $wrong, 0 ],
    [ 'disabled, by a code', handle => 0, $good, sub { state('disabled') },
      refused('unavailable'), 0 ],
    [ 'another password, by a code', handle => 0, $good,
      sub { password($other) }, 200, 1 ])
{
    my ($name, $flow, $before, $hash, $happens, $said, $sessions) = @$row;

    provision($t);
    password($hash);
    state('active');
    $t->redis('DEL', @{$t->redis('KEYS', 'crm:live:session*{JOHN}*')}, 'x');

    # a code is sent before the wire is asked to hold anything

    my $held = $t->connect;
    my $text = Test::CRM::Flows::text($t, $flow eq 'rehash' ? 'password'
                                                            : $flow);

    $wire->plan(hold => $last{$flow} - $before);
    $held->write($text);
    ok(wait_for(sub { $wire->reached }), "$name: held");
    $happens->();
    $wire->plan('pass');

    my $r = $t->seen($held->response('POST'));

    is($said eq 200 ? $r->status : said($r), $said, $name);
    is($t->redis('ZCARD', 'crm:live:sessions:{JOHN}'), $sessions,
        "$name: sessions");
    is($t->redis('HGET', $key, 'password'), $other, "$name: it stays")
        if $name =~ /^another/;
}


# A first proof voids what was set before one, and not what came with another.

provision($t);
$t->redis('DEL', @{$t->redis('KEYS', 'crm:live:session*{JOHN}*')}, 'x');
$t->redis('HSET', $key, is_verified => 'false');

my $proof = $t->connect;
my $typed = Test::CRM::Flows::text($t, 'handle');

$wire->plan(hold => $last{handle});
$proof->write($typed);
ok(wait_for(sub { $wire->reached }), 'a first proof: held');
$t->redis('HSET', $key, password => $other, is_verified => 'true');
$wire->plan('pass');
is($t->seen($proof->response('POST'))->status, 200, 'a first proof: right');
is($t->redis('HGET', $key, 'password'), $other,
    'a first proof: a password that was reset stays');


# A session that opened before its contact's tokens were revoked has an access
# token of before that, however late its reply comes.

provision($t);
$t->redis('DEL', @{$t->redis('KEYS', 'crm:live:session*{JOHN}*')}, 'x');

my $client = $t->connect;
my $text = Test::CRM::Flows::text($t, 'password');

$wire->plan(hold => $last{password});
$client->write($text);
ok(wait_for(sub { $wire->reached }), 'held');

my $from = time;

ok(wait_for(sub { time > $from + 1 }), 'later');
$wire->plan('pass');
cmp_ok(claims($t->seen($client->response('POST'))->json->{access_token})
    ->{iat}, '<=', $from, 'issued when it was asked for');

$t->done;
