#!/usr/bin/perl

# GET /contacts/verify_email/{token}: once, for the address that it went to.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Words qw(said refused);

my $base = '/self-service/v1/contacts/verify_email';
my $conf = Test::CRM::conf_selfservice(
    redis => 'crm_redis unix:%%REDIS%% timeout=10s;',
    locations => 'location /confirm/ {
            crm_api selfservice;
            crm_answer verify-email;
            crm_require_tls off;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;
        }
        location = /page.html { ssi on; root %%DIR%%; }');

my $t = Test::CRM->new(conf => $conf)->start;

$t->api_key('key');
$t->api_key('test', mode => 'test');

$t->contact('JOHN', is_verified => 'false', identities => [
    [ EMAIL => 'john@crm.com' ] ]);
$t->contact('JOHN', mode => 'test', identities => [
    [ EMAIL => 'john@crm.com' ] ]);

my $bad = refused('invalid', 'token');
my $n = 0;

my $token = token();
my $r = $t->get("$base/$token");

is(said($r), '200 ', 'verified');
is($r->header('Cache-Control'), 'no-store', 'not to be stored');
is(verified(), 'true', 'is marked');
is($t->redis('EXISTS', key($token)), 0, 'the token is spent');
is(said($t->get("$base/$token")), $bad, 'once');


# other ways to come

$token = token();
$t->redis('HSET', 'crm:live:contact:{JOHN}', is_verified => 'true');
$t->redis('CONFIG', 'RESETSTAT');
is(said($t->get("$base/$token")), '200 ', 'verified before');
is($t->asked->{hset}, undef, 'who is not marked again');

$token = token();
is(said($t->get("$base/$token", api_key => 'key')), '200 ', 'with a key');

$token = token();
is(said($t->get("/confirm/now/$token")), '200 ', 'at another path');

$token = token('test');
is(said($t->get("$base/$token")), '200 ', 'of test mode');
is(verified(), 'false', 'which is not live');
is(verified('test'), 'true', 'but test');

$token = token();
is(said($t->get("$base/$token", api_key => 'test')),
    refused('forbidden_api_key'), 'with a key of the other mode');
is(said($t->get("$base/$token", api_key => 'none')),
    refused('wrong_api_key'), 'with a key that is none');
is(said($t->post("$base/$token", '')), refused('method_not_allowed'), 'POST');
is($t->http(HEAD => "$base/$token")->status, 200, 'HEAD');
is(verified(), 'false', 'HEAD only looks');
is(said($t->get("$base/$token")), '200 ', 'and spends nothing');
is($t->http(HEAD => "$base/$token")->status, 400, 'HEAD, spent');


$token = token();
$t->file('page.html', qq([<!--#include virtual="$base/$token" -->]));
is(said($t->get('/page.html')), '200 []', 'as a part of a page');
is(verified(), 'true', 'which is marked');


# what no token is: Redis is not asked

$token = token();
$t->redis('CONFIG', 'RESETSTAT');

is(said($t->get("$base/$_->[1]")), $bad, $_->[0]) for (
    [ 'short', substr $token, 0, 43 ],
    [ 'long', "${token}A" ],
    [ 'of no mode', $token =~ s/^l/x/r ],
    [ 'a foreign character', $token =~ s/.{3}\z/*00/r ],
    [ 'unused bits', $token =~ s/.\z/B/r ],
    [ 'very long', 'l' . 'A' x 2000 ],
    [ 'the seed\'s', 'ABCTKN123456798VGP2020' ],
);

is_deeply([ grep { !/^(?:config|info|ping|subscribe)/ }
    $t->redis('INFO', 'commandstats') =~ /^cmdstat_([^:]+)/mg ], [],
    'Redis was asked nothing');


# what is over

my @over = (
    [ 'unknown' => sub { $t->redis('DEL', key($token)) } ],
    [ 'for something else' => sub {
        $t->redis('RENAME', key($token), key($token) =~ s/verify/reset/r) } ],
    [ 'of a contact that is disabled' => sub {
        $t->redis('HSET', 'crm:live:contact:{JOHN}', state => 'disabled') } ],
    [ 'of a contact that is gone' => sub {
        $t->redis('RENAME', 'crm:live:contact:{JOHN}', 'kept') } ],
    [ 'of an address that is another\'s' => sub {
        $t->redis('SET', 'crm:live:identity:{EMAIL:john@crm.com}', 'X') } ],
    [ 'of an address that is nobody\'s' => sub {
        $t->redis('DEL', 'crm:live:identity:{EMAIL:john@crm.com}') } ],
);

for my $over (@over) {
    my ($name, $sub) = @$over;

    $token = token();
    $sub->();
    is(said($t->get("$base/$token")), $bad, $name);
    $t->redis('RENAME', 'kept', 'crm:live:contact:{JOHN}')
        if $name =~ /gone/;
    $t->redis('SET', 'crm:live:identity:{EMAIL:john@crm.com}', 'JOHN');
    $t->redis('HSET', 'crm:live:contact:{JOHN}', state => 'active');
    is(verified(), 'false', "$name, not marked");
}

# a wrong record is an error, and NGINX logs the line that the token is in

for my $record ('JOHN', 'JOHN ', 'JOHN nowhere', ' john@crm.com',
    ' nobody@crm.com', '')
{
    $token = token('live', 'logged');
    $t->redis('SET', key($token), $record);
    is($t->get("$base/$token")->status, 502, "record '$record'");
    is(verified(), 'false', "record '$record', not marked");
}


# a thousand at once

$token = token();
kill 'STOP', $t->{pid}{redis};

my @clients = map { $t->connect } 1 .. 300;

$_->write(Test::CRM::HTTP->text(GET => "$base/$token")) for @clients;
kill 'CONT', $t->{pid}{redis};

my @said = map { said($_->response('GET')) } @clients;

is(scalar(grep { $_ eq '200 ' } @said), 1, 'one passes');
is(scalar(grep { $_ eq $bad } @said), 299, 'and no more');

$t->done;


# A token that has been mailed to JOHN, who is not verified.

sub token {
    my ($mode, $logged) = @_;

    $mode //= 'live';

    my $token = substr($mode, 0, 1) . sprintf '%042dA', ++$n;

    $t->secret($token) unless $logged;
    $t->redis('HSET', "crm:$_:contact:{JOHN}", is_verified => 'false')
        for qw(live test);
    $t->redis('SET', key($token), 'JOHN john@crm.com', EX => 1000);

    return $token;
}


sub key {
    my ($token) = @_;
    my $mode = $token =~ /^t/ ? 'test' : 'live';

    return "crm:$mode:verify:{" . $t->sha256_hex($token) . '}';
}


sub verified {
    my ($mode) = @_;

    return $t->redis('HGET', 'crm:' . ($mode // 'live') . ':contact:{JOHN}',
        'is_verified');
}
