#!/usr/bin/perl

# The keys that one command or script touches lie in one slot: a Redis that
# refuses all else serves each flow.  It has all slots itself.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::OTP qw(sent validate newest handle);
use Test::CRM::Process qw(wait_for);
use Test::CRM::Register qw(conf register by_mail);
use Test::CRM::Reset qw(reset_token change);

my $path = '/self-service/v1/contacts';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(conf(
    redis => 'crm_redis unix:%%REDIS%% timeout=10s;',
    location => 'crm_opaque_tokens on;')));

# the bus would be at 10,000 ports above the other one, where there may be none

$t->{redis} = [ '--cluster-enabled', 'yes',
    '--cluster-port', $t->port('BUS_PORT') ];
$t->start;

$t->redis(qw(CLUSTER ADDSLOTSRANGE 0 16383));
ok(wait_for(sub {
    $t->redis('CLUSTER', 'INFO') =~ /^cluster_state:ok/m }), 'slots');

ok(!eval { $t->redis('DEL', 'a', 'b'); 1 }, 'two slots are refused');

$t->api_key('key', app => 'shop');
$t->secret('password1234');

# an old kind, which is hashed anew

$t->contact('JOHN', email => 'john@crm.com', is_verified => 'false',
    password_hash => crypt('password1234', '$6$rounds=1000$abcdefgh'),
    identities => [ [ EMAIL => 'john@crm.com' ], [ CARD => '4000' ] ]);

sub login {
    my ($password) = @_;

    return $t->post("$path/authenticate", { provider => 'EMAIL',
        username => 'john@crm.com', password => $password },
        api_key => 'key');
}

sub sign_out {
    my ($r, @body) = @_;

    return $t->post("$path/JOHN/sign_out", @body ? @body : '',
        Authorization => 'Bearer ' . $r->json->{access_token})->status;
}

sub refresh {
    my ($r) = @_;

    return $t->post("$path/refresh",
        { refresh_token => $r->json->{refresh_token} },
        api_key => 'key')->status;
}

$t->redis('ZADD', 'crm:live:sessions:{JOHN}', time + 1000 + $_, "s$_")
    for 1 .. 50;
is(login('password1234')->status, 200, 'a session too many');
is(login('a wrong one')->status, 400, 'a wrong password');

my ($handle, $message) = sent($t, EMAIL => [ CARD => '4000' ]);

is(validate($t, [ AUTH_OTP => $handle ], $message->{code})->status, 200,
    'a first proof');

($handle, $message) = sent($t, EMAIL => [ CARD => '4000',
    EMAIL => 'john@crm.com' ]);
is(validate($t, [ CARD => '4000', EMAIL => 'john@crm.com' ],
    $message->{code})->status, 200, 'a code by two credentials');

is(change($t, reset_token($t, 'john@crm.com'), 'password1234')->status, 200,
    'a new password');

my @second = map { login('password1234') } 1 .. 3;

is(refresh($second[0]), 200, 'a refresh');
is(sign_out($second[1]), 200, 'a sign-out');
is(sign_out($second[2], { all => \1 }), 200, 'of all');

$t->crm('POST /contacts/register' => { status => 201,
    json => { id => 'CAD1' } });

my $r = register($t, by_mail('new@crm.com', 'password1234'));

is(validate($t, [ AUTH_OTP => handle($r) ], newest($t)->{code})->status, 200,
    'a registration');

unlike($t->error_log, qr/CROSSSLOT|script/, 'Redis has refused nothing');

$t->done;
