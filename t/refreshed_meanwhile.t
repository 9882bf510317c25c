#!/usr/bin/perl

# All sessions of a contact end at one edge, and another one, which has heard
# of it, refreshes one that is still there: its token does not outlive it.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for);
use Test::CRM::Reset qw(reset_token);
use Test::CRM::Session qw(sign_in refresh);
use Test::CRM::Wire;
use Test::CRM::Words qw(said refused bearer);

my $v1 = '/self-service/v1/contacts';
my %crm = ('GET /contacts/JOHN' => '{}');

my $one = Test::CRM->new(crm => \%crm, conf => conf('%%DIR%%/wire.sock'));
my $wire = Test::CRM::Wire->new($one, asked => qr/\A(?:ZRANGE|EVALSHA)\z/);

$one->start;
$one->api_key('key', app => 'shop');
$one->contact('JOHN', password => 'password 0',
    identities => [ [ EMAIL => 'john@crm.com' ] ]);

my $two = Test::CRM->new(crm => \%crm, redis => 0,
    conf => conf($one->dir . '/redis.sock'))->start;
my $n = 0;

for my $edge ($one, $two) {
    ok(wait_for(sub { $edge->get('/health')->status == 200 }), 'ready');
}

my %ends = (
    'sign-out of all' => sub { Test::CRM::HTTP->text(POST =>
        "$v1/JOHN/sign_out", headers => [ bearer($_[0]{access_token}) ],
        body => '{"all":true}') },
    'a new password' => sub { Test::CRM::HTTP->text(POST =>
        "$v1/change_password", json => { password => 'password ' . ++$n,
        token => reset_token($one, 'john@crm.com') }) },
    'the first proof' => \&first_proof,
);

# the command that finds the sessions; then one ends them, one revokes
my %finds = ('sign-out of all' => 1, 'a new password' => 2,
    'the first proof' => 4);
my @ends = ('sign-out of all', 'a new password');

$one->secret(map { "password $_" } 0 .. 2);

for my $end (@ends, 'the first proof') {
    my $reply = sign_in($one, 'john@crm.com', "password $n");
    my $client = held($finds{$end}, $ends{$end}($reply));
    my $r = $two->seen(refresh($two, $reply->{refresh_token}));

    is($r->status, 200, "$end: refreshed before it");
    is(own($r->json), '200 {}', "$end: good for now");
    $wire->plan('pass');
    is($client->response->status, 200, "$end: done");
    ok(wait_for(sub { own($r->json) eq refused('wrong_token') }, 2),
        "$end: what was refreshed is refused");
    is(said(refresh($two, $r->json->{refresh_token})),
        refused('wrong_token'), "$end: and is not refreshed again");
}

$one->contact('JOHN', password => "password $n");

for my $end (@ends) {
    my $reply = sign_in($one, 'john@crm.com', "password $n");
    my $client = held($finds{$end} + 2, $ends{$end}($reply));

    is(own($reply), '200 {}', "$end: not revoked yet");
    is(said($two->seen(refresh($two, $reply->{refresh_token}))),
        refused('wrong_token'), "$end: but ended");
    $wire->plan('pass');
    is($client->response('POST')->status, 200, "$end: done");
    ok(wait_for(sub { own($reply) eq refused('wrong_token') }, 2),
        "$end: revoked");
}

$two->clean;
$one->done;


sub conf {
    my ($socket) = @_;

    return Test::CRM::conf_selfservice(
        redis => "crm_redis unix:$socket timeout=10s;",
        http => 'crm_api_key_cache ttl=1h;',
        server => 'crm_otp cooldown=0;',
        locations => 'location = /health { crm_status health; }');
}


# A request that is at the nth of its commands.

sub held {
    my ($n, $text) = @_;

    my $client = $one->connect;

    $wire->plan(hold => $n);
    $client->write($text);
    ok(wait_for(sub { $wire->reached }), "held at $n");

    return $client;
}


# It revokes before it looks for sessions, too, and voids the password.

sub first_proof {
    my $token = 'l' . 'A' x 43;

    $one->secret($token);
    $one->redis('HSET', 'crm:live:contact:{JOHN}', is_verified => 'false');
    $one->redis('SET', 'crm:live:verify:{' . $one->sha256_hex($token) . '}',
        'JOHN john@crm.com');

    return Test::CRM::HTTP->text(GET => "$v1/verify_email/$token");
}


sub own {
    my ($reply) = @_;

    return said($two->get("$v1/JOHN", bearer($reply->{access_token})));
}
