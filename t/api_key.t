#!/usr/bin/perl

# API keys: one look-up for all who wait for it, kept in the shared zone.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for);

my $conf = Test::CRM::conf_selfservice(
    http => 'crm_redis unix:%%REDIS%% timeout=5s;
             crm_api_key_cache ttl=1h negative_ttl=1h;
             crm_zone 32k;',
    redis => '',
    location => 'crm_api_key on; crm_token off;',
    locations => 'location = /status { crm_status json; }');

my $t = Test::CRM->new(conf => $conf,
    crm => { 'GET /stores' => '{"stores":[]}' })->start;

my $get = '/self-service/v1/stores';

my $passed = '{"stores":[]}';

my $unknown = '{"status":401,"message":"Invalid API key.",'
    . '"error":"CRM.EXCEPTIONS.INVALIDAPIKEYEXCEPTION","parameters":[]}';

my $forbidden = '{"status":403,"message":"The API key has no permission for '
    . 'this request.","error":"CRM.EXCEPTIONS.FORBIDDENEXCEPTION",'
    . '"parameters":[]}';

my $unavailable = '{"status":503,"message":"Service unavailable.",'
    . '"error":"CRM.EXCEPTIONS.UNAVAILABLEEXCEPTION","parameters":[]}';


# what a record says, and what its key gets; a record that is no hash is the
# value of a string

my @records = (
    [ 'all APIs', {}, $passed ],
    [ 'this API', { apis => 'selfservice' }, $passed ],
    [ 'this API among others', { apis => 'dmt,selfservice' }, $passed ],
    [ 'an API that nobody knows too', { apis => 'x,selfservice' }, $passed ],
    [ 'test', { mode => 'test' }, $passed ],
    [ 'an app of 128 characters', { app => 'a' x 128 }, $passed ],
    [ 'another API', { apis => 'dmt' }, $forbidden ],
    [ 'a longer name', { apis => 'selfservice2' }, $forbidden ],
    [ 'a shorter name', { apis => 'self' }, $forbidden ],
    [ 'a star in a list', { apis => '*,dmt' }, $forbidden ],
    [ 'disabled', { state => 'disabled' }, $unknown ],
    [ 'no record', undef, $unknown ],
    [ 'disabled and broken', { state => 'disabled', app => '' }, $unknown ],
    [ 'an unknown state', { state => 'Active' }, $unknown, 'state' ],
    [ 'an unknown mode', { mode => 'prod' }, $unknown, 'mode' ],
    [ 'no APIs', { apis => '' }, $unknown, 'apis' ],
    [ 'no app', { app => '' }, $unknown, 'app' ],
    [ 'an app that no header can hold', { app => "a\nb" }, $unknown, 'app' ],
    [ 'an app too long', { app => 'a' x 129 }, $unknown, 'app' ],
    [ 'no hash', 'text', $unavailable ],
);

for my $i (0 .. $#records) {
    my ($name, $record, $body, $wrong) = @{$records[$i]};
    my $key = $records[$i][4] = "record-$i-0123456789";
    my $digest = $t->sha256_hex($key);

    $t->api_key($key, %$record) if ref $record;
    $t->redis('SET', "crm:apikey:{$digest}", $record)
        if defined $record && !ref $record;

    is(ask($key)->body, $body, $name);

    my $line = qr/\[error\].*crm:apikey:\{$digest\}" is refused, its "(\w+)"/;
    my ($logged) = $t->error_log =~ $line;

    is($logged, $wrong, "$name, what the log says");
}


# a key's bytes are the key

$t->api_key('Key-of-An-App-0123456789');

is(ask('Key-of-An-App-0123456789')->status, 200, 'the key');
is(ask('key-of-an-app-0123456789')->status, 401, 'another case');
is(ask('Key-of-An-App-012345678')->status, 401, 'shorter');


# the hot path asks Redis nothing

my $asked = asked();

is(ask('Key-of-An-App-0123456789')->status, 200, 'known, again');
is(ask('key-of-an-app-0123456789')->status, 401, 'unknown, again');
is(asked(), $asked, 'nothing was asked');


# 500 at once

$t->api_key('another-key-0123456789', apis => 'dmt');

my $misses = misses();

pause(1);

my @clients = map { send_key('another-key-0123456789') } 1 .. 500;

ok(wait_for(sub { misses() == $misses + 500 }), '500 misses');
pause(0);

is(scalar(grep { $_->response->body eq $forbidden } @clients), 500,
    '500 answers');
is(asked(), $asked + 1, 'one look-up');


# clients that leave

pause(1);
$misses = misses();

@clients = map { send_key('left-alone-0123456789') } 1 .. 20;

ok(wait_for(sub { misses() == $misses + 20 }), 'they wait');
$_->close for @clients[0 .. 9];
pause(0);

is(scalar(grep { $_->response->body eq $unknown } @clients[10 .. 19]), 10,
    'those who stayed are answered');


# 64 look-ups, and one too many

pause(1);
$misses = misses();

@clients = map { send_key("flood-$_-0123456789") } 1 .. 64;

ok(wait_for(sub { misses() == $misses + 64 }), '64 look-ups');

my $r = ask('flood-65-0123456789');

is($r->body, $unavailable, 'one more is refused');
is($r->header('Retry-After'), 1, 'for a second');
is(ask('Key-of-An-App-0123456789')->status, 200, 'known keys pass');

push @clients, send_key('flood-64-0123456789');
pause(0);

is(scalar(grep { $_->response->body eq $unknown } @clients), 65,
    'all others are answered');
is(ask('flood-65-0123456789')->status, 401, 'and so is that one');


# keys that nobody knows hold an eighth of the zone, 8 entries, and go first

$asked = asked();

ask("wrong-$_-0123456789") for 1 .. 300;

is(asked(), $asked + 300, '300 wrong keys, each was asked');
is(hits("wrong-$_-0123456789"), 1, "wrong key $_ is there") for 293, 300;
is(hits('wrong-292-0123456789'), 0, 'wrong key 292 has made room');

my $n = 0;

while (hits('wrong-292-0123456789') && $n < 200) {
    ask($t->api_key('many-' . ++$n . '-0123456789'));
}

cmp_ok($n, '<', 200, 'known keys took its place');
is(hits($records[0][4]), 1, 'and not that of the first of all keys');
is(hits('wrong-300-0123456789'), 0, 'a wrong key comes to a full zone');
is(hits('wrong-300-0123456789'), 0, 'and finds no room');
is(hits($records[0][4]), 1, 'the first of all keys is there still');


# of known keys the one that was not used for longest goes

is(hits($t->api_key('one-too-many-0123456789')), 0, 'one more known key');
is(hits('one-too-many-0123456789'), 1, 'is there');
is(hits("many-$n-0123456789"), 1, 'so is the one before');
ok((grep { !$_ } map { hits($_->[4]) } @records),
    'one of the first has made room');


# the zone outlives a reload, and not a change of its size

$t->reload;
is(hits('one-too-many-0123456789'), 1, 'after a reload');

$conf =~ s/crm_zone 32k/crm_zone 64k/;

$t->reload($conf);
is(hits('one-too-many-0123456789'), 0, 'with another zone');


# no cache

my $cached = $conf;

$conf =~ s/crm_api_key_cache [^;]+/crm_api_key_cache off/;

$t->reload($conf);

is(hits($t->api_key('not-kept-0123456789')), 0, 'no cache, asked') for 1, 2;

$t->reload($cached);

is(hits('not-kept-0123456789'), 0, 'it was not kept');

$t->reload($conf);
$asked = asked();
$misses = misses();

pause(1);

@clients = map { send_key('one-too-many-0123456789') } 1 .. 20;

ok(wait_for(sub { misses() == $misses + 20 }), 'no cache, 20 at once');
pause(0);

is(scalar(grep { $_->response->body eq $passed } @clients), 20,
    '20 answers');
is(asked(), $asked + 1, 'of one look-up');

$t->stop_redis;

$r = ask('one-too-many-0123456789');

is($r->body, $unavailable, 'Redis is away');
is($r->header('Retry-After'), 1, 'Redis is away, for a second');

$t->done;


sub ask {
    my ($key) = @_;

    return $t->get($get, api_key => $key);
}


sub send_key {
    my ($key) = @_;

    my $client = $t->connect;

    $client->write(Test::CRM::HTTP->text(GET => $get,
        headers => [ api_key => $key ]));

    return $client;
}


sub pause {
    my ($on) = @_;

    kill $on ? 'STOP' : 'CONT', $t->{pid}{redis};
}


# whether a key is answered without asking Redis

sub hits {
    my ($key) = @_;

    my $before = asked();

    ask($key);

    return asked() == $before ? 1 : 0;
}


# how often Redis was asked for a key

sub asked {
    my ($n) = $t->redis('INFO', 'commandstats')
        =~ /cmdstat_hmget:calls=(\d+)/;

    return $n // 0;
}


sub misses { $t->get('/status')->json->{api_key_misses} }
