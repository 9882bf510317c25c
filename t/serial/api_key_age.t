#!/usr/bin/perl

# How long what Redis said of an API key is believed.

use warnings;
use strict;

use Test::More;
use Time::HiRes qw(sleep time);

use Test::CRM;
use Test::CRM::Process qw(wait_for patience);

use constant TTL => 1 * patience();         # seconds
use constant STALE => 4 * patience();

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    http => 'crm_redis unix:%%REDIS%% timeout=200ms; crm_api_key_cache '
        . 'ttl=' . TTL . 's negative_ttl=' . TTL . 's stale=' . STALE . 's;',
    redis => '',
    location => 'crm_api_key on; crm_token off;',
    locations => 'location = /status { crm_status json; }
                  location = /health { crm_status health; }'),
    crm => { 'GET /stores' => '{"stores":[]}' })->start;

my $key = $t->api_key('a-key-of-some-app-0123456789');

my $unavailable = '{"status":503,"message":"Service unavailable.",'
    . '"error":"CRM.EXCEPTIONS.UNAVAILABLEEXCEPTION","parameters":[]}';


# a known key: used, and asked anew behind

is(ask($key)->status, 200, 'known');
$t->api_key($key, state => 'disabled');
is(ask($key)->status, 200, 'disabled, within the ttl');

sleep 1.1 * TTL;

is(ask($key)->status, 200, 'past the ttl, used and asked anew');
is(count('api_key_stales'), 1, 'counted');
ok(wait_for(sub { ask($key)->status == 401 }, 1), 'then refused');


# an unknown key: asked anew, and waited for

my $late = 'a-key-that-comes-late-0123456789';

is(ask($late)->status, 401, 'unknown');
$t->api_key($late);
is(ask($late)->status, 401, 'within the negative ttl');

sleep 1.1 * TTL;

is(ask($late)->status, 200, 'past the negative ttl');


# Redis does not answer

kill 'STOP', $t->{pid}{redis};

my $asked = time;

is(ask('nobody-knows-this-0123456789')->body, $unavailable,
    'paused, unknown');
cmp_ok(time - $asked, '<', patience(), 'in time');
cmp_ok(time - $asked, '>=', 0.18, 'having waited');

sleep 1.1 * TTL;

$asked = time;

is(ask($late)->status, 200, 'paused, known, past the ttl');
cmp_ok(time - $asked, '<', 0.15 * patience(), 'at once');

ok(wait_for(sub { ask($late)->body eq $unavailable }, 6),
    'past all use it is refused');

kill 'CONT', $t->{pid}{redis};

ok(wait_for(sub { ask($late)->status == 200 }), 'Redis is back');
ok(wait_for(sub { $t->get('/health')->status == 200 }), 'ready');


# Redis is away

$t->stop_redis;

ok(wait_for(sub { $t->get('/health')->status == 503 }), 'not ready');
is(ask($late)->status, 200, 'away, known');
is(ask('nobody-knows-that-0123456789')->body, $unavailable,
    'away, unknown');

$t->done;


sub ask {
    my ($key) = @_;

    return $t->get('/self-service/v1/stores', api_key => $key);
}


sub count { $t->get('/status')->json->{$_[0]} }
