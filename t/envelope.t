#!/usr/bin/perl

# Whatever form an upstream's answer has, the client's is whole and of its
# dialect; and what is to be left alone is.

use warnings;
use strict;

use Compress::Zlib qw(memGunzip memGzip);
use Test::More;

use Test::CRM;
use Test::CRM::Envelope qw(edge apis headers seen failed);
use Test::CRM::Process qw(wait_for);

my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';
my $json = '{"a" : 1.10,"é\u00e9":[ -0 ]}';
my $own = '{ "status":404, "error":"CRM.EXCEPTIONS.NOTFOUNDEXCEPTION",'
    . '"message":"No.","parameters":[] }';
my $mark = '"xxxxxxxxxxxxxxxxxx",';
my $bytes = join '', map { chr } 0 .. 255;
my $none = '404 {"response":{"result":{"arguments":{"statusCode":"404",'
    . '"errorCode":"NOT_FOUND","errorMessage":"Record not found."}},'
    . '"success":"false"}}';
my $modified = 'Sun, 22 Nov 2026 00:00:00 GMT';
my @validators = (ETag => '"v1"', 'Last-Modified' => $modified,
    'Accept-Ranges' => 'bytes');

my @invalid = ('[1,]', '{"a":1,}', "{'a':1}", '[NaN]', '["\ud83d"]',
    '["\ude00\ud83d"]', "[\"\xc0\xaf\"]", "[\"\xed\xa0\x80\"]",
    "[\"a\0b\"]", "[1]\0", '[' x 100_000 . ']' x 100_000, '[1', '[]]');

sub sealed { '{"response":{"success":"true","result":' . $_[0] . '}}' }
sub type   { $_[0]->header('Content-Type') }

my $t = Test::CRM->new(conf => edge(
    https => 1,
    http => 'proxy_cache_path %%DIR%%/cache keys_zone=c:1m;
        gzip_types *; gzip_min_length 1; gzip_proxied any;',
    locations => join('', map { "location /$_->[0]/ { crm_api engagement;
            crm_upstream_envelope selfservice; $_->[1] }\n" }
        [ tiny => "proxy_buffer_size 512; proxy_buffers 2 512;
            proxy_busy_buffers_size 512; $pass" ],
        [ file => "proxy_buffer_size 512; proxy_buffers 2 512;
            proxy_busy_buffers_size 512; proxy_temp_file_write_size 512;
            sendfile on; $pass" ],
        [ straight => "proxy_buffering off; $pass" ],
        [ old => "proxy_http_version 1.0; $pass" ],
        [ new => "proxy_http_version 1.1; $pass" ],
        [ cached => "proxy_cache c; proxy_cache_valid any 1h; $pass" ],
        [ forced => "proxy_force_ranges on; $pass" ],
        [ gzip => "gzip on; $pass" ],
        [ parts => "crm_envelope_buffer_size 1k; addition_types *;
            add_before_body /new/json; add_after_body /new/json; $pass" ],
        [ else => "error_page 404 =200 \@page; proxy_intercept_errors on;
            $pass" ],
        [ static => 'root %%DIR%%; types { application/json json; }' ],
        [ checked => "auth_request /dmt/selfservice/auth; $pass" ])
        . 'location @page { return 200 page; }
           location /files/ { internal; alias %%DIR%%/; types {
               application/json json; } }'),
    crm => {
        'GET /json' => { body => $json, headers => [ @validators ] },
        'HEAD /json' => { body => $json, headers => [ @validators ] },
        'GET /bytewise' => { chunks => [ $json =~ /(.)/gs ] },
        'GET /long' => { body => '[', fill => [ '"xxxxxxxxxxxxx",', 9000,
            '1]' ] },
        'GET /large' => { body => '[', fill => [ $mark, 40_000, '1]' ] },
        'GET /unsized' => { raw => "HTTP/1.0 200 OK\r\nContent-Type: "
            . "application/json\r\n\r\n$json" },
        'GET /untyped' => { body => $json, type => undef },
        'GET /hal' => { body => $json, type => 'Application/HAL+json' },
        'GET /latin' => { body => $json,
            type => 'application/json; charset=utf-8' },
        'GET /text' => { body => '', type => undef },
        'GET /empty' => { body => '' },
        'GET /garbage' => { body => 'garbage', type => undef },
        (map { ("GET /invalid$_" => { body => $invalid[$_] }) }
            0 .. $#invalid),
        'GET /cut' => { body => '{"a":', length => 100, close => 1 },
        'GET /cutchunk' => { raw => "HTTP/1.1 200 OK\r\nContent-Type: "
            . "application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n"
            . '{"a":' },
        'GET /html' => { body => $bytes, type => 'text/html',
            headers => [ @validators ] },
        'GET /pdf' => { body => $bytes, type => 'application/pdf' },
        'GET /png' => { body => $bytes, type => 'image/png' },
        'GET /none' => { status => 204, type => undef },
        'GET /same' => { status => 304, headers => [ ETag => '"v1"' ] },
        'GET /part' => { status => 206, body => substr($json, 0, 5),
            headers => [ 'Content-Range' => 'bytes 0-4/26' ] },
        'GET /moved' => { status => 302, body => '{}',
            headers => [ Location => 'http://127.0.0.1/x' ] },
        'GET /zipped' => { body => memGzip($json),
            headers => [ 'Content-Encoding' => 'gzip' ] },
        'GET /plain' => { body => $json,
            headers => [ 'Content-Encoding' => 'identity' ] },
        'GET /sums' => { body => $json, headers => [ 'Content-MD5' => 'x',
            'Repr-Digest' => 'x', 'X-Other' => 'x' ] },
        (map { ("$_ /404" => { status => 404, body => $own }) } qw(GET HEAD)),
        'GET /404html' => { status => 404, body => $bytes,
            type => 'text/html', headers => [ 'Cache-Control' => 'max-age=9',
            Expires => $modified, ETag => '"v1"' ] },
        'GET /404zipped' => { status => 404, body => memGzip($own),
            headers => [ 'Content-Encoding' => 'gzip' ] },
        'GET /404empty' => { status => 404, body => '' },
        'GET /500' => { status => 500, body => '{"error":"X"}' },
        'GET /auth' => { status => 500, body => 'x', type => 'text/html' },
        'GET /accel' => { body => '', headers => [ 'X-Accel-Redirect' =>
            '/files/f.json' ] },
    });

mkdir $t->dir . "/$_" for qw(cache static);
$t->file('f.json', '{"f":1}');
$t->file('static/f.json', '{"f":1}');
$t->start;

my $v1 = '/engagement/selfservice';

sub ask { my ($path, @more) = @_; return $t->get($path, headers(), @more) }


# forms of success, through buffers of all kinds

for my $row (
    [ json => $json ], [ bytewise => $json ], [ unsized => $json ],
    [ untyped => $json ], [ hal => $json ], [ latin => $json ],
    [ plain => $json ], [ text => '{}' ],
    [ long => '[' . '"xxxxxxxxxxxxx",' x 9000 . '1]' ])
{
    my ($name, $payload) = @$row;

    for my $place ($v1, qw(/tiny /file /straight /old /new /cached /cached)) {
        is(seen(ask("$place/$name")), '200 ' . sealed($payload),
            "$place/$name");
    }

    is(ask("/parts/$name")->body, join('', map { sealed($_) } $json, $payload,
        $json), "$name, between others");
}

for my $path (map { ("$v1/$_", "/cached/$_", "/cached/$_", "/straight/$_") }
    qw(empty garbage cut cutchunk))
{
    next if $path =~ m{/cached/cut};
    is(seen(ask($path)), failed('engagement'), $path);
}

for my $i (0 .. $#invalid) {
    for my $api (qw(engagement dmt actions)) {
        is(seen($t->get("/$api/selfservice/invalid$i", headers())),
            failed($api), "$api, invalid: " . substr $invalid[$i], 0, 12);
    }
}

for my $name (qw(bytewise cut)) {
    my $text = Test::CRM::HTTP->text(GET => "$v1/$name",
        headers => [ headers() ]) =~ s{HTTP/1\.1}{HTTP/1.0}r;
    my $expected = $name eq 'cut' ? failed('engagement')
                                  : '200 ' . sealed($json);

    is(seen($t->h2(GET => "$v1/$name", headers => [ headers() ])), $expected,
        "HTTP/2, $name");
    is(seen($t->http($text)), $expected, "HTTP/1.0, $name");
}


# a client that reads when it has to

my $slow = $t->connect;

$slow->write("GET /dmt/selfservice/large HTTP/1.1\r\nHost: a\r\n"
    . "Content-Type: application/json\r\nConnection: close\r\n\r\n");

ok(wait_for(sub { grep { $_->{path} eq '/large' } $t->crm_log }),
    'asked for');
is(seen(ask("$v1/json")), '200 ' . sealed($json), 'another is not kept');
is(seen($slow->response('GET')), '200 {"content":[' . $mark x 40_000
    . '1],"statusCode":"0","statusDesc":"Success","status":"SUCCESS"}',
    'a slow client');


# its header

my $r = ask("$v1/json");
is($r->header('ETag'), 'W/"v1"', 'the ETag is weak');
is($r->header('Last-Modified'), $modified, 'Last-Modified stays');
is($r->header('Accept-Ranges'), '', 'no ranges');

$r = ask("$v1/sums");
is(join('', map { $r->header($_) } qw(Content-MD5 Repr-Digest X-Other)), 'x',
    'no digests of what was');

$r = ask('/forced/json', Range => 'bytes=0-3');
is(seen($r), '200 ' . sealed($json), 'a range of it is all of it');

$r = ask('/gzip/json', 'Accept-Encoding' => 'gzip');
is(memGunzip($r->body), sealed($json), 'gzip for the client');

my @asked = (Range => 'bytes=0-3', 'If-Range' => '"v1"',
    'Accept-Encoding' => 'gzip', 'Accept-Language' => 'el');

for my $row ([ 'selfservice/selfservice', 4 ], [ 'dmt/selfservice', 1 ]) {
    my ($place, $n) = @$row;

    ask("/$place/json", @asked);
    is(grep({ defined } @{($t->crm_log)[-1]{header}}{qw(range if-range
        accept-encoding accept-language)}), $n, "$place, forms asked for");
}


# HEAD, and what the client has already

$r = $t->http(HEAD => "$v1/json", headers => [ headers() ]);
is($r->status . $r->header('Content-Length'), 200, 'HEAD, no length');
is($r->header('ETag'), 'W/"v1"', 'HEAD, ETag');

$r = $t->http(HEAD => '/dmt/selfservice/404', headers => [ headers() ]);
is($r->status . $r->header('Content-Length') . type($r),
    '404application/json', 'HEAD of a failure');

$r = $t->http(HEAD => '/selfservice/selfservice/json',
    headers => [ headers() ]);
is($r->header('Content-Length') . $r->header('ETag'),
    length($json) . '"v1"', 'HEAD, the same dialect');

$r = ask("$v1/same");
is($r->status . $r->header('ETag'), '304W/"v1"', '304 of the upstream');

ask('/cached/json');
$r = ask('/cached/json', 'If-None-Match' => 'W/"v1"');
is($r->status . $r->header('ETag'), '304W/"v1"', '304 of the cache');

$r = ask('/cached/json', 'If-Match' => '"v2"');
is($r->status, 412, '412 of NGINX');
like(seen($r), qr/"statusCode":"412","errorCode":"BAD_REQUEST"/, '412, said');


# what is left alone

for my $row ([ html => 'text/html' ], [ pdf => 'application/pdf' ],
    [ png => 'image/png' ])
{
    my ($name, $type) = @$row;

    $r = ask("$v1/$name");
    is(type($r), $type, "$name, type");
    ok($r->body eq $bytes, "$name, body");
}

is(ask("$v1/html")->header('ETag'), '"v1"', 'its ETag is strong');
is(ask("$v1/none")->status, 204, 'status 204');
is(ask("$v1/part")->body, '{"a" ', 'status 206');
is(ask("$v1/moved")->body, '{}', 'status 302');
is(memGunzip(ask("$v1/zipped")->body), $json, 'an encoding');
is(ask('/static/f.json')->body, '{"f":1}', 'a file');
is(ask("$v1/accel")->body, '{"f":1}', 'X-Accel-Redirect');
is(ask('/else/404')->body, 'page', 'error_page with a status of its own');

for my $api (apis()) {
    for my $name (qw(json bytewise garbage empty)) {
        my $there = $t->get("/$api/$api/$name", headers());

        is($there->body, { json => $json, bytewise => $json,
            garbage => 'garbage', empty => '' }->{$name},
            "$api to $api, $name");
    }
}

is(ask('/selfservice/selfservice/json')->header('ETag'), '"v1"',
    'the same dialect, ETag');


# failures

for my $row (
    [ "$v1/404" => $none ],
    [ "$v1/404empty" => $none ],
    [ "$v1/404html" => failed('engagement') ],
    [ "$v1/404zipped" => failed('engagement') ],
    [ '/selfservice/selfservice/404' => "404 $own" ],
    [ '/selfservice/selfservice/404html' => failed('selfservice') ],
    [ '/selfservice/engagement/404' => failed('selfservice') ])
{
    is(seen(ask($row->[0])), $row->[1], $row->[0]);
}

$r = ask('/selfservice/selfservice/404zipped');
is(memGunzip($r->body), $own, 'encoded, as the client asked for');

$r = ask("$v1/404html");
is(join(' ', map { $r->header($_) } qw(Cache-Control Expires ETag)),
    'no-store  ', 'nobody keeps a failure for the upstream\'s page');


# auth_request goes by the status, which dmt would say with 200

is(ask('/checked/json')->status, 500, 'auth_request');

$t->done;
