#!/usr/bin/perl

# POST /contacts/refresh: a token for its successor, once; who brings an older
# one ends the session.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(slurp);
use Test::CRM::Session qw(sign_in sign refresh refresh_text claims);
use Test::CRM::Words qw(said refused);

use constant ALL => 1000;

my $conf = Test::CRM::conf_selfservice(
    main => 'worker_rlimit_nofile 4096;',
    redis => 'crm_redis unix:%%REDIS%% timeout=10s;',
    http => 'crm_api_key_cache ttl=1h;',
    location => 'crm_refresh_token_ttl 1d;',
    locations => 'location /anew {
            crm_api selfservice;
            crm_answer refresh;
            crm_require_tls off;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;
        }');

my $t = Test::CRM->new(workers => 2, conf => $conf)->start;

$t->api_key('key', app => 'shop');
$t->api_key('other', app => 'other');
$t->api_key('test', app => 'shop', mode => 'test');

$t->contact('CAD.1', password => 'password1234', first_name => 'John',
    is_verified => 'true', organisations => '[{"name":"Q"}]',
    identities => [ [ EMAIL => 'john@crm.com' ] ]);

my $path = '/self-service/v1/contacts/refresh';
my $wrong = refused('wrong_token');
my $zset = 'crm:live:sessions:{CAD.1}';

# both workers know the keys

for my $key (qw(key other test)) {
    refresh($t, 'v1', key => $key) for 1 .. 8;
}


# the successor

my ($token, $sid, $hash) = session();
my $ends = $t->redis('EXPIRETIME', $hash);
my ($kid) = $token =~ /\Av1\.([0-9a-f]{8})\.CAD\.1\.$sid\.1\./;

$t->redis('HSET', 'crm:live:contact:{CAD.1}', first_name => 'Johnny');

my $r = refresh($t, $token);
my $now = time;
my $reply = $r->json;
my $claims = claims($reply->{access_token});

is($reply->{refresh_token}, sign($t, "v1.$kid.CAD.1.$sid.2"), 'successor');
is(said($r), qq(200 {"access_token":"$reply->{access_token}","refresh_token")
    . qq(:"$reply->{refresh_token}","exp":"$reply->{exp}","contact":{"id":)
    . '"CAD.1","title":"","first_name":"Johnny","last_name":"",'
    . '"company_name":"","avatar":"","is_verified":"true"},'
    . '"organisations":[{"name":"Q"}]}', 'the reply, read anew');
is($r->header('Cache-Control'), 'no-store', 'not to be stored');
is($claims->{sid}, $sid, 'the same session');
is($claims->{sub}, 'CAD.1', 'the same contact');
is($claims->{exp}, $reply->{exp}, 'exp is the token\'s');
cmp_ok(abs($claims->{exp} - $now - 900), '<=', 2, 'a whole life');

my $next = $reply->{refresh_token};
my $again = refresh($t, $token)->json;

is($again->{refresh_token}, $next, 'the very same successor');
isnt(claims($again->{access_token})->{jti}, $claims->{jti},
    'and an access token of its own');
is($t->redis('HGET', $hash, 'generation'), 2, 'one chain');


# the session's end is absolute

is($t->redis('EXPIRETIME', $hash), $ends, 'the session ends as it did');
is($t->redis('ZSCORE', $zset, $sid), $ends, 'its name too');
is($t->redis('EXPIRETIME', $zset), $ends, 'and the list');

$t->redis('ZADD', $zset, $now + 100, $sid);
is(refresh($t, $token)->json->{exp}, $now + 100, 'no token outlives it');

$t->redis('ZADD', $zset, $now - 1, $sid);
is(said(refresh($t, $next)), $wrong, 'after its end');
is($t->redis('EXISTS', 'crm:revoked'), 0, 'which is no theft');


# ways to bring it

my @ways = (
    [ 'a header', [ refresh_token => 'T' ], '', 200 ],
    [ 'a header and an empty object', [ refresh_token => 'T' ], '{}', 200 ],
    [ 'both, the same', [ refresh_token => 'T' ], { refresh_token => 'T' },
      200 ],
    [ 'two headers, the same', [ refresh_token => 'T', refresh_token => 'T' ],
      '', 200 ],
    [ 'a blank header', [ refresh_token => '' ], { refresh_token => 'T' },
      200 ],
    [ 'a header and null', [ refresh_token => 'T' ],
      { refresh_token => undef }, 200 ],
    [ 'both, different', [ refresh_token => 'T' ], { refresh_token => 'U' },
      refused('invalid', 'refresh_token') ],
    [ 'two headers, different', [ refresh_token => 'T',
      refresh_token => 'U' ], '', refused('invalid', 'refresh_token') ],
    [ 'two headers, different, and a body', [ refresh_token => 'U',
      refresh_token => 'T' ], { refresh_token => 'T' },
      refused('invalid', 'refresh_token') ],
    [ 'neither', [], '', refused('missing', 'refresh_token') ],
    [ 'an empty object', [], '{}', refused('missing', 'refresh_token') ],
    [ 'blanks', [ refresh_token => '' ], { refresh_token => '' },
      refused('missing', 'refresh_token') ],
    [ 'a number', [ refresh_token => 'T' ], { refresh_token => 1 },
      refused('invalid', 'refresh_token') ],
    [ 'no JSON', [ refresh_token => 'T' ], '{', refused('invalid_json') ],
    [ 'no object', [ refresh_token => 'T' ], '[]', refused('invalid_json') ],
);

($token) = session();

for my $way (@ways) {
    my ($name, $headers, $body, $expected) = @$way;
    my %text = (T => $token, U => "$token-");
    my @headers = map { $text{$_} // $_ } @$headers;

    $body = { map { $_ => $text{$body->{$_} // ''} // $body->{$_} }
        keys %$body } if ref $body;

    my $r = $t->post($path, $body, api_key => 'key', @headers);

    is($expected eq 200 ? $r->status : said($r), $expected, $name);
}

is($t->post('/anew', { refresh_token => $token }, api_key => 'key')->status,
    200, 'at another path');
is(said($t->post($path, { refresh_token => $token })),
    refused('wrong_api_key'), 'without a key');


# theft: an older one than the last, or the last after a while

for my $theft (
    [ 'the last but one' => sub { $token = refresh($t, $token)->json
        ->{refresh_token} for 1 .. 2; } ],
    [ 'the last, 11 s later' => sub { refresh($t, $token);
        $t->redis('HINCRBYFLOAT', $hash, 'rotated', -11) } ])
{
    my ($name, $sub) = @$theft;

    ($token, $sid, $hash, my $access) = session();

    my $stolen = $token;
    my $at = length $t->error_log;

    $sub->();

    my $current = sign($t, "v1.$kid.CAD.1.$sid."
        . $t->redis('HGET', $hash, 'generation'));

    $t->crm('GET /contacts/CAD.1' => '{}');
    is(me($access), 200, "$name: the access token was good");
    is(said(refresh($t, $stolen)), $wrong, $name);
    is($t->redis('EXISTS', $hash), 0, "$name: the session is gone");
    is($t->redis('ZSCORE', $zset, $sid), undef, "$name: its name too");
    cmp_ok($t->redis('ZSCORE', 'crm:revoked', "s:$sid"), '>', time + 900,
        "$name: its access tokens are revoked");
    is(me($access), 401, "$name: at once");
    like(substr($t->error_log, $at), qr/\[warn\].*contact "CAD\.1" has come/,
        "$name: logged");
    is(said(refresh($t, $current)), $wrong, "$name: and the thief's is void");
    is(refresh($t, (session())[0])->status, 200, "$name: others stay");
}

($token, $sid, $hash) = session();
$next = refresh($t, $token)->json->{refresh_token};
$t->redis('HINCRBYFLOAT', $hash, 'rotated', -9);
is(refresh($t, $token)->json->{refresh_token}, $next, 'the last, 9 s later');


# a failover may lose what was written last

$t->redis('HSET', $hash, generation => 1);
is(refresh($t, $next)->json->{refresh_token},
    sign($t, "v1.$kid.CAD.1.$sid.3"), 'newer than the store\'s');


# forged, of others, or of nobody: without asking Redis

($token, $sid, $hash) = session();

my $right = "v1.$kid.CAD.1.$sid.1";

is(sign($t, $right), $token, 'the token, made by hand');

my @forged = (
    [ 'nothing of ours', 'x' ],
    [ 'the version alone', 'v1.' ],
    [ 'dots', '.....' ],
    [ 'many dots', '.' x 60 ],
    [ 'too long', 'v1.' . 'x' x 8000 ],
    [ 'a JWT', $t->token('CAD.1') ],
    [ 'another MAC', substr($token, 0, -2) . 'AA' ],
    [ 'no MAC', $right ],
    [ 'an empty MAC', "$right." ],
    [ 'a longer MAC', "${token}A" ],
    [ 'another version', $token =~ s/^v1/v2/r ],
    [ 'an unknown secret', sign($t, $right =~ s/$kid/00000000/r) ],
    [ 'another generation', $token =~ s/\.1\.([^.]+)\z/.2.$1/r ],
    [ 'a generation with a zero', sign($t, "v1.$kid.CAD.1.$sid.01") ],
    [ 'a generation that is none', sign($t, "v1.$kid.CAD.1.$sid.x") ],
    [ 'a generation too big', sign($t, "v1.$kid.CAD.1.$sid." . '9' x 30) ],
    [ 'another session', $token =~ s/\Q$sid\E/'0' x 32/er ],
    [ 'another contact', $token =~ s/CAD\.1/CAD.2/r ],
    [ 'no contact', sign($t, "v1.$kid..$sid.1") ],
    [ 'another app\'s', sign($t, $right, app => 'other') ],
    [ 'another mode\'s', sign($t, $right, mode => 'test') ],
    [ 'for another app', $token, 'other' ],
    [ 'for another mode', $token, 'test' ],
);

$t->redis('CONFIG', 'RESETSTAT');

for my $forged (@forged) {
    my ($name, $text, $key) = @$forged;

    is(said(refresh($t, $text, key => $key)), $wrong, $name);
}

is_deeply([ grep { !/^(?:config|info|ping|subscribe)/ }
    $t->redis('INFO', 'commandstats') =~ /^cmdstat_([^:]+)/mg ], [],
    'Redis was asked nothing');
is($t->redis('HGET', $hash, 'generation'), 1, 'and nothing is spent');


# what has ended, and whom it was for

$t->redis('HSET', 'crm:live:contact:{CAD.1}', state => 'disabled');
is(said(refresh($t, $token)), $wrong, 'a disabled contact');
is($t->redis('HGET', $hash, 'generation'), 1, 'spends nothing');
$t->redis('HSET', 'crm:live:contact:{CAD.1}', state => 'active');

my $long = '["' . 'x' x 65_533 . '"]';

$t->allow(qr/reply to "contact" is of a wrong form/);
$t->redis('HSET', 'crm:live:contact:{CAD.1}', organisations => $long);
is(refresh($t, $token)->status, 502, 'a contact that is no answer');
is($t->redis('HGET', $hash, 'generation'), 1, 'spends nothing');
$t->redis('HSET', 'crm:live:contact:{CAD.1}', organisations => '[]');

$t->redis('RENAME', $hash, 'kept');
is(said(refresh($t, $token)), $wrong, 'a session without a description');
$t->redis('RENAME', 'kept', $hash);

$t->redis('ZREM', $zset, $sid);
is(said(refresh($t, $token)), $wrong, 'a session without a name');
$t->redis('ZADD', $zset, time + 100, $sid);

$t->redis('RENAME', 'crm:live:contact:{CAD.1}', 'kept');
is(said(refresh($t, $token)), $wrong, 'nobody');
$t->redis('RENAME', 'kept', 'crm:live:contact:{CAD.1}');

is($t->redis('ZSCORE', 'crm:revoked', "s:$sid"), undef, 'is no theft');

$t->redis('CONFIG', 'RESETSTAT');
is(refresh($t, $token)->status, 200, 'and all is well again');
like($t->redis('INFO', 'commandstats'), qr/^cmdstat_evalsha:calls=1,/m,
    'one script');
like($t->redis('INFO', 'commandstats'), qr/^cmdstat_hmget:calls=2,/m,
    'asks for all');


# a thousand at once

($token, $sid, $hash) = session();

my %got = map { $_->json->{refresh_token} => $_->status } all($token);

is_deeply(\%got, { sign($t, "v1.$kid.CAD.1.$sid.2") => 200 },
    'one successor for a thousand');
is($t->redis('HGET', $hash, 'generation'), 2, 'one chain');

($next) = keys %got;
$t->redis('HINCRBYFLOAT', $hash, 'rotated', -11);

is_deeply([ grep { said($_) ne $wrong } all($token) ], [],
    'a thousand thieves');
is(said(refresh($t, $next)), $wrong, 'end it once');


# a new secret makes, and the old one still verifies

($token, $sid) = session();
$t->file('secret2', 'z' x 32);
(my $two = $conf) =~ s/(crm_secret file:%%DIR%%\/secret)/${1}2; $1/;
ok($t->reload($two), 'two secrets');

$next = refresh($t, $token)->json->{refresh_token};

unlike($next, qr/\Q$kid\E/, 'the new secret makes');
is($next, sign($t, $next =~ s/\.[^.]+\z//r, secret => 'secret2'),
    'the successor');
is(refresh($t, $next)->status, 200, 'which verifies');

$t->done;


# A new session: its refresh token, sid, key and access token.

sub session {
    my $reply = sign_in($t, 'john@crm.com', 'password1234');
    my $sid = claims($reply->{access_token})->{sid};

    return ($reply->{refresh_token}, $sid,
        "crm:live:session:{CAD.1}:$sid", $reply->{access_token});
}


sub me {
    return $t->get('/self-service/v1/contacts/CAD.1',
        Authorization => "Bearer $_[0]")->status;
}


# On many connections while Redis stands still.

sub all {
    my ($token) = @_;

    kill 'STOP', $t->{pid}{redis};

    my @clients = map { $t->connect } 1 .. ALL;

    $_->write(refresh_text($token)) for @clients;
    kill 'CONT', $t->{pid}{redis};

    return map { $t->seen($_->response('POST')) } @clients;
}
