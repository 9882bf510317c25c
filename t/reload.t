#!/usr/bin/perl

# Reloads: requests that wait are answered by the worker that took them, no
# worker stays for Redis' sake, keys and secrets change without a client that
# notices, and a single process does it all too.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Flows qw(flows kinds provision text ask $lenient);
use Test::CRM::OTP qw(sent validate);
use Test::CRM::Process qw(spawn wait_for slurp spew);
use Test::CRM::Wire;
use Test::CRM::Words qw(said refused bearer);

my $me = '/self-service/v1/contacts/JOHN';
my $body = '{"id":"JOHN"}';
my $passed = "200 $body";
my @key = (api_key => 'a key of the shop');

my %opt = (redis => 'crm_redis unix:%%DIR%%/wire.sock timeout=20s;',
    http => 'crm_api_key_cache off;', server => $lenient,
    locations => 'location = /ping { return 200 pong; }');
my $conf = Test::CRM::conf_selfservice(%opt);

my $t = Test::CRM->new(conf => $conf,
    crm => { 'GET /contacts/JOHN' => $body })->start;
my $wire = Test::CRM::Wire->new($t);

provision($t);
ok(wait_for(sub { ask($t, 'send')->status == 200 }), 'Redis is up');


# flows that wait, at each command of theirs

for my $flow (flows()) {
    for my $i (1 .. kinds($flow)) {
        my @old = $t->worker_pids;
        my $text = text($t, $flow);
        my $client = $t->connect;

        $wire->plan(hold => $i);
        $client->write($text);
        ok(wait_for(sub { $wire->reached }), "$flow, waits at $i");
        $t->reload;
        is($t->get('/ping')->body, 'pong', "$flow, $i, others are served");
        ok(kill(0, @old), "$flow, $i, the old worker stays");

        $wire->plan('pass');
        is($client->response('POST')->status, 200, "$flow, $i, answered");
        $client->close;
        leave("$flow, $i", @old);
    }
}


# nobody waits

for my $i (1 .. 3) {
    my @old = $t->worker_pids;

    $t->reload;
    leave("idle $i", @old);
    ok(wait_for(sub { ask($t, 'mail')->status == 200 }), "idle $i, served");
}


# keys and secrets: the first makes, each verifies

my $token = $t->token('JOHN');
my ($handle, $message) = code();

$t->file('jwt2.key', 'k' x 64);
$t->file('secret2', 's' x 48);
$t->secret('k' x 64, 's' x 48);

my $second = 'crm_jwt_key HS512 file:%%DIR%%/jwt2.key kid=second;';
my $next = 'crm_secret file:%%DIR%%/secret2;';

turns('both', $second . 'crm_jwt_key HS512 file:%%DIR%%/jwt.key kid=test;',
    $next . 'crm_secret file:%%DIR%%/secret;');

is(said($t->get($me, bearer($token))), $passed, 'both, an old token');

my $r = validate($t, [ AUTH_OTP => $handle ], $message->{code},
    key => $key[1]);

is($r->status, 200, 'both, an old handle');
$t->seen($r);

my $fresh = $r->json->{access_token};

is(said($t->get($me, bearer($fresh))), $passed, 'both, a new token');

($handle, $message) = code();
my ($old_handle, $old_message) = ($handle, $message);

turns('the second', $second, $next);

is(said($t->get($me, bearer($token))), refused('wrong_token'),
    'the second, an old token');
is(said($t->get($me, bearer($fresh))), $passed, 'the second, a new token');
$r = validate($t, [ AUTH_OTP => $handle ], $message->{code}, key => $key[1]);
is($r->status, 200, 'the second, a new handle');
$t->seen($r);
($handle, $message) = code();

turns('the first again', undef, undef);
is(validate($t, [ AUTH_OTP => $handle ], $message->{code},
    key => $key[1])->status, 400, 'a handle of no secret');
is(said($t->get($me, bearer($fresh))), refused('wrong_token'),
    'a token of no key');


# another zone, and one that NGINX refuses

turns('another zone', undef, undef, 'crm_zone 1m;');
is(ask($t, 'password')->status, 200, 'another zone, served');
is($t->reload($conf =~ s/crm_secret [^;]+;//r), '', 'no secret, refused');
is(ask($t, 'password')->status, 200, 'no secret, goes on as before');
$t->allow(qr/\[emerg\].*crm_secret/);


# 20 reloads under load, by two workers

$t->{workers} = 2;
$t->reload($conf =~ s/crm_api_key_cache off;//r);
ok(wait_for(sub { 2 == (() = $t->worker_pids) }), 'two workers');

my $load = spawn(sub { load() }, out => $t->dir . '/load');

for my $i (1 .. 20) {
    $t->reload;

    my $n = served();

    ok(wait_for(sub { served() > $n + 20 }), "reload $i, served");
}

spew($t->dir . '/enough', '');
waitpid $load, 0;
is_deeply([ grep { !/^\d+$/ } split /\n/, slurp($t->dir . '/load') ], [],
    'no request has failed');

ok(wait_for(sub { 2 == (() = $t->worker_pids) }), 'two workers are left');
$t->clean;


# a single process

$t = Test::CRM->new(conf => 'master_process off;'
    . Test::CRM::conf_selfservice(%opt,
        redis => 'crm_redis unix:%%REDIS%%;'),
    crm => { 'GET /contacts/JOHN' => $body });
$t->start_redis;
$t->start_crm;
$t->crm(%{$t->{crm}});
provision($t);
$t->{pid}{single} = $t->spawn_nginx;

ok(wait_for(sub { eval { ask($t, 'send')->status == 200 } }), 'single');
is(ask($t, $_)->status, 200, "single, $_") for flows();
is(said($t->get($me, @key, bearer($t->token('JOHN')))), $passed,
    'single, passed');

$t->done;


sub code { sent($t, SMS => [ CARD => '4000' ], key => $key[1]) }


# Reloads with these lines instead of the configuration's own.

sub turns {
    my ($name, $keys, $secret, @more) = @_;

    ok($t->reload(Test::CRM::conf_selfservice(%opt,
        defined $keys ? (keys => $keys, secret => $secret) : (),
        http => "$opt{http} @more")), $name);
    ok(wait_for(sub { ask($t, 'mail')->status == 200 }), "$name, served");
}


sub leave {
    my ($name, @old) = @_;

    ok(wait_for(sub { !grep { kill 0, $_ } @old }, 3),
        "$name, the old worker has left");
}


# Requests one after the other by connections that are kept.  One that ends
# before it says a word is no failure: NGINX had closed it when the request
# was on its way.

sub load {
    my @clients = (undef) x 4;
    my @texts = map { Test::CRM::HTTP->text(GET => $me, headers => $_) }
        [ bearer($t->token('JOHN')) ], [ @key, bearer($t->token('JOHN')) ];

    $| = 1;

    for (my $n = 1; !-e $t->dir . '/enough'; $n++) {
        my $client = \$clients[$n % @clients];

        for my $try (1, 2) {
            $$client ||= $t->connect;
            $$client->write($texts[$n % @texts]);

            my $r = $$client->response('GET');

            undef $$client if $r->truncated
                || $r->header('Connection') eq 'close';
            next if $r->truncated && !$r->status && $try == 1;

            print said($r) eq $passed ? $n : said($r), "\n";
            last;
        }
    }
}


sub served { scalar(() = slurp($t->dir . '/load') =~ /^\d+$/gm) }
