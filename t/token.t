#!/usr/bin/perl

# Bearer tokens over HTTP: how they may be sent, and what they must be.  The
# attacks are those of RFC 8725 section 2.

use warnings;
use strict;

use MIME::Base64 qw(encode_base64url);
use Test::More;

use Test::CRM;
use Test::CRM::JWT;
use Test::CRM::Process qw(slurp);
use Test::CRM::Words qw(said refused bearer);

my $location = 'location /self-service/v1/ { crm_api selfservice;
    proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path; }';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    tls => '',
    keys => '',
    http => "crm_require_tls off; large_client_header_buffers 4 32k;
        server { listen 127.0.0.1:%%STRICT_PORT%%;
            crm_jwt_key HS512 file:%%DIR%%/jwt.key kid=test;
            crm_jwt_issuer https://crm.com; crm_jwt_audience edge;
            crm_jwt_leeway 0s; $location }",
    server => 'crm_jwt_key HS512 file:%%DIR%%/jwt.key kid=test;
        crm_jwt_key HS512 file:%%DIR%%/new.key kid=new mode=test;
        crm_jwt_key HS256 file:%%DIR%%/bare.key;
        crm_jwt_key RS256 file:%%DIR%%/rs256.pub kid=rsa;
        crm_jwt_key ES256 file:%%DIR%%/es256.pub kid=ec;'),
    crm => { 'GET /contacts/CAD1' => '{"id":"CAD1"}' });

my ($rsa, $rsa_pub) = Test::CRM::JWT::pair('RS256', $t->dir);
my ($ec) = Test::CRM::JWT::pair('ES256', $t->dir);
my %secret = (test => slurp($t->dir . '/jwt.key'), new => 'N' x 64,
    bare => 'B' x 32);

$t->file("$_.key", $secret{$_}) for qw(new bare);
$t->secret($secret{$_}) for qw(new bare);
$t->start;

my $path = '/self-service/v1/contacts/CAD1';
my $passed = '200 {"id":"CAD1"}';
my $wrong = refused('wrong_token');
my $now = time();
my %claims = (sub => 'CAD1', exp => $now + 900);
my $token = $t->token('CAD1');
my ($head, $payload, $signature) = split /\./, $token;


# how a token may be sent

my $two = $t->token('CAD1', sid => 'two');

for my $row (
    [ 'Bearer', [ bearer($token) ], $passed ],
    [ 'bearer', [ Authorization => "bearer $token" ], $passed ],
    [ 'BEARER', [ authorization => "BEARER $token" ], $passed ],
    [ 'spaces', [ Authorization => "Bearer    $token  " ], $passed ],
    [ 'auth_token', [ auth_token => $token ], $passed ],
    [ 'AUTH_TOKEN', [ AUTH_TOKEN => $token ], $passed ],
    [ 'both', [ bearer($token), auth_token => $token ], $passed ],
    [ 'both, turned', [ auth_token => $token, bearer($token) ], $passed ],
    [ 'both, different', [ bearer($token), auth_token => $two ],
      refused('bad_request', 'auth_token') ],
    [ 'both, different, turned', [ auth_token => $two, bearer($token) ],
      refused('bad_request', 'Authorization') ],
    [ 'two auth_token', [ auth_token => $token, auth_token => $two ],
      refused('bad_request', 'auth_token') ],
    [ 'both, one empty', [ bearer($token), auth_token => '' ],
      refused('bad_request', 'auth_token') ],
    [ 'auth_token and Basic', [ Authorization => 'Basic eDp5',
      auth_token => $token ], $passed ],
    [ 'none', [], refused('no_token') ],
    [ 'auth-token', [ 'auth-token' => $token ], refused('no_token') ],
    [ 'Basic', [ Authorization => 'Basic eDp5' ], refused('no_token') ],
    [ 'no scheme', [ Authorization => $token ], refused('no_token') ],
    [ 'Bearerx', [ Authorization => "Bearerx $token" ],
      refused('no_token') ],
    [ 'a tab', [ Authorization => "Bearer\t$token" ], refused('no_token') ],
    [ 'Bearer alone', [ Authorization => 'Bearer' ], $wrong ],
    [ 'an empty auth_token', [ auth_token => '' ], $wrong ],
    [ 'two tokens', [ bearer("$token $token") ], $wrong ],
    [ 'a comma', [ bearer("$token, Basic x") ], $wrong ],
    [ '8 KB', [ bearer($token . 'A' x 8192) ], $wrong ],
    [ '30 KB', [ auth_token => 'A' x 30_000 ], $wrong ])
{
    my ($name, $headers, $expected) = @$row;

    is(said($t->get($path, @$headers)), $expected, $name);
}

is($t->get($path, bearer('a'), bearer('a'))->status, 400,
    'two Authorization');


# what it must be; a row is a token, or the arguments that make one

my $none = encode_base64url('{"alg":"none"}');
my $flipped = $signature;

substr($flipped, 0, 1) =~ tr/A-Za-z/B-ZAb-za/ or $flipped =~ s/^./A/;

my @attacks = (
    [ 'no signature', "$head.$payload." ],
    [ 'no signature, no dot', "$head.$payload" ],
    [ 'another signature', "$head.$payload.$flipped" ],
    [ 'padding', "$token==" ],
    [ 'four parts', "$token.$signature" ],
    [ 'another payload', join '.', $head,
      encode_base64url('{"sub":"CAD1","exp":9999999999}'), $signature ],
    [ 'none', "$none.$payload." ],
    [ 'none with a signature', "$none.$payload.$signature" ],
    (map { [ $_, [ HS512 => $secret{test}, \%claims, { alg => $_ } ] ] }
        qw(None NONE nOnE hs512 HS256 HS384 RS256 ES256), ''),
    [ 'no alg', [ HS512 => $secret{test}, \%claims, '{"kid":"test"}' ] ],
    [ 'two algs', [ HS512 => $secret{test}, \%claims,
      '{"alg":"none","alg":"HS512"}' ] ],
    [ 'the public key as secret',
      [ HS256 => slurp($rsa_pub), \%claims, { kid => 'rsa' } ] ],
    [ 'the public key as secret, no kid',
      [ HS256 => slurp($rsa_pub), \%claims ] ],
    [ 'one key with the algorithm of another',
      [ HS256 => $secret{test}, \%claims, { kid => 'test' } ] ],
    [ 'one key under the name of another',
      [ HS512 => $secret{new}, \%claims, { kid => 'test' } ] ],
    [ 'a key of its own', [ HS512 => 'own', \%claims,
      { kid => 'test', jwk => { kty => 'oct', k => 'b3du' } } ] ],
    [ 'a key from elsewhere', [ HS512 => 'own', \%claims,
      { jku => 'http://127.0.0.1/jwks' } ] ],
    [ 'a kid that is a path', [ HS512 => '', \%claims,
      { kid => '/dev/null' } ] ],
    [ 'crit', [ HS512 => $secret{test}, \%claims, { crit => [ 'b64' ],
      b64 => JSON::PP::false } ] ],
    [ 'JWE', [ HS512 => $secret{test}, \%claims, { typ => 'JWE' } ] ],
    [ 'an array', [ HS512 => $secret{test}, '[]' ] ],
    [ 'no JSON', [ HS512 => $secret{test}, '{"sub":"CAD1",}' ] ],
    [ 'two subs', [ HS512 => $secret{test},
      qq({"sub":"CAD1","sub":"CAD1","exp":$claims{exp}}) ] ],
    [ 'no exp', [ HS512 => $secret{test}, { sub => 'CAD1' } ] ],
    [ 'no sub', [ HS512 => $secret{test}, { exp => $claims{exp} } ] ],
    map { my ($name, %more) = @$_;
          [ $name, [ HS512 => $secret{test}, { %claims, %more } ] ] }
        [ 'expired', exp => $now - 60 ],
        [ 'exp as text', exp => "$claims{exp}" ],
        [ 'exp below 0', exp => -1 ],
        [ 'not yet', nbf => $now + 90 ],
        [ 'issued in the future', iat => $now + 90 ],
        [ 'nbf as text', nbf => 'now' ],
        [ 'sub empty', sub => '' ],
        [ 'sub a number', sub => 1 ],
        [ 'sub with a line', sub => "CAD1\r\nX-CRM-Mode: test" ],
        [ 'sub with a slash', sub => 'CAD1/' ],
        [ 'sub with a NUL', sub => "CAD1\0" ],
        [ 'sub too long', sub => 'a' x 129 ],
        [ 'sid with a brace', sid => '{x}' ],
        [ 'app with a space', app => 'a b' ],
        [ 'another mode', mode => 'prod' ],
);

for my $row (@attacks) {
    my ($name, $made) = @$row;

    $made = $t->jwt(@$made) if ref $made;
    is(said($t->get($path, bearer($made))), $wrong, "refused: $name");
}

is(scalar(grep { $_->{header}{authorization} } $t->crm_log), 0,
    'none went on');


# what is good, and what the CRM is told of it

for my $row (
    [ 'kid', [ HS512 => $secret{test}, \%claims, { kid => 'test' } ],
      'CAD1 live' ],
    [ 'no kid', [ HS512 => $secret{test}, \%claims ], 'CAD1 live' ],
    [ 'another kid, of its mode', [ HS512 => $secret{new}, \%claims,
      { kid => 'new' } ], 'CAD1 test' ],
    [ 'no kid, the second key', [ HS512 => $secret{new}, \%claims ],
      'CAD1 test' ],
    [ 'mode over that of the key', [ HS512 => $secret{new},
      { %claims, mode => 'live' }, { kid => 'new' } ], 'CAD1 live' ],
    [ 'a key without kid', [ HS256 => $secret{bare}, \%claims ],
      'CAD1 live' ],
    [ 'a key without kid, one sent', [ HS256 => $secret{bare}, \%claims,
      { kid => 'x' } ], 'CAD1 live' ],
    [ 'RS256', [ RS256 => $rsa, \%claims, { kid => 'rsa' } ], 'CAD1 live' ],
    [ 'ES256', [ ES256 => $ec, \%claims, { kid => 'ec' } ], 'CAD1 live' ],
    [ 'app and sid', [ HS512 => $secret{test}, { %claims, app => 'shop',
      sid => 's1' } ], 'CAD1 live shop s1' ],
    [ 'just expired', [ HS512 => $secret{test}, { %claims,
      exp => $now - 10 } ], 'CAD1 live' ],
    [ 'in a moment', [ HS512 => $secret{test}, { %claims, nbf => $now + 20,
      iat => $now + 20 } ], 'CAD1 live' ],
    [ 'other claims', [ HS512 => $secret{test}, { %claims, iss => 'x',
      aud => [ 'y' ], jti => 'z' } ], 'CAD1 live' ])
{
    my ($name, $made, $told) = @$row;

    is(said($t->get($path, bearer($t->jwt(@$made)))), $passed, $name);
    is(join(' ', grep { defined } @{($t->crm_log)[-1]{header}}{
        qw(x-crm-contact x-crm-mode x-crm-app x-crm-session)}), $told,
        "$name, told");
}


# an issuer and an audience, and no leeway

my %strict = (%claims, iss => 'https://crm.com', aud => 'edge');

for my $row (
    [ 'both', $passed, {} ],
    [ 'one of many', $passed, { aud => [ 'x', 'edge' ] } ],
    [ 'another issuer', $wrong, { iss => 'https://crm.com/' } ],
    [ 'no issuer', $wrong, { iss => undef } ],
    [ 'another audience', $wrong, { aud => 'edges' } ],
    [ 'none of many', $wrong, { aud => [ 'x', 'Edge' ] } ],
    [ 'no audience', $wrong, { aud => [] } ],
    [ 'expired, no leeway', $wrong, { exp => $now - 1 } ])
{
    my ($name, $expected, $more) = @$row;

    is(said($t->http(GET => $path, port => $t->port('STRICT_PORT'),
        headers => [ bearer($t->jwt(HS512 => $secret{test},
            { %strict, %$more })) ])), $expected, "strict: $name");
}

$t->done;
