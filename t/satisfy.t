#!/usr/bin/perl

# The gate beside NGINX's own modules: satisfy any, auth_request, subrequests,
# limit_req, and the variables in the log.

use warnings;
use strict;

use MIME::Base64 qw(encode_base64);
use Test::More;

use Test::CRM;
use Test::CRM::Process qw(slurp wait_for);
use Test::CRM::Words qw(said refused bearer);

my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';
my $crm = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    https => 1,
    tls => '',
    http => 'limit_req_zone $crm_contact_id zone=c:1m rate=1r/m;
        proxy_cache_path %%DIR%%/cache keys_zone=kept:1m;
        log_format crm "$request_uri $status $crm_api $crm_route $crm_result "
            "$crm_mode [$crm_app] [$crm_contact_id] [$crm_session_id]";',
    server => 'crm_require_tls off; access_log %%DIR%%/access.log crm;
        auth_basic_user_file %%DIR%%/users;',
    locations => join('', map { "location /$_->[0]/ { crm_api selfservice;
            $_->[1] $pass }\n" }
        [ any => 'satisfy any; auth_basic x;' ],
        [ all => 'auth_basic x;' ],
        [ near => 'satisfy any; allow 127.0.0.1; deny all;' ],
        [ far => 'satisfy any; deny all;' ],
        [ asked => 'auth_request /ask;' ],
        [ mirrored => 'mirror /copy; mirror_request_body off;' ],
        [ limited => 'limit_req zone=c;' ],
        [ ssi => 'ssi on;' ],
        [ kept => 'proxy_cache kept; proxy_cache_methods POST;
            proxy_cache_valid 1s; proxy_cache_background_update on;
            proxy_cache_use_stale updating;
            if ($request_method = POST) { set $x 1; }' ],
        [ moved => 'error_page 404 = /page.html; error_page 401 = @login;' ])
        . "location = /ask { internal; $crm/ask;
               proxy_pass_request_body off; proxy_set_header Content-Length
               ''; }
           location = /copy { internal; $crm/copy; }
           location = /page { ssi on; $crm; }
           location = /page.html { root %%DIR%%; }
           location \@login { $crm; }
           location = /outside { return 200 \"[\$crm_api\$crm_route]\"; }"),
    crm => {
        (map { ("GET ~^/$_") => '{"ok":1}' }
            qw(orders contacts/CAD ask copy moved)),
        (map { ("GET /$_") => { type => 'text/html', body => join '',
            map { qq([<!--#include virtual="/self-service/v1/$_" -->]) }
            'contacts/CAD1', 'contacts/CAD2', 'contacts/CAD1/../CAD2',
            'nowhere/' } } qw(page included)),
        'POST /contacts/authenticate' => '{"ok":1}',
        'GET /lost' => { status => 404, body => '{"error":"X"}' },
        'GET ~^/nowhere' => { status => 404, body => '{"error":"X"}' },
    });

$t->file('users', "ann:{PLAIN}pass-of-ann\n");
$t->file('page.html', 'page');
$t->start;

my $key = $t->api_key('good-key', app => 'shop');
my $token = $t->token('CAD1', sid => 's1');
my @token = bearer($token);
my @auth_token = (auth_token => $token);
my @ann = (Authorization => 'Basic '
    . encode_base64('ann:pass-of-ann', ''));
my @bob = (Authorization => 'Basic ' . encode_base64('bob:x', ''));
my @forged = ('X-CRM-Contact' => 'CAD2', 'x_crm_mode' => 'test');
my $ok = '200 {"ok":1}';
my $no = refused('no_token');


# who may pass, and what the CRM is told of them; '-' where it is not asked

my $him = 'contact=CAD1 mode=live session=s1';

for my $row (
    [ '/any/orders', [ @token ], $ok, $him ],
    [ '/any/orders', [ @ann, @forged ], $ok, '' ],
    [ '/any/orders', [ @ann, @auth_token ], $ok, $him ],
    [ '/any/orders', [ @bob, @auth_token ], $ok, $him ],
    [ '/any/orders', [ @forged ], $no, '-' ],
    [ '/any/orders', [ @bob ], $no, '-' ],
    [ '/any/orders', [ bearer('x') ], refused('wrong_token'), '-' ],
    [ '/any/contacts/CAD2', [ @ann, @auth_token ], $ok, '' ],
    [ '/any/contacts/CAD1/', [ @ann ], refused('not_found'), '-' ],
    [ '/any/contacts/CAD1;', [ @ann ], refused('bad_request', 'path'), '-' ],
    [ '/any/lost', [ @ann ], '404 {"error":"X"}', '' ],

    [ '/all/orders', [ @ann, @auth_token ], $ok, $him ],
    [ '/all/orders', [ @ann ], $no, '-' ],
    [ '/all/orders', [ @bob, @auth_token ], $no, '-' ],

    [ '/near/orders', [ @forged ], $ok, '' ],
    [ '/near/contacts/CAD2', [ @token, @forged ], $ok, '' ],
    [ '/far/orders', [ @token ], $ok, $him ],
    [ '/far/orders', [], $no, '-' ],

    [ '/asked/orders', [ @token, @forged ], $ok, $him ],
    [ '/asked/orders', [ @forged ], $no, '-' ],
    [ '/limited/orders', [ @token ], $ok, $him ],
    [ '/limited/orders', [ @token ], refused('unavailable'), '-' ],
    [ '/limited/orders', [ bearer($t->token('CAD3')) ], $ok,
      'contact=CAD3 mode=live' ],
    [ '/limited/orders', [ bearer($t->token('CAD3') . 'x') ],
      refused('wrong_token'), '-' ])
{
    my ($path, $headers, $expected, $told) = @$row;
    my $name = join ' ', $path, map { substr $_, 0, 12 } @$headers;
    my $n = () = $t->crm_log;

    is(said($t->get($path, @$headers)), $expected, $name);

    my @log = grep { $_->{path} ne '/ask' } splice @{[ $t->crm_log ]}, $n;

    is(@log ? told($log[0]) : '-', $told, "$name, told");
}

for my $path ('/near/contacts/authenticate', '/any/contacts/authenticate') {
    is(said($t->post($path, { provider => 'FACEBOOK', token => 't' }, @ann)),
        refused('wrong_api_key'), "$path: a flow needs its key");
}

is($t->get('/any/orders')->header('WWW-Authenticate'),
    'Basic realm="x", Bearer realm="crm"', 'both are asked for');


# what others are told

my ($asked) = grep { $_->{path} eq '/ask' } $t->crm_log;

is(told($asked), '', 'auth_request hears of no forged contact');
is($asked->{header}{authorization}, $token[1], 'and of what was sent');

$t->get('/moved/contacts/CAD1', @forged);

is(($t->crm_log)[-1]{path}, '/moved/contacts/CAD1', 'error_page');
is(told(($t->crm_log)[-1]), '', 'error_page hears of no forged contact');

my $n = () = $t->crm_log;

is(said($t->get('/mirrored/orders', @token, @forged, api_key => $key)), $ok,
    'mirror');
ok(wait_for(sub { $n + 2 == (() = $t->crm_log) }), 'mirror, both');

for my $request (splice @{[ $t->crm_log ]}, $n) {
    is(told($request), "app=shop $him", "mirror, told $request->{path}");
    is(join('', map { $request->{header}{$_} // '' }
        qw(authorization api_key)), '', "mirror, taken $request->{path}");
}


# pages made of others: each part has its own verdict, and NGINX follows no ..

my ($own, $other) = map { s/^\d+ //r } $ok, refused('forbidden');
my $fault = '[an error occurred while processing the directive]';

for my $path ('/ssi/included', '/page') {
    is(said($t->get($path, @token)),
        qq(200 [$own][$other][$fault][{"error":"X"}]), $path);
}

($no) = $no =~ /^\d+ (.*)/;

# all of them wait for one key, the first time

for my $path (qw(/page /ssi/included /asked/orders /mirrored/orders)) {
    my @headers = (@token, api_key => $t->api_key("fresh-key-of-$path"));

    is(said($t->get($path, @headers)), said($t->get($path, @token)),
        "$path, a fresh key");
    is(said($t->h2(GET => $path, headers => [ @token,
        api_key => $t->api_key("another-key-of-$path") ])),
        said($t->get($path, @token)), "$path, a fresh key, HTTP/2");
}

is(said($t->get('/page')), "200 [$no][$no][$fault][$no]", 'nobody');


# a cache refreshes, in a copy of the request, what a flow has handed on

$n = () = $t->crm_log;

ok(wait_for(sub {
    $t->post('/kept/contacts/authenticate', { provider => 'FACEBOOK',
        token => 't' }, api_key => $key)->status == 200
        && $n + 2 == (() = $t->crm_log);
}), 'a cache is refreshed');


# what the log says

for my $row (
    [ '/self-service/v1/contacts/CAD1?1', [ @token, api_key => $key ],
      '200 selfservice /contacts/{id} passed live [shop] [CAD1] [s1]' ],
    [ '/self-service/v1/contacts/CAD2?2', [ @token ],
      '403 selfservice /contacts/{id} forbidden live [] [CAD1] [s1]' ],
    [ '/self-service/v1/orders?3', [ bearer("$token-x"), @forged ],
      '401 selfservice * wrong_token live [] [] []' ],
    [ '/self-service/v1/orders?4', [ api_key => 'x' ],
      '401 selfservice * wrong_api_key live [] [] []' ],
    [ '/moved/contacts/CAD1/?5', [ @token ],
      '200 selfservice * not_found live [] [] []' ],
    [ '/moved/contacts/CAD1?6', [ @forged ],
      '200 selfservice /contacts/{id} no_token live [] [] []' ],
    [ '/any/contacts/CAD1?7', [ @ann ],
      '200 selfservice /contacts/{id} passed live [] [] []' ],
    [ '/outside?8', [ @token ], '200     [] [] []' ])
{
    my ($path, $headers, $expected) = @$row;
    $t->get($path, @$headers);

    ok(wait_for(sub { slurp($t->dir . '/access.log')
        =~ /^\Q$path $expected\E$/m }, 3), "log: $path")
        or diag slurp($t->dir . '/access.log') =~ /^(\Q$path\E .*)$/m;
}

is($t->get('/outside')->body, '[]', 'outside');

$t->done;


sub told {
    my ($request) = @_;

    return join ' ', map { /^x.crm.(.*)/ ? "$1=$request->{header}{$_}" : () }
        sort keys %{$request->{header}};
}
