#!/usr/bin/perl

# Files pass as they come: streamed, whatever is in them, and 201 stays 201.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for slurp);
use Test::CRM::Words qw(said refused bearer);

# a CRM that is slow to the end: what it has got by now is in its hands

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    location => 'client_body_buffer_size 16k;
        location /self-service/v1/upload/ {
            client_max_body_size 50m;
            proxy_request_buffering off;
            proxy_http_version 1.1;
            proxy_pass http://127.0.0.1:%%PORT2%%$crm_path;
        }'))->start;

my $path = '/self-service/v1/upload/files';
my @bearer = bearer($t->token('CAD1', sid => 's1'));
my $type = 'multipart/form-data; boundary=x';

my $part = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
    . "a.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n";
my $file = join '', map { chr($_ * 7 % 256) } 1 .. 300_000;
my $body = "$part$file\r\n--x--\r\n";

my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
    LocalPort => $t->port('PORT2'), Listen => 8, ReuseAddr => 1)
    or die "listen: $!";


# the first half arrives before the second is sent

my $client = $t->connect;
my $half = int(length($body) / 2);

$client->write("POST $path HTTP/1.1\r\nHost: x\r\n$bearer[0]: $bearer[1]\r\n"
    . "Content-Type: $type\r\nContent-Length: " . length($body) . "\r\n\r\n"
    . substr $body, 0, $half);

my $crm = $listen->accept;
my $got = '';

ok(wait_for(sub {
    sysread $crm, $got, 65536, length $got;
    return $got =~ /\r\n\r\n(.*)/s && length $1 >= $half;
}), 'half of it is there');
ok(substr($got, index($got, "\r\n\r\n") + 4) eq substr($body, 0, $half),
    'byte for byte');
my ($head) = $got =~ /\A(.*?\r\n)\r\n/s;

like($head, qr/^Content-Type: \Q$type\E\r$/m, 'the type');
like($head, qr/^X-CRM-Contact: CAD1\r$/m, 'who sends it');
unlike($head, qr/^Authorization/m, 'not by what');
is_deeply([ glob $t->dir . '/tmp/client/*' ], [], 'nothing is on a disk');

$client->write(substr $body, $half);
ok(wait_for(sub {
    sysread $crm, $got, 65536, length $got;
    return $got =~ /\r\n\r\n(.*)/s && length $1 == length $body;
}), 'all of it is there');
ok(substr($got, index($got, "\r\n\r\n") + 4) eq $body, 'byte for byte');

syswrite $crm, "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
    . "Content-Length: 16\r\nConnection: close\r\n\r\n{\"id\": \"7279-f\"}";
close $crm;

is(said($client->response('POST')), '201 {"id": "7279-f"}',
    'the answer as it came');


# who may not is refused before anything is sent on

my @refused = (
    [ 'no token', [], 'no_token' ],
    [ 'a wrong token', [ bearer('x') ], 'wrong_token' ],
    [ 'a key alone', [ api_key => $t->api_key('key') ], 'no_token' ],
);

for (@refused) {
    my ($what, $headers, $reason) = @$_;

    is(said($t->http(POST => $path, headers => $headers, type => $type,
        body => $body)), refused($reason), $what);
}

$listen->blocking(0);
ok(!$listen->accept, 'the CRM hears of none');


# 201 and others stay as they are on other routes

for my $status (200, 201, 202, 204) {
    $t->crm('POST /printout' => { status => $status,
        $status == 204 ? () : (body => '{"url": "/p"}') });
    is($t->post('/self-service/v1/printout', {}, @bearer)->status, $status,
        "printout, $status");
}

$t->crm('GET /files/f1' => { type => 'application/pdf',
    body => "%PDF\0\xff" });
is(said($t->get('/self-service/v1/files/f1', @bearer)), "200 %PDF\0\xff",
    'a file');

$t->done;
