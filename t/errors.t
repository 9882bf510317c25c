#!/usr/bin/perl

# What goes wrong in NGINX or behind it is told in the API's words.

use warnings;
use strict;

use Compress::Zlib qw(memGunzip);
use Test::More;

use Test::CRM;
use Test::CRM::Words qw(said refused bearer);

my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';
my $html = '<html>no</html>';
my %own = map { $_ => qq({ "error":"X", "status":$_, "message":"No." }) }
    400, 401, 404, 409, 500;

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    https => 1,
    tls => '',
    http => 'limit_req_zone $crm_app zone=a:1m rate=1r/m;
             limit_req_zone $crm_app zone=b:1m rate=1r/m;
             gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any;',
    server => 'crm_require_tls off;
        error_page 401 403 404 405 413 429 500 502 503 504 /page.html;',
    location => 'client_max_body_size 1k;',
    locations => join('', map { "location /$_->[0]/ { crm_api selfservice;
            $_->[1] }\n" }
        [ refused => 'proxy_pass http://127.0.0.1:%%DEAD_PORT%%;' ],
        [ broken => 'proxy_pass http://$arg_nothing;' ],
        [ files => 'root %%DIR%%;' ],
        [ denied => "return 403; $pass" ],
        [ slow => "limit_req zone=a; limit_req_status 429; $pass" ],
        [ busy => "limit_req zone=b; $pass" ],
        [ intercepted => "proxy_intercept_errors on; $pass" ],
        [ own => "error_page 502 500 /page.html; error_page 401 =200 \@in;
            error_page 404 =200 /page.html; $pass" ],
        [ late => "proxy_read_timeout 100ms; $pass" ],
        [ small => "client_body_buffer_size 1k; $pass" ],
        [ file => "client_body_in_file_only clean; $pass" ],
        [ huge => "client_max_body_size 0; $pass" ],
        [ again => "error_page 404 = /public/orders; $pass" ],
        [ else => "error_page 404 = \@json; $pass" ],
        [ public => "crm_token off; crm_api_key off; $pass" ])
        . "location = /page.html { root %%DIR%%; }
           location \@in { return 200 in; }
           location \@json { proxy_pass
               http://127.0.0.1:%%CRM_PORT%%/json\$arg_status; }
           location /internal/ { internal; root %%DIR%%; }"),
    crm => {
        'GET /contacts/CAD1' => '{"id":"CAD1"}',
        'GET /orders' => '{"orders":[]}',
        'GET /hang' => { hang => 1 },
        'GET /reset' => { reset => 1 },
        'GET /half' => { raw => "HTTP/1.1 200 OK\r\nContent-Ty" },
        'GET /cut' => { body => '{"a":', length => 100, close => 1 },
        'GET /cut500' => { status => 500, type => 'text/html',
            body => $html, length => 100, close => 1 },
        'GET /big500' => { status => 500, type => 'text/html',
            body => $html x 20_000 },
        'GET /chunks500' => { status => 500, type => 'text/html',
            chunks => [ ($html) x 50 ] },
        (map { ("GET /html$_" => { status => $_, type => 'text/html',
            body => $html, headers => [ ETag => '"x"',
            'Content-Encoding' => 'br', 'Last-Modified' => 'x',
            'WWW-Authenticate' => 'Basic realm="x"', Refresh => '0;url=/x',
            'Set-Cookie' => 'a=1', 'Set-Cookie' => 'b=1' ] }) }
            400, 401, 404, 500, 503),
        'GET /bare401' => { status => 401, type => undef, headers => [
            'WWW-Authenticate' => 'Basic realm="x"' ] },
        'GET /json401' => { status => 401, body => $own{401}, headers => [
            'WWW-Authenticate' => 'Basic realm="x"',
            'Set-Cookie' => 'a=1' ] },
        (map { ("GET /json$_" => { status => $_, body => $own{$_} }) }
            400, 404, 409, 500),
        (map { ("GET /other$_" => { status => $_, body => '{"no":1}' }) }
            400, 404, 409, 500),
        'GET /charset' => { status => 404, body => $own{404},
            type => 'Application/JSON; charset=utf-8' },
        'GET /empty' => { status => 404, type => undef },
        'HEAD /html404' => { status => 404, type => 'text/html',
            body => $html },
        (map { ("GET /accel$_->[0]" => { body => '', headers =>
            [ 'X-Accel-Redirect' => $_->[1] ] }) }
            [ 1 => '/internal/there' ], [ 2 => '/internal/nowhere' ],
            [ 3 => '/self-service/v1/contacts/CAD1' ],
            [ 4 => '/self-service/v1/contacts/CAD2' ]),
        (map { ("POST /$_" => '{"ok":1}') } qw(orders
            contacts/authenticate contacts/forgot_password)),
    });

mkdir $t->dir . "/$_" for qw(internal files);
$t->file('page.html', 'page');
$t->file('internal/there', 'there');
$t->file('files/F', 'F');
$t->start;

my $key = $t->api_key('good-key');
my @token = bearer($t->token('CAD1'));
my @both = (@token, api_key => $key);
my $v1 = '/self-service/v1';


# what a GET with a token meets

for my $row (
    [ '/late/hang', refused('gateway_timeout') ],
    [ "$v1/reset", refused('bad_gateway') ],
    [ "$v1/half", refused('bad_gateway') ],
    [ '/refused/x', refused('bad_gateway') ],
    [ '/broken/x', refused('internal') ],
    [ '/files/x', refused('not_found') ],
    [ '/files/F', '200 F' ],
    [ '/denied/x', refused('forbidden') ],

    # an upstream's page is nobody's answer

    [ "$v1/html400", refused('bad_gateway') ],
    [ "$v1/html401", refused('bad_gateway') ],
    [ "$v1/html404", refused('bad_gateway') ],
    [ "$v1/html500", refused('internal') ],
    [ "$v1/html503", refused('unavailable') ],
    [ "$v1/big500", refused('internal') ],
    [ "$v1/chunks500", refused('internal') ],
    [ "$v1/cut500", refused('internal') ],
    [ "$v1/empty", refused('not_found') ],
    [ '/intercepted/html500', refused('internal') ],

    # its JSON is, where it is of the dialect

    (map { [ "$v1/json$_", "$_ $own{$_}" ] } 400, 404, 409, 500),
    [ "$v1/charset", "404 $own{404}" ],
    (map { [ "$v1/other$_", refused('bad_gateway') ] } 400, 404, 409),
    [ "$v1/other500", refused('internal') ],

    # error_page of the location itself

    [ '/own/html500', refused('internal') ],
    [ '/own/reset', refused('bad_gateway') ],
    [ '/own/contacts/CAD1/', '200 page' ],
    [ '/again/contacts/CAD1/', '200 {"orders":[]}' ],
    [ '/else/contacts/CAD1/?status=409', "409 $own{409}" ],
    [ '/else/contacts/CAD1/?status=404', refused('not_found') ],

    # X-Accel-Redirect

    [ "$v1/accel1", '200 there' ],
    [ "$v1/accel2", refused('not_found') ],
    [ "$v1/accel3", '200 {"id":"CAD1"}' ],
    [ "$v1/accel4", refused('forbidden') ],

    # not ours

    [ '/nowhere', '404 page' ])
{
    my ($path, $expected) = @$row;
    my $r = $t->get($path, @token);

    is(said($r), $expected, $path);
    is($r->header('Content-Type'), 'application/json', "$path, type")
        if $expected =~ /EXCEPTION/;
    is($r->header('Content-Length'), length $r->body, "$path, length")
        if $expected =~ /"status"/;
    is(join('', map { $r->header($_) } qw(ETag Content-Encoding
        Last-Modified Set-Cookie WWW-Authenticate Refresh)), '',
        "$path, nothing of the page") if $path =~ /html/;
}

for my $row (
    [ "$v1/bare401", 'Bearer realm="crm"', '' ],
    [ "$v1/json401", 'Basic realm="x"', 'a=1' ])
{
    my ($path, @headers) = @$row;
    my $r = $t->get($path, @token);

    is($r->status, 401, $path);
    is_deeply([ map { $r->header($_) } qw(WWW-Authenticate Set-Cookie) ],
        \@headers, "$path, who asks for what");
}

is(said($t->get('/own/contacts/CAD1')), '200 in', 'error_page to a name');

my $r = $t->get("$v1/cut", @token);

is(said($r), '200 {"a":', 'cut off');
is($r->truncated, 1, 'cut off, and the client can tell');


# POST

my $large = '{"provider":"X","pad":"' . 'x' x 70_000 . '"}';
my $long = '{"pad":"' . 'x' x 5000 . '","provider":"X"}';
my $most = '{"provider":"X"}' . ' ' x (65536 - 16);
my $facebook = '{"pad":"' . 'x' x 5000
    . '","provider":"FACEBOOK","token":"t", "n":1.10}';
my $auth = '/contacts/authenticate';

for my $row (
    [ "$v1/orders", 'x' x 1025, refused('too_large') ],
    [ "$v1/orders", 'x' x 1024, '200 {"ok":1}' ],
    [ '/files/F', '', refused('method_not_allowed') ],
    [ "/public$auth", 'x', refused('invalid_json') ],
    [ "/public$auth", '', refused('invalid_json') ],
    [ "/public$auth", '[]', refused('invalid_json') ],
    [ "/public$auth", '"x"', refused('invalid_json') ],
    [ "/public$auth", '{"provider":"X"}{}', refused('invalid_json') ],
    [ "/public$auth", qq({"provider":"\xff"}), refused('invalid_json') ],
    [ "/public$auth", '{"provider":"X"}', refused('invalid', 'provider') ],
    [ "/public$auth", '{"provider":1}', refused('invalid', 'provider') ],
    [ "/public$auth", '{"provider":""}', refused('missing', 'provider') ],
    [ "/public$auth", $most, refused('invalid', 'provider') ],
    [ "/public$auth", "$most ", refused('too_large') ],
    [ "/public$auth", $large, refused('too_large') ],
    [ "/small$auth", $long, refused('invalid', 'provider') ],
    [ "/small$auth", $facebook, '200 {"ok":1}' ],
    [ "/file$auth", $long, refused('invalid', 'provider') ],
    [ "/file$auth", '', refused('invalid_json') ],
    [ "/file$auth", $facebook, '200 {"ok":1}' ])
{
    my ($path, $body, $expected) = @$row;
    my $name = "POST $path, " . length $body;
    my $n = () = $t->crm_log;

    is(said($t->post($path, $body, @both)), $expected, $name);
    is(said($t->http("POST $path HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        . "Authorization: $token[1]\r\napi_key: $key\r\n"
        . "Transfer-Encoding: chunked\r\n\r\n"
        . (length $body ? sprintf "%x\r\n%s\r\n", length $body, $body : '')
        . "0\r\n\r\n")), $expected, "$name, chunked");

    my @got = $t->crm_log;

    is_deeply([ map { $_->{body} } splice @got, $n ],
        $expected =~ /^200/ ? [ $body, $body ] : [], "$name, upstream");
}


# What a flow will not read is not read, whatever NGINX would: the end of
# this body never comes.

for my $path ("/huge$auth", "/public$auth") {
    is(said($t->http("POST $path HTTP/1.1\r\nHost: a\r\napi_key: $key\r\n"
        . "Transfer-Encoding: chunked\r\n\r\n"
        . ("1000\r\n" . 'x' x 4096 . "\r\n") x 17)), refused('too_large'),
        "POST $path, without an end");
}


# limit_req by an application

$t->api_key('other-key', app => 'other');

for my $row ([ slow => refused('too_many_requests') ],
    [ busy => refused('unavailable') ])
{
    my ($name, $refused) = @$row;

    is(said($t->get("/$name/orders", @both)), '200 {"orders":[]}', $name);
    is(said($t->get("/$name/orders", @both)), $refused, "$name, too many");
    is(said($t->get("/$name/orders", @token, api_key => 'other-key')),
        '200 {"orders":[]}', "$name, another app");
    is(said($t->get("/$name/orders", @token, api_key => 'none')),
        refused('wrong_api_key'), "$name, nobody") for 1, 2;
}


# one connection goes on after a refused body

my $client = $t->connect;

is(said($client->request(POST => "$v1/orders", body => 'x' x 1000)),
    refused('no_token'), 'kept, refused');
is(said($client->request(POST => "$v1/contacts/CAD1", body => 'x' x 1000)),
    refused('method_not_allowed'), 'kept, no such method');
is(said($client->request(POST => "/public$auth", body => 'x' x 1000)),
    refused('invalid_json'), 'kept, no JSON');
is(said($client->request(GET => "$v1/html404", headers => \@token)),
    refused('bad_gateway'), 'kept, an upstream page');
is(said($client->request(GET => "$v1/orders", headers => \@token)),
    '200 {"orders":[]}', 'kept, passed');


# other ways to ask

for my $path ('/orders', '/html404') {
    my @headers = $path eq '/orders' ? () : @token;
    my $get = $t->get($v1 . $path, @headers);

    $r = $t->http(HEAD => $v1 . $path, headers => \@headers);
    is($r->status, $get->status, "HEAD $path");
    is($r->header('Content-Length'), length $get->body,
        "HEAD $path, length");

    $r = $t->http("GET $v1$path HTTP/1.0\r\n"
        . (@headers ? "Authorization: $headers[1]\r\n" : '') . "\r\n");
    is(said($r), said($get), "HTTP/1.0 $path");

    $r = $t->h2(GET => $v1 . $path, headers => \@headers);
    is(said($r), said($get), "HTTP/2 $path");
    is($r->header('Content-Type'), 'application/json', "HTTP/2 $path, type");
}

$r = $t->get("$v1/contacts/CAD2", @token, 'Accept-Encoding' => 'gzip');

is($r->header('Content-Encoding'), 'gzip', 'gzip');
is('403 ' . memGunzip($r->body), refused('forbidden'), 'gzip, body');

is(said($t->h2(POST => "$v1/orders", headers => \@token,
    body => 'x' x 1025)), refused('too_large'), 'HTTP/2, too large');
is(said($t->h2(GET => '/late/hang', headers => \@token)),
    refused('gateway_timeout'), 'HTTP/2, timed out');

$t->done;
