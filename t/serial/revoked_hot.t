#!/usr/bin/perl

# What is revoked costs the hot path nothing: during 10,000 requests of all
# kinds, under crm_revocation strict, Redis hears its subscribers' PING alone.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for);
use Test::CRM::Words qw(bearer);

my $t = Test::CRM->new(workers => 2, conf => Test::CRM::conf_selfservice(
    http => 'crm_revocation strict;
             crm_api_key_cache ttl=1h negative_ttl=1h;',
    pass => 'proxy_pass http://127.0.0.1:%%PORT%%/crm/;',
    server => 'keepalive_requests 20000;',
    locations => 'location /crm/ {
                      default_type application/json;
                      return 200 "{}";
                  }
                  location = /health { crm_status health; }
                  location = /status { crm_status json; }'))->start;

my $v1 = '/self-service/v1';

ok(wait_for(sub { $t->get('/health')->status == 200 }), 'ready');

$t->api_key('a key of ours');

# revoked: a session, all of a contact, and as many of others

my %token = map { $_ => $t->token("CAD$_", sid => "sid-$_", iat => time) }
    qw(good out all);

is($t->post("$v1/contacts/CADout/sign_out", '', bearer($token{out}))->status,
    200, 'sign out');
is($t->post("$v1/contacts/CADall/sign_out", '{"all":true}',
    bearer($token{all}))->status, 200, 'sign out of all');

$t->redis('PUBLISH', 'crm:events', "revoke s-$_ " . (time + 1000))
    for 1 .. 1000;
ok(wait_for(sub { $t->get('/status')->json->{revocations} == 1002 }),
    'revocations');

my @key = (api_key => 'a key of ours');
my @requests = (
    [ 200, '/contacts/CADgood', bearer($token{good}) ],
    [ 200, '/orders', bearer($token{good}), @key ],
    [ 200, '/contacts/CADgood/wallets', auth_token => $token{good} ],
    [ 401, '/contacts/CADout', bearer($token{out}) ],
    [ 401, '/contacts/CADall', bearer($token{all}), @key ],
    [ 401, '/orders', bearer('forged') ],
    [ 401, '/orders', bearer($token{good}), api_key => 'no key of ours' ],
    [ 401, '/orders' ],
    [ 403, '/contacts/CADother', bearer($token{good}) ],
    [ 404, '/contacts/CADgood/', bearer($token{good}) ],
);

my $text = join '', map {
    my ($status, $path, @headers) = @$_;
    Test::CRM::HTTP->text(GET => "$v1$path", headers => \@headers)
} (@requests) x 10;

my $expected = join ' ', map { $_->[0] } (@requests) x 10;

is(round($t->connect), $expected, 'one round, that knows the keys then');

$t->redis('CONFIG', 'RESETSTAT');

my $client = $t->connect;
my $wrong = grep { round($client) ne $expected } 1 .. 100;

is($wrong, 0, '10,000 requests');

my @commands = sort { $a cmp $b } grep { !/^(?:ping|config\|resetstat|info)$/ }
    $t->redis('INFO', 'commandstats') =~ /^cmdstat_(\S+?):/gm;

is("@commands", '', 'Redis was asked nothing');

$t->done;


sub round {
    my ($client) = @_;

    $client->write($text);

    return join ' ', map { $client->response('GET')->status } 1 .. 100;
}
