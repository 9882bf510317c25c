#!/usr/bin/perl

# crm_status: what the edge counts, in the words of who reads it.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for);

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    location => 'crm_api_key on; crm_token off;',
    locations => 'location = /json { crm_status json; }
                  location = /prometheus { crm_status prometheus; }
                  location = /health { crm_status health; }'),
    crm => { 'GET /stores' => '{}' })->start;

ok(wait_for(sub { $t->get('/health')->status == 200 }), 'ready');

my $r = $t->get('/health');

is($r->body, "ready\n", 'health');
is($r->header('Content-Type'), 'text/plain', 'health, type');

my $key = $t->api_key('a-key-of-some-app-0123456789');

$t->get('/self-service/v1/stores', api_key => $key) for 1 .. 3;
$t->get('/self-service/v1/stores', api_key => 'wrong');

$r = $t->get('/json');

is($r->status, 200, 'json, status');
is($r->header('Content-Type'), 'application/json', 'json, type');
is($r->header('Cache-Control'), 'no-store', 'json, not kept');
is($r->body, '{"requests_passed":3,"requests_answered":0,'
    . '"requests_refused":1,"api_key_hits":2,"api_key_misses":2,'
    . '"api_key_stales":0,"token_hits":0,"token_misses":0,'
    . '"outbox_lost":0,"revocation_stale":0,"revocation_asked":0,'
    . '"revocations_lost":0,"revocations":0,'
    . '"revocations_told":true,"redis_up":true}' . "\n", 'json');

$r = $t->get('/prometheus');

is($r->header('Content-Type'), 'text/plain; version=0.0.4; charset=utf-8',
    'prometheus, type');
is($r->body, <<'EOT', 'prometheus');
# HELP crm_requests_total Requests, by how the edge ended them.
# TYPE crm_requests_total counter
crm_requests_total{result="passed"} 3
crm_requests_total{result="answered"} 0
crm_requests_total{result="refused"} 1
# HELP crm_api_key_lookups_total Look-ups of API keys in the shared zone.
# TYPE crm_api_key_lookups_total counter
crm_api_key_lookups_total{result="hit"} 2
crm_api_key_lookups_total{result="miss"} 2
crm_api_key_lookups_total{result="stale"} 0
# HELP crm_token_lookups_total Look-ups of tokens that were verified before.
# TYPE crm_token_lookups_total counter
crm_token_lookups_total{result="hit"} 0
crm_token_lookups_total{result="miss"} 0
# HELP crm_outbox_lost_total Messages that crm_outbox threw away unsent.
# TYPE crm_outbox_lost_total counter
crm_outbox_lost_total 0
# HELP crm_revocation_checks_total Tokens that the zone was not sure of.
# TYPE crm_revocation_checks_total counter
crm_revocation_checks_total{result="stale"} 0
crm_revocation_checks_total{result="asked"} 0
# HELP crm_revocations_lost_total Revocations without room in the zone.
# TYPE crm_revocations_lost_total counter
crm_revocations_lost_total 0
# HELP crm_revocations Revocations in the zone.
# TYPE crm_revocations gauge
crm_revocations 0
# HELP crm_revocations_told Whether the zone is told of new ones.
# TYPE crm_revocations_told gauge
crm_revocations_told 1
# HELP crm_redis_up Whether Redis takes commands.
# TYPE crm_redis_up gauge
crm_redis_up 1
EOT

is($t->http(HEAD => '/json')->header('Content-Length'), length
    $t->get('/json')->body, 'HEAD');
is($t->post('/json', '{}')->status, 405, 'POST');

$t->stop_redis;

ok(wait_for(sub { $t->get('/health')->status == 503 }), 'not ready');
is($t->get('/health')->body, "not ready: no link to Redis\n", 'and says so');
is($t->get('/json')->json->{redis_up}, JSON::PP::false, 'json says so');

for my $format ('"x"', 'json health', '') {
    my ($status, $said) = $t->nginx_t(Test::CRM::conf_selfservice(
        locations => "location = /x { crm_status $format; }"));

    is($status, 1, "crm_status $format");
}

$t->done;
