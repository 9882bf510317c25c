#!/usr/bin/perl

# crm_opaque_tokens: tokens that say nothing, looked up once and then known,
# and revoked by their session.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::OTP qw(validate sent);
use Test::CRM::Process qw(wait_for);
use Test::CRM::Session qw(refresh);
use Test::CRM::Words qw(said refused bearer);

my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    redis => 'crm_redis unix:%%REDIS%% timeout=300ms;',
    http => 'crm_api_key_cache ttl=1h negative_ttl=1h;',
    server => 'crm_require_tls off; crm_otp cooldown=0 per_hour=1000;
        crm_jwt_leeway 0;',
    location => 'crm_opaque_tokens on; crm_access_token_ttl 10m;',
    locations => "location /jwt/ { crm_api selfservice; $pass }
        location /short/ { crm_api selfservice; crm_opaque_tokens on;
            crm_access_token_ttl 2s; $pass }
        location /optional/ { crm_api selfservice; crm_opaque_tokens on;
            crm_token optional; $pass }
        location /keyless/ { crm_api engagement; crm_opaque_tokens on;
            crm_upstream_envelope selfservice; $pass }
        location = /status { crm_status json; }"))->start;

my $v1 = '/self-service/v1';
my %mode = (key => 'live', test => 'test');

$t->api_key('key', app => 'shop');
$t->api_key('test', app => 'shop', mode => 'test');
$t->contact('JOHN', mode => $_, password => 'a good password',
    email => 'john@crm.com', identities => [ [ EMAIL => 'john@crm.com' ] ])
    for qw(live test);
$t->crm('GET /contacts/JOHN' => '{"john":1}', 'GET /orders' => '{}');

sub sign_in {
    my ($key, $at) = @_;

    my $r = $t->post(($at // $v1) . '/contacts/authenticate', {
        provider => 'EMAIL', username => 'john@crm.com',
        password => 'a good password' }, api_key => $key // 'key');

    is($r->status, 200, 'signed in');
    $t->secret($r->json->{access_token});

    return $r->json;
}

sub john {
    my ($token, @headers) = @_;

    return said($t->get("$v1/contacts/JOHN",
        @headers ? @headers : bearer($token)));
}

sub name {
    my ($token, $mode) = @_;

    return "crm:$mode:opaque:{" . $t->sha256_hex($token) . '}';
}

my $ok = '200 {"john":1}';
my $wrong = refused('wrong_token');


# the token, and what of it is kept

for my $key (qw(key test)) {
    my $mode = $mode{$key};

    for (1 .. 5) {
        my $reply = sign_in($key);
        my ($token, $exp) = @$reply{qw(access_token exp)};
        my $kept = { @{$t->redis('HGETALL', name($token, $mode))} };
        my ($sid) = $reply->{refresh_token} =~ /\Av1\.\w+\.JOHN\.(\w+)\./;

        like($token, qr/\A[0-9a-f]{32}\z/, "$mode: 32 hex digits");
        is(hex(substr $token, 0, 1) % 2, $mode eq 'test' ? 1 : 0,
            "$mode: of its mode");
        is_deeply($kept, { cid => 'JOHN', sid => $sid, app => 'shop',
            iat => $exp - 600, exp => $exp }, "$mode: the record");
        is($t->redis('EXPIRETIME', name($token, $mode)), $exp,
            "$mode: its end");
        is(john($token), $ok, "$mode: is good");

        my $header = ($t->crm_log)[-1]{header};

        is(join(' ', map { $header->{"x-crm-$_"} }
            qw(contact app mode session)), "JOHN shop $mode $sid",
            "$mode: the CRM is told");
        is($header->{authorization}, undef, "$mode: but not the token");
    }
}


# each way to send it

my $token = sign_in()->{access_token};
my $other = sign_in()->{access_token};

is(john(undef, @{$_->[1]}), $_->[2], $_->[0]) for (
    [ 'bearer', [ Authorization => "Bearer $token" ], $ok ],
    [ 'bare', [ Authorization => $token ], $ok ],
    [ 'auth_token', [ auth_token => $token ], $ok ],
    [ 'both', [ Authorization => $token, auth_token => $token ], $ok ],
    [ 'with a key', [ Authorization => $token, api_key => 'key' ], $ok ],
    [ 'with a key of the other mode',
      [ Authorization => $token, api_key => 'test' ],
      refused('forbidden_api_key') ],
    [ 'two of them', [ Authorization => $token, auth_token => $other ],
      refused('bad_request', 'auth_token') ],
    [ 'a JWT', [ bearer($t->token('JOHN')) ], $ok ],
    [ 'a JWT, bare', [ Authorization => $t->token('JOHN') ],
      refused('no_token') ],
    [ 'as Basic', [ Authorization => "Basic $token" ], refused('no_token') ],
    [ 'upper case', [ Authorization => 'Bearer ' . uc $token ], $wrong ],
    [ 'a digit less', [ Authorization => 'Bearer ' . substr $token, 1 ],
      $wrong ],
    [ 'a digit more', [ Authorization => "Bearer ${token}0" ], $wrong ],
    [ 'no digit', [ Authorization => 'Bearer ' . 'g' x 32 ], $wrong ],
    [ 'unknown', [ Authorization => '0' x 32 ], $wrong ],
);

is($t->get("$v1/contacts/JOHN", Authorization => '0' x 32)
    ->header('WWW-Authenticate'), 'Bearer realm="crm", error="invalid_token"',
    'unknown: the header');
is(said($t->get("$v1/contacts/JANE", bearer($token))), refused('forbidden'),
    'own data alone');
is(said($t->get("/jwt/contacts/JOHN", bearer($token))), $wrong,
    'off: no token');
is(said($t->get("/jwt/contacts/JOHN", Authorization => $token)),
    refused('no_token'), 'off: nor bare');
is(said($t->get('/optional/orders', bearer('0' x 32))), $wrong,
    'optional, unknown');
is(said($t->get('/optional/orders', Authorization => $token)), '200 {}',
    'optional');


# what names an API key names no token

$t->api_key('0' x 31 . '2', app => 'shop');
is($t->get("$v1/contacts/JOHN", bearer($token), api_key => '0' x 31 . '2')
    ->status, 200, 'a key of that form');
is(john('0' x 31 . '2'), $wrong, 'is no token');
is(john(undef, bearer($other), api_key => $token), refused('wrong_api_key'),
    'and a token is no key');


# each is asked for once, and an unknown one too

my $asked = asked();

is(john($token), $ok, 'again') for 1 .. 20;
is(john('0' x 32), $wrong, 'unknown again') for 1 .. 20;
is(asked(), $asked, 'Redis is not asked');

my @clients = map { $t->connect } 1 .. 20;
my $fresh = sign_in()->{access_token};

$asked = asked();
$_->write(Test::CRM::HTTP->text(GET => "$v1/contacts/JOHN",
    headers => [ bearer($fresh) ])) for @clients;
is(scalar(grep { said($_->response) eq $ok } @clients), 20, 'many at once');
is(asked(), $asked + 1, 'ask once');


# other ways in, and on

my ($handle, $message) = sent($t, EMAIL => [ EMAIL => 'john@crm.com' ]);
my $reply = validate($t, [ AUTH_OTP => $handle ], $message->{code})->json;

is(john($reply->{access_token}), $ok, 'by a code');

my $next = refresh($t, $reply->{refresh_token})->json;

$t->secret($_->{access_token}) for $reply, $next;
like($next->{access_token}, qr/\A[0-9a-f]{32}\z/, 'refreshed');
is(john($next->{access_token}), $ok, 'is good');


# of a login without an API key

my @headers = (correlationId => '1', srDate => '11-09-2021', source => 'web',
    destination => 'CRM', operation => 'x', type => 'y');
my $keyless = $t->post('/keyless/login', { email => 'john@crm.com',
    password => 'a good password', source => 'web' }, @headers)
    ->json->{response}{result}{accessToken};

$t->secret($keyless);
like($keyless, qr/\A[0-9a-f]{32}\z/, 'without an API key');
is(said($t->get('/keyless/orders', @headers, bearer($keyless))),
    '200 {"response":{"success":"true","result":{}}}', 'is good');
is(john($keyless), $ok, 'for other APIs, too');
is(($t->crm_log)[-1]{header}{'x-crm-app'}, undef, 'it names no app');


# signed out

is(said($t->post("$v1/contacts/JOHN/sign_out", '',
    bearer($next->{access_token}))), '200 ', 'sign out');
is(john($_->{access_token}), $wrong, 'of that session, none is good')
    for $reply, $next;
is(john($token), $ok, 'of others they are');
is(said($t->post("$v1/contacts/JOHN/sign_out", { all => JSON::PP::true() },
    bearer($token))), '200 ', 'everywhere');
is(john($_), $wrong, 'none is good') for $token, $other, $fresh;

my $last = sign_in()->{access_token};

is(john($last), $ok, 'the next one is');


# expired

my $short = sign_in('key', '/short')->{access_token};

is(john($short), $ok, 'a short one');
ok(wait_for(sub { john($short) eq $wrong }, 5), 'has expired');
ok(wait_for(sub { !$t->redis('EXISTS', name($short, 'live')) }, 5),
    'and is gone');


# records that are wrong

$t->allow(qr/\[error\].*is refused, its record is broken/,
    qr/\[error\].*is of the wrong form/, qr/\[error\].*WRONGTYPE/);

my %good = (cid => 'JOHN', sid => 's', app => 'shop', iat => time,
    exp => time + 100);
my $n = 10;

for ([ 'as it should be', {}, $ok ], [ 'no contact', { cid => undef } ],
    [ 'a contact that is none', { cid => 'J N' } ],
    [ 'no session', { sid => '' } ], [ 'no app', { app => undef } ],
    [ 'an empty app', { app => '' }, $ok ],
    [ 'no end', { exp => undef } ], [ 'an end that is none', { exp => 'x' } ],
    [ 'an end that is over', { exp => time - 10 } ],
    [ 'a negative time', { iat => -1 } ],
    [ 'long texts', { cid => 'J' x 128, app => 'a' x 128, sid => 's' x 33 } ],
    [ 'a long contact', { cid => 'J' x 129 } ])
{
    my ($what, $change, $said) = @$_;
    my $token = '0' x 30 . $n++;
    my %record = (%good, %$change);

    delete @record{grep { !defined $record{$_} } keys %record};
    $t->redis('HSET', name($token, 'live'), %record);
    is(john($token), $said // $wrong, $what);
}

$t->redis('SET', name('0' x 30 . $n, 'live'), 'x');
is(john('0' x 30 . $n), refused('unavailable'), 'no hash');


# while Redis is away

my $known = sign_in()->{access_token};
my $unknown = sign_in()->{access_token};

is(john($known), $ok, 'known');
$t->stop_redis;
is(john($known), $ok, 'away: known still');
is(john($unknown), refused('unavailable'), 'away: unknown');

$t->done;


sub asked {
    return $t->redis('INFO', 'commandstats')
        =~ /^cmdstat_hmget:calls=(\d+)/m ? $1 : 0;
}
