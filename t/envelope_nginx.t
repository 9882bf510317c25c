#!/usr/bin/perl

# What NGINX answers itself, in the envelope of the API whose location it is;
# where there is no location yet, in that of crm_error_envelope.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Envelope qw(edge apis headers seen failed);

my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';
my $page = 'error_page 400 401 403 404 405 413 414 429 494 497 500 502 503
    504 /page.html;';

# status, reason, selfservice's and engagement's words

my %words = map { $_->[0] => $_ } (
    [ 400, 'Bad request.', 'INVALIDVALUE', 'BAD_REQUEST' ],
    [ 403, 'The request is not permitted.', 'FORBIDDEN', 'FORBIDDEN' ],
    [ 404, 'Record not found.', 'NOTFOUND', 'NOT_FOUND' ],
    [ 405, 'Method not allowed.', 'METHODNOTALLOWED', 'METHOD_NOT_ALLOWED' ],
    [ 413, 'The request is too large.', 'TOOLARGE', 'PAYLOAD_TOO_LARGE' ],
    [ 414, 'Bad request.', 'INVALIDVALUE', 'BAD_REQUEST' ],
    [ 429, 'Too many requests.', 'TOOMANYREQUESTS', 'TOO_MANY_REQUESTS' ],
    [ 500, 'Internal server error.', 'SERVER', 'INTERNAL_SERVER_ERROR' ],
    [ 502, 'Bad gateway.', 'BADGATEWAY', 'Downstream error' ],
    [ 503, 'Service unavailable.', 'UNAVAILABLE', 'SERVICE_UNAVAILABLE' ],
    [ 504, 'Gateway timeout.', 'GATEWAYTIMEOUT', 'Downstream error' ],
);

my %dmt = (403 => 'Request not permitted', 404 => 'Record not found',
    405 => 'Method not allowed', 413 => 'Request too large',
    429 => 'Too many requests');

sub said {
    my ($api, $status) = @_;

    my ($code, $text, $self, $engagement) = @{$words{$status}};

    if ($api eq 'selfservice') {
        return qq($status {"status":$status,"message":"$text","error":)
            . qq("CRM.EXCEPTIONS.${self}EXCEPTION","parameters":[]});
    }

    if ($api eq 'engagement') {
        my $real = $status =~ /50[24]/ ? 500 : $status;

        $text = '- Not Able to connect with CRM.' if $real != $status;

        return qq($real {"response":{"result":{"arguments":{"statusCode":)
            . qq("$real","errorCode":"$engagement","errorMessage":"$text"}},)
            . '"success":"false"}}';
    }

    my $real = $dmt{$status} && $status != 413 ? $status : 200;
    my ($n, $desc) = $dmt{$status} ? (-1, $dmt{$status})
                                   : (4, 'Internal Server Issue');

    return qq($real {"statusCode":"$n","statusDesc":"$desc",)
        . '"KYCTypeFlag":false,"status":"FAILED"}';
}

sub location {
    my ($api) = @_;

    return join '', map { my ($name, $lines) = @$_;
            "location /$name/$api/ { crm_api $api; $lines }\n" }
        [ files => 'alias %%DIR%%/;' ], [ denied => "deny all; $pass" ],
        [ returned => "return 403; $pass" ],
        [ small => "client_max_body_size 1k; $pass" ],
        [ slow => "limit_req zone=$api; limit_req_status 429; $pass" ],
        [ broken => 'proxy_pass http://$arg_nothing;' ],
        [ refused => 'proxy_pass http://127.0.0.1:%%DEAD_PORT%%;' ],
        [ busy => 'return 503;' ],
        [ late => "proxy_read_timeout 50ms; $pass" ];
}

my @three = qw(selfservice engagement dmt);

my $t = Test::CRM->new(conf => edge(
    https => 1,
    http => 'large_client_header_buffers 2 2k; '
        . join('', map { "limit_req_zone \$arg_key zone=$_:1m rate=1r/m;" }
            @three),
    server => $page,
    locations => join('', map { location($_) } @three) . '
        location = /page.html { root %%DIR%%; }
        location = /both { root %%DIR%%; addition_types *;
            add_before_body /engagement/selfservice/ok;
            add_after_body /dmt/selfservice/no; }
        location /html/ { root %%DIR%%; }
        }
        server {
            listen 127.0.0.1:%%PORT2%%;
            listen 127.0.0.1:%%TLS_PORT2%% ssl;
            ssl_certificate %%DIR%%/tls.crt;
            ssl_certificate_key %%DIR%%/tls.key;
            crm_error_envelope engagement;
            crm_require_tls off; crm_token off; crm_api_key off;
            ' . $page . '
            location /in/ { crm_api selfservice; ' . $pass . ' }
            location /html/ { root %%DIR%%; }
            location = /page.html { root %%DIR%%; }
            if ($arg_no) { return 403; }
        }
        server { listen 127.0.0.1:%%PORT3%%; location /html/ { }
            if ($arg_no) { return 403; }'),
    crm => {
        'GET ~^/ok' => '{"ok":1}', 'POST /ok' => '{"ok":1}',
        'GET /no' => { status => 404, body => '{"error":'
            . '"CRM.EXCEPTIONS.NOTFOUNDEXCEPTION"}' },
        'GET /hang' => { hang => 1 },
    });

$t->file('page.html', 'page');
$t->file('both', '|');
$t->start;


# once there is a location

for my $api (@three) {
    my @head = (headers => [ headers() ]);
    my $small = "/small/$api/ok";
    my $chunks = sprintf "%x\r\n%s\r\n0\r\n\r\n", 2000, 'x' x 2000;

    for my $row ([ 404 => 'files/%s/x' ], [ 403 => 'denied/%s/ok' ],
        [ 403 => 'returned/%s/ok' ], [ 500 => 'broken/%s/ok' ],
        [ 502 => 'refused/%s/ok' ], [ 503 => 'busy/%s/ok' ],
        [ 504 => 'late/%s/hang' ])
    {
        my ($status, $path) = @$row;

        $path = sprintf $path, $api;
        is(seen($t->get("/$path", headers())), said($api, $status), $path);
        is(seen($t->h2(GET => "/$path", @head)), said($api, $status),
            "$path, HTTP/2") if $path !~ /late/;
    }

    is(seen($t->http(POST => $small, @head, body => 'x' x 2000)),
        said($api, 413), "$api, too large");
    is(seen($t->h2(POST => $small, @head, body => 'x' x 2000)),
        said($api, 413), "$api, too large, HTTP/2");
    is(seen($t->http("POST $small HTTP/1.1\r\nHost: a\r\n"
        . "Connection: close\r\n" . lines(headers())
        . "Transfer-Encoding: chunked\r\n\r\n$chunks")),
        said($api, 413), "$api, too large, chunked");

    is($t->get("/slow/$api/ok?key=k", headers())->status, $_ ? 429 : 200,
        "$api, limit_req, $_") for 0, 1;
    is(seen($t->get("/slow/$api/ok?key=k", headers())), said($api, 429),
        "$api, limit_req");

    is(seen($t->http(POST => "/files/$api/both", @head, body => 'x')),
        said($api, 405), "$api, no such method");

    # the connection goes on

    my $client = $t->connect;

    is(seen($client->request(POST => "/denied/$api/ok", @head,
        body => 'x' x 1000)), said($api, 403), "$api, kept, refused");
    is($client->request(GET => "/small/$api/ok", @head)->body, '{"ok":1}',
        "$api, kept, passed");
}

is($t->get('/both', headers())->body,
    '{"response":{"success":"true","result":{"ok":1}}}|{"statusCode":"-1",'
    . '"statusDesc":"Record not found","KYCTypeFlag":false,'
    . '"status":"FAILED"}', 'parts of a page');
is($t->get('/html/x')->body, 'page', 'elsewhere the page of the server');


# before there is one

my $long = 'x' x 3000;
my $twice = "Authorization: Basic YTpi\r\n" x 2;
my @before = (
    [ 400 => 'no header', "GET /in/ok HTTP/1.1\r\nHost a\r\n:\r\n\r\n" ],
    [ 400 => 'no Host', "GET /in/ok HTTP/1.1\r\n\r\n" ],
    [ 400 => 'no request', "GET in/ok HTTP/1.1\r\nHost: a\r\n\r\n" ],
    [ 414 => 'a long path', "GET /in/$long HTTP/1.1\r\nHost: a\r\n\r\n" ],
    [ 400 => 'a long header', "GET /in/ok HTTP/1.1\r\nHost: a\r\n"
        . "X: $long\r\n\r\n" ],
    [ 400 => 'an unreadable Authorization', "GET /in/ok HTTP/1.1\r\nHost: a"
        . "\r\nAuthorization: Bearer a\0b\r\n\r\n" ],
    [ 400 => 'a long Authorization', "GET /in/ok HTTP/1.1\r\nHost: a\r\n"
        . "Authorization: Bearer $long\r\n\r\n" ],
    [ 405 => 'TRACE', "TRACE /in/ok HTTP/1.1\r\nHost: a\r\n\r\n" ],
    [ 405 => 'CONNECT', "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n" ],
    [ 403 => 'return', "GET /in/ok?no=1 HTTP/1.1\r\nHost: a\r\n"
        . "Connection: close\r\n\r\n" ],
    [ 404 => 'no location', "GET /nowhere HTTP/1.1\r\nHost: a\r\n"
        . "Connection: close\r\n\r\n" ],
);

for my $row (@before) {
    my ($status, $name, $request) = @$row;
    my ($on, $off) = map { raw($_, $request) } qw(PORT2 PORT3);

    # NGINX since 1.21 does not know CONNECT at all

    $status = $off->status if $name eq 'CONNECT';

    is(seen($on), said('engagement', $status), $name);
    is($off->status, $status, "$name, off");
    like($off->body, qr/^<html>/, "$name, off, a page");
}

my $double = raw('PORT2', "GET /in/ok HTTP/1.1\r\n"
    . "Host: a\r\n${twice}Connection: close\r\n\r\n");

like(seen($double), qr/\A400 \{"(?:response|status)":.*\}\z/,
    'Authorization twice');
is(seen(raw('TLS_PORT2', "GET /in/ok HTTP/1.1\r\n"
    . "Host: a\r\n\r\n")), said('engagement', 400), 'HTTP where HTTPS is');

is(seen(raw('PORT2', "GET /in/none HTTP/1.1\r\nHost: a\r\n"
    . "Content-Length: x\r\n\r\n")), said('engagement', 400),
    'an unreadable length');
is(raw('PORT2', "GET /html/x HTTP/1.1\r\nHost: a\r\n"
    . "Connection: close\r\n\r\n")->body, 'page',
    'a location of no API keeps the page');


# nginx -t

for my $row (
    [ 'crm_upstream_envelope soap;', 'invalid value "soap" of '
        . 'crm_upstream_envelope: write the name of an API' ],
    [ 'crm_upstream_envelope off;', 'invalid value "off" of '
        . 'crm_upstream_envelope: write the name of an API' ],
    [ 'crm_error_envelope soap;', 'invalid value "soap" of '
        . 'crm_error_envelope: write the name of an API' ],
    [ 'crm_envelope_buffer_size x;', '"crm_envelope_buffer_size" directive '
        . 'invalid value' ],
    [ 'crm_error_envelope dmt; crm_error_envelope dmt;',
        '"crm_error_envelope" directive is duplicate' ],
    [ 'crm_error_envelope off; crm_upstream_envelope dmt; '
        . 'crm_envelope_buffer_size 4k;', undef ])
{
    my ($lines, $expected) = @$row;
    my ($status, $text) = $t->nginx_t(Test::CRM::conf_selfservice(
        server => $lines));

    is($status, defined $expected ? 1 : 0, $lines);
    like($text, qr/\Q$expected\E/, "$lines, said") if defined $expected;
}

$t->done;


# What the server of a port says to bytes.

sub raw {
    my ($port, $bytes) = @_;

    my $client = $t->connect($t->port($port));

    $client->write($bytes);

    return $client->response($bytes =~ /\A(\w+)/);
}


sub lines {
    my $text = '';

    while (my ($name, $value) = splice @_, 0, 2) {
        $text .= "$name: $value\r\n";
    }

    return $text;
}
