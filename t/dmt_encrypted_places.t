#!/usr/bin/perl

# The encrypted variant of dmt among NGINX's own machinery: caches, redirects,
# subrequests, limits, reloads, clients that leave and a Redis that is full.
# Whatever has a body is sealed, for the client that asked, and once.

use warnings;
use strict;

use MIME::Base64 qw(decode_base64);
use Test::More;

use Test::CRM;
use Test::CRM::Process qw(slurp wait_for);
use Test::CRM::Sealed;

my $crm = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%';
my $bare = "proxy_pass_request_body off; proxy_set_header Content-Length '';";
my $on = 'crm_api dmt; crm_payload_encryption on;';

my $t = Test::CRM->new(conf => Test::CRM::conf_dmt(
    location => 'crm_payload_encryption on;',
    http => 'proxy_cache_path %%DIR%%/cache keys_zone=kept:1m;
        limit_req_zone $crm_app zone=app:1m rate=1r/m;
        crm_api_key_cache negative_ttl=1s;',
    server => 'crm_require_tls off; client_max_body_size 1100k;
        client_body_buffer_size 16k;',
    locations => join('', map { "location /$_->[0]/ { $on $_->[1]
            $crm\$crm_path; }\n" }
        [ kept => 'proxy_cache kept; proxy_cache_methods POST;
            proxy_cache_key $request_uri; proxy_cache_valid 1m;' ],
        [ sliced => 'proxy_set_header Range $slice_range; slice 4;' ],
        [ raw => 'proxy_buffering off; proxy_request_buffering off;' ],
        [ small => 'client_max_body_size 1k;' ],
        [ paged => 'client_max_body_size 1k; error_page 413 = /raw/page;' ],
        (map { my ($name, $value) = @$_; [ $name => "proxy_http_version 1.1;
            proxy_set_header Connection upgrade;
            proxy_set_header Upgrade $value;" ] }
            [ tunnel => '$http_upgrade' ], [ asking => 'x' ]),
        [ limited => 'limit_req zone=app;' ],
        [ asked => 'auth_request /ask;' ],
        [ before => 'addition_types *; add_before_body /raw/page;' ],
        [ after => 'addition_types *; add_after_body /raw/page;' ],
        [ judged => 'auth_request /judge/balance;' ],
        [ mirrored => 'mirror /copy;' ],
        [ again => 'error_page 404 = /raw/page; proxy_intercept_errors on;' ],
        [ astray => 'error_page 401 = /nested/off/balance;' ],
        [ far => 'error_page 404 = /wrapped/page;
            proxy_intercept_errors on;' ],
        [ file => 'error_page 404 /files/page.json;
            proxy_intercept_errors on;' ])
        . "location /nested/ { $on $crm\$crm_path;
               location /nested/off/ { crm_api dmt; $crm\$crm_path;
                   crm_payload_encryption off; } }
           location /judge/ { $on $crm\$crm_path; $bare }
           location /open/ { crm_api dmt; $crm\$crm_path;
               error_page 401 = /raw/page; }
           location /wrapped/ { crm_api engagement; crm_token off;
               crm_api_key off; crm_upstream_envelope selfservice;
               crm_envelope_buffer_size 1k; $crm\$crm_path; }
           location /ssi/ { ssi on; ssi_types *; root %%DIR%%; }
           location = /ask { internal; $crm/ask; $bare }
           location = /copy { internal; $crm/copy; }
           location /files/ { internal; root %%DIR%%; }
           location /said/ { internal; return 200 said; }"),
    crm => {});

mkdir $t->dir . "/$_" for qw(files ssi);
$t->file('files/page.json', '{"file":1}');
$t->start;

my $secret = 'the client secret';
my $isu = Test::CRM::Sealed->new($t, 'isu', $secret);
my $two = Test::CRM::Sealed->new($t, 'isu.two', $secret, cipher => 'cbc',
    mac => 1);
my $failed = '"KYCTypeFlag":false,"status":"FAILED"}';
my $refused = '401 [{"statusCode":"-1","statusDesc":"Invalid client",'
    . "$failed]";


sub crm_said { scalar(() = $t->crm_log) }


# what a cache keeps is plain, and sealed for each who asks

$t->crm('POST /balance' => '{"kept":1}');

for my $client ($isu, $two, $isu) {
    is($client->said(POST => '/kept/balance', '{}'), '200 {"kept":1}',
        "$client->{id}, from the cache");
}

is(crm_said(), 1, 'the CRM was asked once');
is($t->http(POST => '/kept/balance', body => '{}')->status, 401,
    'a stranger gets nothing of it');


# answers that are not buffered, in chunks, cut off

my $chunks = { chunks => [ '{"a":', '1', '}' ] };

$t->crm('POST /balance' => [ $chunks, { length => 20, body => '{"a"',
    close => 1 } ], 'GET /page' => '{"page":1}');

is($isu->said(POST => '/raw/balance', '{}'), '200 {"a":1}', 'not buffered');
is($isu->said(POST => '/raw/balance', '{}'), '200 {"statusCode":"4",'
    . qq("statusDesc":"Internal Server Issue",$failed), 'cut off');


# what could not be sealed: a tunnel, which is not asked for; no answer at all

$t->crm('GET /up' => { raw => "HTTP/1.1 101 Up\r\nUpgrade: x\r\n\r\nplain" },
    'GET /bare' => { raw => "plain\r\n\r\n" },
    'GET /early' => { status => 103, body => 'plain' });

for my $target (qw(/tunnel/up /asking/up /raw/bare /kept/bare /raw/early)) {
    is($isu->said(GET => $target, undef, headers => [ Upgrade => 'x' ]),
        qq(200 {"statusCode":"4","statusDesc":"Internal Server Issue",$failed),
        "$target is sealed");
}

is_deeply([ map { $_->{header}{upgrade} } grep { $_->{path} eq '/up' }
    $t->crm_log ], [ undef, 'x' ], 'what the CRM was asked');


# nor slices, each of them an answer that nobody asked for

$t->crm('GET /slices' => { status => 206, body => '{"n"', headers =>
    [ 'Content-Range' => 'bytes 0-3/7' ] });
is($isu->said(GET => '/sliced/slices', undef), '200 {"statusCode":"4",'
    . qq("statusDesc":"Internal Server Issue",$failed), 'slices');


# redirects: another location that encrypts, a file, a text, one that does not

$t->crm(
    'POST /missing' => { status => 404, body => '{}' },
    'GET /page' => '{"page":1}',
    'POST /balance' => [ map { +{ body => 'x', headers =>
        [ 'X-Accel-Redirect' => $_ ] } } '/files/page.json', '/said/' ]);

is($isu->said(POST => '/again/missing', '{}'), '200 {"page":1}',
    'a page of another location, of one proof');
is($isu->said(POST => '/file/missing', '{}'), '404 {"statusCode":"-1",'
    . qq("statusDesc":"Record not found",$failed), 'a page that is a file');
is($isu->said(POST => '/raw/balance', '{}', headers =>
    [ Range => 'bytes=0-1' ]), '200 {"file":1}', 'X-Accel-Redirect, a file');
is($isu->said(POST => '/raw/balance', '{}'), '200 said',
    'X-Accel-Redirect, a text');

my $n = crm_said();

is($isu->said(POST => '/astray/balance', '{}', aad => '', headers =>
    [ client_id => 'isu', client_secret => $secret ]), $refused,
    'a wrong proof is not made good by the plain pair elsewhere');
is(crm_said(), $n, 'the CRM has not heard');

is($isu->said(POST => '/open/balance', undef, body => '', aad =>
    'POST /open/balance', headers => [ client_id => 'isu', client_secret =>
    'wrong', Authorization => 'Basic eDp5' ]), '200 {"page":1}',
    'a proof is read where the plain pair was wrong');


# to another API: its words, for the client that was proven

my @engagement = (correlationId => '1', srDate => '22-11-2026',
    source => 'APP', destination => 'CRM', operation => 'x');

for my $row (
    [ 'another API', '{"page":1}',
        qr/^200 \{"response":\{"success":"true","result":\{"page":1\}\}\}$/ ],
    [ 'too large to be sealed, is not streamed', '"' . 'x' x 2000 . '"',
        qr/^500 \{"response":.*"Downstream error"/ ])
{
    my ($what, $page, $said) = @$row;

    $t->crm('POST /missing' => { status => 404, body => '{}' },
        'GET /page' => $page);
    like($isu->said(POST => '/far/missing', '{}', headers => \@engagement),
        $said, $what);
}


# nested, off

$t->crm('POST /off/balance' => '{"a":1}', 'POST /balance' => '{"a":2}');

my $r = $t->http(POST => '/nested/off/balance', headers =>
    [ client_id => 'isu', client_secret => $secret ], body => '{"b":1}');
is($r->status . $r->body, '200{"a":2}', 'off, in one that is on');
is($isu->said(POST => '/nested/off/balance', '{}'), $refused,
    'no proofs are taken there');
is($isu->said(POST => '/nested/balance', '{}'), '200 {"a":2}', 'around it');


# subrequests: they are the main one's, which is proven once

$t->crm(map { ("$_ /ask" => '{}', "$_ /copy" => '{}',
    "$_ /balance" => '{"a":1}') } qw(GET POST));

is($isu->said(POST => '/asked/balance', '{"b":1}'), '200 {"a":1}',
    'auth_request');
is($isu->said(POST => '/judged/balance', '{"b":1}'), '200 {"a":1}',
    'auth_request, of one that encrypts');

$n = crm_said();
is($isu->said(POST => '/mirrored/balance', '{"b":1}'), '200 {"a":1}',
    'mirror');
ok(wait_for(sub { crm_said() == $n + 2 }), 'both are sent');
is_deeply([ map { $_->{body} } ($t->crm_log)[-2, -1] ], [ ('{"b":1}') x 2 ],
    'and are plain');

# what NGINX puts round an answer, and into a page, is not read by others

$t->crm('POST /balance' => '{"a":1}', 'GET /page' => '{"page":1}');

my $proof;

for my $row ([ before => '{"page":1}', '{"a":1}' ],
    [ after => '{"a":1}', '{"page":1}' ])
{
    my ($place, @parts) = @$row;

    $proof = $isu->proof(POST => "/$place/balance");
    $isu->said(POST => "/$place/balance", '{}', proof => $proof);
    is($isu->{last}->status, 200, "add_${place}_body");
    is_deeply([ parts($isu->{last}->body, $proof) ], \@parts,
        'each is sealed');
}

$t->file('ssi/page', 'A<!--#include virtual="/raw/page" -->B');
$proof = $isu->proof(GET => '/ssi/page');
$isu->said(GET => '/ssi/page', undef, proof => $proof);
like($isu->{last}->body, qr/\AA\{"ResponseData":"[^"]+"\}B\z/, 'SSI');
is_deeply([ parts($isu->{last}->body, $proof) ], [ '{"page":1}' ],
    'what it includes is sealed');


sub parts {
    my ($text, $of) = @_;

    return map { $isu->tool(open => 'payload_key', "$of.response",
        decode_base64($_)) } $text =~ /\{"ResponseData":"([^"]+)"\}/g;
}


# what NGINX refuses once the client is proven

is($isu->said(POST => '/limited/balance', '{}'), '200 {"a":1}', 'limit_req');
like($isu->said(POST => '/limited/balance', '{}'),
    qr/^200 \{"statusCode":"4".*\}$/, 'its refusal is sealed');

$t->crm('POST /other' => { body => '{"a":1}', headers =>
    [ 'Last-Modified' => 'Sun, 06 Nov 1994 08:49:37 GMT' ] });
like($isu->said(POST => '/kept/other', '{}', headers =>
    [ 'If-Unmodified-Since' => 'Sat, 05 Nov 1994 08:49:37 GMT' ]),
    qr/^\d+ \{"statusCode".*\}$/, 'so is a precondition that failed');

$t->crm('GET /page' => '{"page":1}');

my $large;

sub large {
    my ($place) = @_;

    $proof = $isu->proof(POST => "/$place/balance");
    $large = $isu->body($proof, '"' . 'x' x 2000 . '"');

    return "POST /$place/balance HTTP/1.1\r\nHost: h\r\n"
        . "pass_key: $isu->{pass}\r\nheader_secrets: $proof\r\n";
}

like($isu->opened($t->http(large('small') . 'Content-Length: '
    . length($large) . "\r\n\r\n$large"), $proof),
    qr/^\d+ \[\{"statusCode".*\}\]$/,
    'too large, and said so: nobody is proven');

for my $row ([ small => qr/^\d+ \{"statusCode".*\}$/ ],
    [ paged => qr/^200 \{"page":1\}$/ ])
{
    my ($place, $said) = @$row;
    my $head = large($place);

    like($isu->opened($t->http($head . "Transfer-Encoding: chunked\r\n\r\n"
        . sprintf("%x\r\n%s\r\n0\r\n\r\n", length $large, $large)), $proof),
        $said, "$place, too large, in chunks");
}


# a mebibyte there and back

my $mebi = '"' . 'x' x (786_000) . '"';

$t->crm('POST /balance' => $mebi);
for my $client ($isu, $two) {
    ok($client->said(POST => '/raw/balance', $mebi) eq "200 $mebi",
        "$client->{id}, a mebibyte");
    ok(($t->crm_log)[-1]{body} eq $mebi, 'both ways');
}


# two in a pipeline; the target as a proxy is sent it

$t->crm('POST /balance' => [ '{"a":1}', '{"a":2}', '{"a":3}' ]);

my @proofs = map { $isu->proof(POST => '/raw/balance') } 1 .. 3;
my $client = $t->connect;

$client->write(join '', map { my $body = $isu->body($_, '{"b":1}');
    "POST /raw/balance HTTP/1.1\r\nHost: h\r\npass_key: $isu->{pass}\r\n"
    . "header_secrets: $_\r\nTransfer-Encoding: chunked\r\n\r\n"
    . sprintf("%x\r\n%s\r\n0\r\n\r\n", length $body, $body) } @proofs[0, 1]);

is($isu->opened($client->response, $proofs[0]), '200 {"a":1}', 'in a row');
is($isu->opened($client->response, $proofs[1]), '200 {"a":2}', 'the next');

my $body = $isu->body($proofs[2], '{}');
is($isu->opened($t->http("POST http://h/raw/balance HTTP/1.1\r\nHost: h\r\n"
    . "pass_key: $isu->{pass}\r\nheader_secrets: $proofs[2]\r\n"
    . 'Content-Length: ' . length($body) . "\r\n\r\n$body"), $proofs[2]),
    '200 {"a":3}', 'an absolute target');


# the query is of the path, as it was written; who is refused has used up none

$t->crm('GET /balance?a=b%20c' => '{"a":1}');
$proof = $isu->proof(GET => '/raw/balance?a=b%20c');

for my $target (map { "/raw/balance$_" } '?a=b%20d', '?a=b+c', '?', '') {
    is($isu->said(GET => $target, undef, proof => $proof), $refused, $target);
}

is($isu->said(GET => '/raw/balance?a=b%20c', undef, proof => $proof),
    '200 {"a":1}', 'its own query');


# a reload while the CRM thinks, and what was begun is sealed

$t->crm('POST /balance' => { body => '{"a":1}', gate => $t->dir . '/gate' });
$n = crm_said();
$proof = $isu->proof(POST => '/raw/balance');
$client = $t->connect;
$client->write(Test::CRM::HTTP->text(POST => '/raw/balance',
    headers => [ $isu->headers($proof) ], body => $isu->body($proof, '{}')));
ok(wait_for(sub { crm_said() == $n + 1 }), 'begun');
$t->reload;
$t->file('gate', '');
is($isu->opened($client->response, $proof), '200 {"a":1}', 'reloaded');


# a client that leaves while Redis is asked

$t->crm('POST /balance' => '{"a":1}');

kill STOP => $t->{pid}{redis};
for (1 .. 20) {
    $proof = $isu->proof(POST => '/raw/balance');
    $client = $t->connect;
    $client->write(Test::CRM::HTTP->text(POST => '/raw/balance', headers =>
        [ $isu->headers($proof) ], body => $isu->body($proof, '{}')));
    $client->close;
}
kill CONT => $t->{pid}{redis};
$t->redis('PING');
ok(wait_for(sub { $isu->said(POST => '/raw/balance', '{}')
    eq '200 {"a":1}' }), 'those that stay are served');


# a Redis that keeps nothing more: what cannot be remembered does not pass

$t->redis(CONFIG => SET => 'maxmemory', 1);
$n = crm_said();
is($isu->said(POST => '/raw/balance', '{}'), '200 [{"statusCode":"4",'
    . qq("statusDesc":"Internal Server Issue",$failed]), 'Redis is full');
is(crm_said(), $n, 'the CRM has not heard');
$t->redis(CONFIG => SET => 'maxmemory', 0);

$t->allow(qr/SET crm:seen/);
$t->done;
