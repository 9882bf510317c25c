#!/usr/bin/perl

# POST /approval_requests/{id}/actions: a bearer token, or a token in the
# body, which the CRM alone can check.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for);
use Test::CRM::Words qw(said refused bearer);

my $pass = 'crm_require_tls off;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    https => 1,
    http => 'client_body_buffer_size 1k;
        limit_req_zone $crm_result zone=r:1m rate=1r/m;',
    locations => "location /streamed/ { crm_api selfservice;
            proxy_request_buffering off; proxy_http_version 1.1; $pass }
        location /small/ { crm_api selfservice; client_max_body_size 100;
            $pass }
        location /moved/ { crm_api selfservice;
            proxy_intercept_errors on;
            error_page 404 = /self-service/v1/orders; $pass }
        location /any/ { crm_api selfservice; satisfy any; deny all; $pass }"
    ))->start;

my $v1 = '/self-service/v1';
my $at = 'approval_requests/a6ec/actions';
my $page = { type => 'text/html; charset=utf-8', headers => [ ETag => '"x"' ],
    body => "<html><b>\x{a9}</b> {\"a\":1}\n</html>" };

$t->api_key('key', app => 'shop');
$t->api_key('test', app => 'shop', mode => 'test');
$t->crm("POST /$at" => $page, "POST /$at?x=1" => '{}',
    'GET /orders' => '{"orders":1}');

my $no = refused('no_token');
my $ok = "200 $page->{body}";

sub approve {
    my ($body, %opt) = @_;

    return $t->http(POST => ($opt{at} // $v1) . "/$at" . ($opt{query} // ''),
        headers => $opt{headers} // [], body => $body,
        exists $opt{type} ? (type => $opt{type}) : ());
}


# the page comes back as it is, and the CRM gets the body as it came

for my $body ('{"action":"ACCEPT", "token":"t0ken","n":1.10}',
    ' {"token":"\u0031"}' . ' ' x 3000, '{"token":"' . 'x' x 60_000 . '"}')
{
    my $r = approve($body);

    is(said($r), $ok, 'a token in the body');
    is($r->header('Content-Type'), 'text/html; charset=utf-8', 'the type');
    is($r->header('ETag'), '"x"', 'the page is not touched');
    is(($t->crm_log)[-1]{body}, $body, 'the body, byte for byte');
}

my $header = ($t->crm_log)[-1]{header};

is($header->{'x-crm-mode'}, 'live', 'the mode');
is($header->{'x-crm-contact'}, undef, 'nobody is said to ask');
is(said(approve('{"token":"t"}', headers => [ api_key => 'test' ])), $ok,
    'with a key');
is(($t->crm_log)[-1]{header}{'x-crm-mode'}, 'test', 'which says the mode');
is(said(approve('{"token":"t"}', query => '?x=1')), '200 {}', 'a query');
is(said(approve('{"token":"t"}', at => '/streamed')), $ok, 'unbuffered');
is(said(approve('{"token":"t"}', type => 'text/plain')), $ok,
    'whatever its type');
is(said($t->http("POST $v1/$at HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
    . "chunked\r\nConnection: close\r\n\r\n7\r\n{\"token\r\n6\r\n\":\"t\"}"
    . "\r\n0\r\n\r\n")), $ok, 'in chunks');
is(($t->crm_log)[-1]{body}, '{"token":"t"}', 'in chunks, the body');
is(said($t->h2(POST => "$v1/$at", body => '{"token":"t"}')), $ok, 'HTTP/2');


# a bearer token does, and is checked where it is sent

my @bearer = bearer($t->token('CAD1'));

is(said(approve('{"action":"ACCEPT"}', headers => \@bearer)), $ok, 'bearer');
is(($t->crm_log)[-1]{header}{'x-crm-contact'}, 'CAD1', 'whose it is');
is(said(approve('{"token":"t"}', headers => \@bearer)), $ok, 'both');
is(said(approve('{"token":"t"}', headers => [ bearer('x') ])),
    refused('wrong_token'), 'a wrong one, and the body\'s');
is(said(approve('{"token":"t"}', headers => [ api_key => 'none' ])),
    refused('wrong_api_key'), 'a wrong key, and the body\'s');


# what is no token

my $asked = () = $t->crm_log;

is(said(approve($_->[1])), $no, $_->[0]) for (
    [ 'no body', undef ], [ 'an empty body', '' ], [ 'nothing', '{}' ],
    [ 'an empty token', '{"token":""}' ], [ 'null', '{"token":null}' ],
    [ 'a blank token', '{"token":"  "}' ],
    [ 'a number', '{"token":1}' ], [ 'a list', '[{"token":"t"}]' ],
    [ 'deeper', '{"a":{"token":"t"}}' ], [ 'no JSON', '{"token":"t"' ],
    [ 'twice', '{"token":"t","token":"u"}' ],
    [ 'another case', '{"Token":"t"}' ], [ 'a form', 'token=t' ],
    [ 'too large', '{"token":"' . 'x' x 65_600 . '"}' ],
    [ 'as large as can be', '{"token":"", "a":"' . 'x' x 65_518 . '"}' ],
);

is(said($t->http("POST $v1/$at HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
    . "chunked\r\n\r\n" . ("1000\r\n" . ' ' x 4096 . "\r\n") x 17)),
    refused('too_large'), 'too large, in chunks without an end');

is(approve('{}')->header('WWW-Authenticate'), 'Bearer realm="crm"',
    'a token is asked for');
is(said(approve('{"token":"' . 'x' x 200 . '"}', at => '/small')),
    refused('too_large'), 'more than client_max_body_size');
is(scalar(() = $t->crm_log), $asked, 'the CRM hears of none');


# elsewhere it does not

for my $path ('orders', 'approval_requests/a6ec', 'upload/files',
    'contacts/CAD1/actions')
{
    is(said($t->post("$v1/$path", { token => 't' })), $no, $path);
}

is(said($t->http(GET => "$v1/$at")), refused('method_not_allowed'), 'GET');

$t->crm("POST /$at" => { status => 404, body => '' },
    'GET /orders' => '{"orders":1}');
is(said($t->post("/moved/$at", { token => 't' })), $no,
    'nor where NGINX moves the request');


# one connection, with and without; clients that leave before all is said

$t->crm("POST /$at" => $page);

my $client = $t->connect;

for my $i (1 .. 3) {
    is(said($client->request(POST => "$v1/$at", body => '{"token":"t"}')),
        $ok, "kept alive, $i");
    is(said($client->request(POST => "$v1/$at", body => '{}')), $no,
        "kept alive, refused, $i");
}

for (1 .. 3) {
    my $client = $t->connect;

    $client->write("POST $v1/$at HTTP/1.1\r\nHost: x\r\nContent-Length: 99"
        . "\r\n\r\n{\"token\":");
    $client->close;
}

is(said(approve('{"token":"t"}')), $ok, 'and all is well');

$t->done;
