#!/usr/bin/perl

# Passwords are hashed beside the event loop: while eight hashes run, other
# requests are answered as if there were none.

use warnings;
use strict;

use IO::Select;
use Test::More;
use Time::HiRes qw(time);

use Test::CRM;

my $conf = Test::CRM::conf_selfservice(
    http => 'crm_redis unix:%%REDIS%% timeout=5s;
        keepalive_requests 100000;', redis => '',
    locations => 'location = /ping { return 200 pong; }');

my $t = Test::CRM->new(conf => $conf)->start;

$t->api_key('a key of the shop');
$t->contact('CAD1',
    password_hash => crypt('the right one', '$6$rounds=900000$abcdefgh'),
    identities => [ map { [ EMAIL => "user$_\@crm.com" ] } 0 .. 8 ]);

sub begin {
    my ($i) = @_;

    my $client = $t->connect;

    $client->write(Test::CRM::HTTP->text(POST =>
        '/self-service/v1/contacts/authenticate', close => 1,
        headers => [ api_key => 'a key of the shop' ],
        json => { provider => 'EMAIL', username => "user$i\@crm.com",
            password => 'a wrong one' }));

    return $client;
}

my $from = time;
my $status = begin(8)->response->status;
my $hash = time - $from;

is($status, 400, sprintf 'a hash takes %.0f ms', 1e3 * $hash);

my @logins = map { begin($_) } 0 .. 7;
my $select = IO::Select->new(map { $_->{socket} } @logins);
my $other = $t->connect;
my $worst = 0;
my $n = 0;

until ($select->can_read(0.002)) {
    $from = time;
    $status = $other->request(GET => '/ping')->status;

    my $took = time - $from;

    $worst = $took if $took > $worst;
    $n++;

    last if $status != 200;
}

is($status, 200, "$n requests meanwhile");
cmp_ok($n, '>', 20, 'are many');
cmp_ok($worst, '<', $hash / 2, sprintf 'the worst took %.1f ms', 1e3 * $worst);
is(join(' ', map { $_->response->status } @logins), join(' ', (400) x 8),
    'the logins end');

$t->done;
