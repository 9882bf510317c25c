#!/usr/bin/perl

# Verified tokens that are kept: they are found by all their bytes, on their
# own server alone, and what may change meanwhile is asked each time.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::JWT;
use Test::CRM::Process qw(slurp wait_for);
use Test::CRM::Words qw(said refused bearer);

my $location = 'location /self-service/v1/ { crm_api selfservice;
    crm_require_tls off; proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path; }';

my $conf = Test::CRM::conf_selfservice(
    keys => 'crm_jwt_key HS512 file:%%DIR%%/jwt.key kid=test;
        crm_jwt_key RS256 file:%%DIR%%/rs256.pub kid=rsa;
        crm_jwt_key ES256 file:%%DIR%%/es256.pub kid=ec;',
    http => "crm_token_cache 16; crm_jwt_leeway 0s;
        server { listen 127.0.0.1:%%PORT2%%;
            crm_jwt_key HS512 file:%%DIR%%/new.key kid=test; $location }
        server { listen 127.0.0.1:%%PORT3%%; crm_jwt_issuer us; $location }
        server { listen 127.0.0.1:%%PORT4%%; $location }",
    locations => 'location = /status { crm_status json; }');

my $t = Test::CRM->new(conf => $conf,
    crm => { 'GET ~.' => '{"crm":1}' });

my ($rsa) = Test::CRM::JWT::pair('RS256', $t->dir);
my ($ec) = Test::CRM::JWT::pair('ES256', $t->dir);

$t->file('new.key', 'N' x 64);
$t->secret('N' x 64);
$t->start;

my $path = '/self-service/v1/contacts/CAD1';
my $passed = '200 {"crm":1}';
my $wrong = refused('wrong_token');
my %claims = (sub => 'CAD1', exp => time + 900, sid => 's1', app => 'shop');


# each kind of key, and a token with nothing but what it must have

for my $row (
    [ 'HS512', $t->token('CAD1', sid => 's1', app => 'shop'),
      'CAD1 live shop s1' ],
    [ 'test', $t->token('CAD1', mode => 'test'), 'CAD1 test' ],
    [ 'bare', $t->token('CAD1'), 'CAD1 live' ],
    [ 'RS256', $t->jwt(RS256 => $rsa, \%claims, { kid => 'rsa' }),
      'CAD1 live shop s1' ],
    [ 'ES256', $t->jwt(ES256 => $ec, \%claims, { kid => 'ec' }),
      'CAD1 live shop s1' ])
{
    my ($name, $token, $told) = @$row;

    for my $round ([ 'verified', 0, 1 ], [ 'known', 1, 0 ], [ 'known', 1, 0 ])
    {
        my ($how, @counted) = @$round;
        my @before = counts();

        is(said($t->get($path, bearer($token))), $passed, "$name, $how");
        is(told(), $told, "$name, $how, told");
        is_deeply([ counts() ],
            [ $before[0] + $counted[0], $before[1] + $counted[1] ],
            "$name, $how, counted");
    }

    is(said($t->get('/self-service/v1/contacts/CAD2', bearer($token))),
        refused('forbidden'), "$name, known, not its own data");
}


# all of a token's bytes count: each character another, and the last one so
# that only bits differ which stand for nothing

my $token = $t->token('CAD1', sid => 's2');

is(said($t->get($path, bearer($token))), $passed, 'kept');

my %refused;

for my $i (0 .. length($token) - 1) {
    my $forged = $token;

    substr($forged, $i, 1) = substr($forged, $i, 1) eq 'A' ? 'B' : 'A';
    $refused{said($t->get($path, bearer($forged)))}++;
}

is_deeply(\%refused, { $wrong => length $token }, 'no other character');
is(said($t->get($path, bearer(padded($token)))), $wrong, 'no other padding');
is(said($t->get($path, bearer($_))), $wrong, 'no other length')
    for $token . 'A', substr($token, 1), substr($token, 0, -1),
        substr($token, -16), substr($token, -17), substr($token, -15);
is(said($t->get($path, bearer($token))), $passed, 'still kept');


# of other keys, of another issuer; of a server with the same keys, verified

my @before = counts();

is(said(at('PORT2')), $wrong, 'another server, its own key');
is(said(at('PORT3')), $wrong, 'another server, its own issuer');
is(said(at('PORT4')), $passed, 'another server, the same keys');
is_deeply([ counts() ], [ $before[0], $before[1] + 3 ],
    'none was known there');
is(said(at('PORT4')), $passed, 'the same keys, again');
is_deeply([ counts() ], [ $before[0] + 1, $before[1] + 3 ], 'known there now');


# what may happen to a token that is kept

my $short = $t->token('CAD1', exp => time + 2);

is(said($t->get($path, bearer($short))), $passed, 'not expired yet');
is(said($t->get($path, bearer($short))), $passed, 'not expired yet, known');
ok(wait_for(sub { said($t->get($path, bearer($short))) eq $wrong }),
    'expired while known');

my $ended = $t->token('CAD1', sid => 'gone');

is(said($t->get($path, bearer($ended))), $passed, 'not revoked yet')
    for 1 .. 2;
$t->redis('ZADD', 'crm:revoked', time + 3600, 's:gone');
$t->redis('PUBLISH', 'crm:events', 'revoke gone ' . (time + 3600));
ok(wait_for(sub { said($t->get($path, bearer($ended))) eq $wrong }),
    'revoked while known');

is(said($t->get($path, bearer($token))), $passed, 'not signed out yet');
is($t->post("$path/sign_out", {}, bearer($token))->status, 200, 'signed out');
is(said($t->get($path, bearer($token))), $wrong, 'signed out while known');


# more tokens than there is room for, each with claims of another length

my @many = map { $t->token('C' x $_, sid => 's' x (51 - $_)) } 1 .. 50;

for my $i (0 .. 49, map { ($_) x 2 } 0 .. 49) {
    my $own = '/self-service/v1/contacts/' . 'C' x ($i + 1);

    is(said($t->get($own, bearer($many[$i]))), $passed, "token $i of many");
}

is(told(), 'C' x 50 . ' live s', 'the last of them');

is_deeply([ counts_of(sub {
    $t->get($path, bearer($many[$_])) for 34 .. 49
}) ], [ 16, 0 ], 'the last sixteen are known');
is_deeply([ counts_of(sub { $t->get($path, bearer($many[33])) }) ], [ 0, 1 ],
    'the one before them is not');


# longer than an entry

my $long = $t->token('CAD1', note => 'x' x 2000);

is_deeply([ counts_of(sub {
    is(said($t->get($path, bearer($long))), $passed, 'a long one') for 1 .. 3;
}) ], [ 0, 3 ], 'is not kept');


# another key, by a reload; and none kept

$token = $t->token('CAD1', sid => 's3');
is(said($t->get($path, bearer($token))), $passed, 'before the reload')
    for 1 .. 2;

ok($t->reload($conf =~ s/jwt\.key/new.key/r), 'a key is replaced');
is(said($t->get($path, bearer($token))), $wrong, 'and its tokens are refused');

ok($t->reload($conf =~ s/crm_token_cache 16/crm_token_cache off/r), 'off');
is_deeply([ counts_of(sub {
    is(said($t->get($path, bearer($token))), $passed, 'off, good') for 1 .. 3;
    is(said($t->get($path, bearer("${token}A"))), $wrong, 'off, wrong');
}) ], [ 0, 0 ], 'nothing is looked up');

$t->done;


sub at {
    my ($port) = @_;

    return $t->http(GET => $path, port => $t->port($port),
        headers => [ bearer($token) ]);
}


sub told {
    return join ' ', grep { defined } @{($t->crm_log)[-1]{header}}{
        qw(x-crm-contact x-crm-mode x-crm-app x-crm-session)};
}


sub counts { @{$t->get('/status')->json}{qw(token_hits token_misses)} }


# By how much a sub moves the counters.

sub counts_of {
    my ($sub) = @_;

    my @before = counts();

    $sub->();

    my @after = counts();

    return map { $after[$_] - $before[$_] } 0, 1;
}


# The same signature in base64url that is not canonical: an HS512 signature
# leaves four bits of its last character unused.

sub padded {
    my ($text) = @_;

    my @digits = ('A' .. 'Z', 'a' .. 'z', 0 .. 9, '-', '_');
    my %value = map { $digits[$_] => $_ } 0 .. $#digits;
    my $last = chop $text;

    return $text . $digits[$value{$last} | 1];
}
