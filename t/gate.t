#!/usr/bin/perl

# Who may pass: TLS, the route and its method, the API key, the token, own
# data, in this order.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Words qw(said refused bearer);

my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    https => 1,
    tls => '',
    http => 'map $http_x_forwarded_proto $need_tls { https off; default on; }
             map $http_x_forwarded_proto $zero_tls { https 0; }',
    server => 'crm_require_tls off;',
    location => "location /self-service/v1/stores { crm_token off; $pass }",
    locations => join '', map { "location /$_->[0]/ { crm_api selfservice;
        $_->[1] $pass location /$_->[0]/in/ { $pass } }\n" }
        [ tls => 'crm_require_tls on;' ],
        [ behind => 'crm_require_tls $need_tls;' ],
        [ zero => 'crm_require_tls $zero_tls;' ],
        [ deny => 'crm_unlisted deny;' ],
        [ public => 'crm_token off;' ],
        [ open => 'crm_token off; crm_api_key off;' ],
        [ either => 'crm_token optional;' ],
        [ both => 'crm_token on; crm_api_key on;' ],
        [ keyless => 'crm_api_key off;' ],
        [ keyed => 'crm_api_key optional;' ]),
    crm => { map { ("$_ ~." => '{"ok":1}') }
        qw(GET HEAD POST PUT DELETE OPTIONS PATCH) })->start;

my $passed = '200 {"ok":1}';
my $v1 = '/self-service/v1';

$t->api_key('good-key');
$t->api_key('test-key', mode => 'test');
$t->api_key('dmt-key', apis => 'dmt');
$t->api_key('off-key', state => 'disabled');

my %key = map { $_ => [ api_key => "$_-key" ] } qw(good test dmt off wrong);
my $empty = [ api_key => '' ];
my @token = bearer($t->token('CAD1'));
my @broken = bearer('broken');
my @test = bearer($t->token('CAD1', mode => 'test'));
my @good = @{$key{good}};


# a route that needs a key, one that needs a token; what is sent; the answer

my $by_key = 'POST /contacts/CAD1/wifi/authorization';
my $by_token = 'GET /contacts/CAD1';

my @rows = (
    [ $by_key, \@good, $passed ],
    [ $by_key, $key{test}, $passed ],
    [ $by_key, [], refused('wrong_api_key') ],
    [ $by_key, $empty, refused('wrong_api_key') ],
    [ $by_key, $key{wrong}, refused('wrong_api_key') ],
    [ $by_key, $key{off}, refused('wrong_api_key') ],
    [ $by_key, $key{dmt}, refused('forbidden_api_key') ],
    [ $by_key, \@token, refused('wrong_api_key') ],
    [ $by_key, [ @good, @broken ], $passed ],

    [ $by_token, \@token, $passed ],
    [ $by_token, [], refused('no_token') ],
    [ $by_token, \@good, refused('no_token') ],
    [ $by_token, [ @token, @good ], $passed ],
    [ $by_token, [ @token, @{$key{wrong}} ], refused('wrong_api_key') ],
    [ $by_token, [ @token, @{$key{dmt}} ], refused('forbidden_api_key') ],
    [ $by_token, [ @token, @{$key{test}} ], refused('forbidden_api_key') ],
    [ $by_token, [ @test, @good ], refused('forbidden_api_key') ],
    [ $by_token, [ @test, @{$key{test}} ], $passed ],

    [ 'POST /contacts/change_password', [], refused('invalid_json') ],
    [ 'POST /contacts/change_password', $key{wrong},
      refused('wrong_api_key') ],

    # the first failure answers

    [ 'GET /nowhere', $key{wrong}, refused('wrong_api_key') ],
    [ 'GET /contacts/CAD1/', $key{wrong}, refused('not_found') ],
    [ 'POST /contacts/CAD1', $key{wrong}, refused('method_not_allowed') ],
    [ 'GET /contacts/CAD2', [ @broken, @{$key{wrong}} ],
      refused('wrong_api_key') ],
    [ 'GET /contacts/CAD2', \@broken, refused('wrong_token') ],
    [ 'POST /contacts/CAD2/sign_out', [ @token, @{$key{test}} ],
      refused('forbidden_api_key') ],

    # own data, on paths of the table and others

    (map { [ "GET /contacts/CAD1$_", \@token, $passed ],
           [ "GET /contacts/CAD2$_", \@token, refused('forbidden') ] }
        '', qw(/demographics /communications /wallets /a/b/c)),
    [ 'GET /contacts/cad1/wallets', \@token, refused('forbidden') ],
    [ 'GET /contacts/CAD/wallets', \@token, refused('forbidden') ],
    [ 'GET /contacts/CAD11/wallets', \@token, refused('forbidden') ],
    [ 'OPTIONS /contacts/CAD2/wallets', \@token, refused('forbidden') ],
    [ 'PATCH /contacts/CAD2/wallets', \@token, refused('forbidden') ],
    [ 'GET /contacts', \@token, $passed ],
    [ 'GET /contacts/verify_email/CAD2', [], refused('invalid', 'token') ],

    # a name of the table is nobody's

    (map { [ $_, [ bearer($t->token('refresh')) ],
             refused('method_not_allowed') ] }
        'GET /contacts/authenticate', 'PUT /contacts/register',
        'DELETE /contacts/otp', 'GET /contacts/refresh'),

    [ 'GET /files/CAD2', \@token, $passed ],

    # what only looks like a path of the table, or like somebody's data

    (map { [ "GET $_", \@token, refused('not_found') ] }
        qw(/Contacts/CAD1 /Contacts/CAD2 /CONTACTS/CAD2/wallets
           /contacts/CAD1/ /contacts/CAD2/ /contacts/CAD1/Demographics
           /contacts/CAD1/demographics/ /Files/F1 /files/F1/)),
    [ 'POST /contacts/Authenticate', \@good, refused('not_found') ],
    [ 'POST /contacts/authenticate/', \@good, refused('not_found') ],

    # what the table does not list

    [ 'GET /orders', [], refused('no_token') ],
    [ 'GET /orders', \@good, refused('no_token') ],
    [ 'PATCH /orders', \@token, $passed ],
    [ 'GET :/deny/orders', \@token, refused('not_found') ],
    [ 'GET :/deny/contacts/CAD1', \@token, $passed ],
    [ 'GET :/deny/in/orders', \@token, refused('not_found') ],

    # crm_token and crm_api_key

    [ 'GET /stores', [], refused('wrong_api_key') ],
    [ 'GET /stores', \@good, $passed ],
    [ 'GET /stores', [ @good, @broken ], $passed ],
    [ 'GET :/public/orders', [], refused('wrong_api_key') ],
    [ 'GET :/public/orders', \@good, $passed ],
    [ 'GET :/public/in/orders', \@token, refused('wrong_api_key') ],
    [ 'GET :/open/orders', [], $passed ],
    [ 'GET :/open/orders', $key{wrong}, refused('wrong_api_key') ],
    [ 'GET :/either/orders', \@good, $passed ],
    [ 'GET :/either/orders', \@token, $passed ],
    [ 'GET :/either/orders', [], refused('wrong_api_key') ],
    [ 'GET :/either/contacts/CAD2', [], refused('wrong_api_key') ],
    [ 'GET :/either/orders', \@broken, refused('wrong_token') ],
    [ 'GET :/either/contacts/CAD2', \@token, refused('forbidden') ],
    [ 'GET :/either/in/orders', \@broken, refused('wrong_token') ],
    [ 'POST :/either/contacts/forgot_password', [],
      refused('wrong_api_key') ],
    [ 'POST :/both/contacts/forgot_password', \@good, refused('no_token') ],
    [ 'GET :/both/contacts/CAD1', \@token, refused('wrong_api_key') ],
    [ 'GET :/both/in/orders', [ @good, @token ], $passed ],
    [ 'POST :/keyless/contacts/CAD1/wifi/authorization', [], $passed ],
    [ 'GET :/keyless/orders', [], refused('no_token') ],
    [ 'POST :/keyed/contacts/CAD1/wifi/authorization', [], $passed ],
    [ 'POST :/keyed/contacts/forgot_password', $key{wrong},
      refused('wrong_api_key') ],

    # OPTIONS is a preflight, or as good as any other method

    [ 'OPTIONS /contacts/CAD1', [], refused('no_token') ],
    [ 'OPTIONS /contacts/authenticate', [], refused('wrong_api_key') ],
    [ 'OPTIONS /contacts/CAD1', [ Origin => 'https://a' ],
      refused('no_token') ],
    [ 'OPTIONS /contacts/CAD1', [ 'Access-Control-Request-Method', 'GET' ],
      refused('no_token') ],
    [ 'GET /contacts/CAD1', [ Origin => 'https://a',
      'Access-Control-Request-Method', 'GET' ], refused('no_token') ],
    [ 'OPTIONS /contacts/CAD1', \@token, $passed ],

    # TLS

    [ 'GET :/tls/orders', \@token, refused('tls_required') ],
    [ 'GET :/tls/contacts/CAD1/', $key{wrong}, refused('tls_required') ],
    [ 'GET :/behind/orders', \@token, refused('tls_required') ],
    [ 'GET :/behind/orders', [ @token, 'X-Forwarded-Proto', 'https' ],
      $passed ],
    [ 'GET :/zero/orders', \@token, refused('tls_required') ],
    [ 'GET :/zero/in/orders', [ @token, 'X-Forwarded-Proto', 'https' ],
      $passed ],
);

for my $row (@rows) {
    my ($what, $headers, $expected) = @$row;
    my ($method, $path) = split / /, $what;

    $path =~ s/\A:// or $path = "$v1$path";
    is(said($t->http($method => $path, headers => $headers)), $expected,
        join ' ', $what, @$headers ? "with @$headers[grep !($_ & 1),
            0 .. $#$headers]" : ());
}

for my $by (qw(https h2)) {
    is(said($t->$by(GET => '/tls/orders', headers => \@token)), $passed, $by);
    is(said($t->$by(GET => '/tls/orders')), refused('no_token'),
        "$by, no token");
}


# a method that a path does not serve

my %allow = (
    '/contacts/authenticate' => 'POST',
    '/contacts/verify_email/T' => 'GET, HEAD',
    '/contacts/CAD1' => 'GET, HEAD, PUT, DELETE',
    '/contacts/CAD1/consents' => 'PUT',
    '/contacts/CAD1/demographics' => 'GET, HEAD, PUT',
    '/contacts/CAD1/wifi/authorization' => 'POST',
    '/files/F1' => 'GET, HEAD, DELETE',
    '/service_requests/S1/files/F1' => 'DELETE',
);

for my $path (sort keys %allow) {
    my $r = $t->http(PATCH => "$v1$path", headers => \@token);

    is(said($r), refused('method_not_allowed'), "PATCH $path");
    is($r->header('Allow'), $allow{$path}, "PATCH $path, Allow");
}


# HEAD is GET

my $r = $t->http(HEAD => "$v1/contacts/CAD1", headers => \@token);

is($r->status, 200, 'HEAD');
is(($t->crm_log)[-1]{method}, 'HEAD', 'HEAD, upstream');
is($t->http(HEAD => "$v1/contacts/CAD2", headers => \@token)->status, 403,
    'HEAD, not own');
is($t->http(HEAD => "$v1/contacts/CAD1")->status, 401, 'HEAD, no token');


# a preflight has no identity

is(said($t->http(OPTIONS => "$v1/contacts/CAD2", headers => [ @token, @good,
    Origin => 'https://a', 'Access-Control-Request-Method', 'GET',
    'X-CRM-Contact', 'CAD2' ])), $passed, 'preflight');

is_deeply([ grep { /crm-|_|authorization/i } map { $_->[0] }
    @{($t->crm_log)[-1]{headers}} ], [], 'preflight, upstream');


# challenges, RFC 6750 section 3

for ([ 'no token', [], 'Bearer realm="crm"' ],
    [ 'another scheme', [ Authorization => 'Basic eDp5' ],
      'Bearer realm="crm"' ],
    [ 'a wrong token', \@broken,
      'Bearer realm="crm", error="invalid_token"' ],
    [ 'a wrong key', $key{wrong}, '' ],
    [ 'not own data', \@token, '' ])
{
    my ($name, $headers, $challenge) = @$_;

    $r = $t->get("$v1/contacts/CAD2", @$headers);
    is($r->header('WWW-Authenticate'), $challenge, "challenge, $name");
}

$t->done;
