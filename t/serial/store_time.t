#!/usr/bin/perl

# $crm_store_time: what a request has waited for Redis, in seconds, and no
# more; also where it waited in vain.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Flows qw(flows kinds provision text $lenient);
use Test::CRM::Process qw(wait_for patience);
use Test::CRM::Relay;
use Test::CRM::Words qw(bearer);

use constant LATE => 30 * patience();       # ms that each reply is late
use constant TIMEOUT => 400 * patience();   # ms, crm_redis timeout=

my $v1 = '/self-service/v1';
my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    redis => 'crm_redis unix:%%DIR%%/relay.sock timeout=400ms;',
    http => 'crm_api_key_cache ttl=1h;',
    server => "$lenient add_header X-Waited \$crm_store_time always;",
    locations => 'location = /other { return 204; }'),
    crm => { 'GET /contacts/JOHN' => '{"id":"JOHN"}' });
my $relay = Test::CRM::Relay->new($t);

$t->start;
provision($t);

my @own = (GET => "$v1/contacts/JOHN", headers => [
    api_key => 'a key of the shop', bearer($t->token('JOHN')) ]);

ok(wait_for(sub { $t->http(@own)->status == 200 }), 'Redis is up');
is(waited(@own), '0.000', 'nobody is asked');
is($t->get('/other')->header('X-Waited') // '', '', 'another location');

$relay->harm('delay', LATE);

# what a flow asks, one command after another

for my $flow (flows()) {
    my (undef, @asked) = kinds($flow);      # the key is cached
    my $time = waited(text($t, $flow));

    like($time, qr/\A\d\.\d{3}\z/, "$flow, seconds");
    cmp_ok($time, '>=', @asked * (LATE - 3) / 1000, "$flow, all of them");
    cmp_ok($time, '<', TIMEOUT / 1000, "$flow, in time");
}

is(waited(@own), '0.000', 'what is cached does not wait');

$relay->harm('delay', 10_000);

my $time = waited(text($t, 'send'));

cmp_ok($time, '>=', (TIMEOUT - 5) / 1000, 'in vain, all of the time');
cmp_ok($time, '<', 2 * TIMEOUT / 1000, 'and no more');

$relay->harm('pass');
ok(wait_for(sub { $t->http(text($t, 'send'))->status == 200 }),
    'it goes on');

$t->done;


sub waited { $t->http(@_)->header('X-Waited') }
