#!/usr/bin/perl

# Attacks by HTTP: requests that two servers may read as different ones, and
# headers that speak for somebody else.  What the CRM got to see is compared
# whole: the path, and who it is said to be.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Words qw(refused bearer);

my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    tls => '',
    server => 'crm_require_tls off;',
    locations => "location /strange/ { crm_api selfservice; $pass }",
    http => "server { listen 127.0.0.1:%%LAX_PORT%%; server_name lax;
        ignore_invalid_headers off; crm_require_tls off;
        location /self-service/v1/ { crm_api selfservice; $pass } }"),
    crm => { map { ("$_ ~.") => '{"ok":1}' } qw(GET POST PUT DELETE) })
    ->start;

my $key = $t->api_key('good-key', app => 'shop');
my $token = $t->token('CAD1', sid => 's1');
my $v1 = '/self-service/v1';
my $me = 'CAD1 live shop s1';
my @lines = ('Host: a', 'Connection: close');
my @both = ("Authorization: Bearer $token", "api_key: $key");


# name; lines of the request, the first its own, other lines are added but
# for `alone`; the status; path and who, of each request that the CRM got

for my $row (
    [ 'all is well', [ "GET $v1/contacts/CAD1 HTTP/1.1", @both ],
      200, "/contacts/CAD1 $me" ],

    # credentials that two readers may find in different places

    [ 'a folded token', [ "GET $v1/contacts/CAD2 HTTP/1.1",
      "Authorization: Bearer $token", ' more', "api_key: $key" ], 400 ],
    [ 'a folded name', [ "GET $v1/contacts/CAD1 HTTP/1.1", @both,
      ' X-CRM-Contact: CAD2' ], 400 ],
    [ 'a folded name, with a tab', [ "GET $v1/contacts/CAD1 HTTP/1.1", @both,
      "\tX-CRM-Contact: CAD2" ], 400 ],
    [ 'a space before the colon', [ "GET $v1/contacts/CAD1 HTTP/1.1", @both,
      'X-CRM-Contact : CAD2' ], 400 ],
    [ 'a NUL in a name', [ "GET $v1/contacts/CAD1 HTTP/1.1", @both,
      "X-CRM-Contact\0: CAD2" ], 400 ],
    [ 'a NUL in a value', [ "GET $v1/contacts/CAD1 HTTP/1.1",
      "Authorization: Bearer x\0" ], 400 ],
    [ 'a bare CR in a value', [ "GET $v1/contacts/CAD1 HTTP/1.1", @both,
      "X-A: b\rX-CRM-Contact: CAD2" ], 400 ],
    [ 'a bare LF in a value', [ "GET $v1/contacts/CAD1 HTTP/1.1", @both,
      "X-A: b\nX-CRM-Contact: CAD2" ], 200, "/contacts/CAD1 $me" ],
    [ 'two Authorization, another name', [ "GET $v1/contacts/CAD2 HTTP/1.1",
      'Authorization: Bearer a', 'authorization: Bearer b' ], 400 ],
    [ 'two keys, one empty', [ "POST $v1/contacts/otp HTTP/1.1", 'api_key:',
      "api_key: $key" ], 400 ],
    [ 'an empty key', [ "POST $v1/contacts/otp HTTP/1.1", 'api_key:' ],
      401 ],
    [ 'a key in a cookie', [ "POST $v1/contacts/otp HTTP/1.1",
      "Cookie: api_key=$key" ], 401 ],
    [ 'a token in a cookie', [ "GET $v1/contacts/CAD1 HTTP/1.1",
      "Cookie: auth_token=$token" ], 401 ],
    [ 'a token in the query',
      [ "GET $v1/contacts/CAD1?access_token=a.b.c HTTP/1.1" ], 401 ],
    [ 'a token in Proxy-Authorization', [ "GET $v1/contacts/CAD1 HTTP/1.1",
      "Proxy-Authorization: Bearer $token" ], 401 ],

    # who it is, said by the client

    [ 'X-CRM in a dialect', [ "GET $v1/contacts/CAD1 HTTP/1.1", @both,
      map { "$_: CAD2" } qw(x-crm-contact X_CRM-contact X-Crm_Contact
      x_crm_contact X-CRM-Contact-Id X-CRM-) ], 200, "/contacts/CAD1 $me" ],
    [ 'hop by hop', [ "GET $v1/contacts/CAD1 HTTP/1.1", @both,
      'Connection: X-CRM-Contact, X-CRM-Session' ], 200,
      "/contacts/CAD1 $me" ],
    [ 'a trailer', [ "POST $v1/orders HTTP/1.1", @both,
      'Transfer-Encoding: chunked', 'Trailer: X-CRM-Contact', '', '0',
      'X-CRM-Contact: CAD2' ], 200, "/orders $me" ],
    [ 'dots for dashes', [ "GET $v1/contacts/CAD1 HTTP/1.1", @both,
      'X.CRM.Contact: CAD2' ], 200, "/contacts/CAD1 $me" ],

    # one request or two

    [ 'a length and chunks', [ "POST $v1/orders HTTP/1.1", @both,
      'Content-Length: 6', 'Transfer-Encoding: chunked', '', '0', '',
      "GET $v1/contacts/CAD2 HTTP/1.1" ], 400 ],
    [ 'two lengths', [ "POST $v1/orders HTTP/1.1", @both,
      'Content-Length: 0', 'Content-Length: 50', '',
      "GET $v1/contacts/CAD2 HTTP/1.1" ], 400 ],
    [ 'two lengths in one', [ "POST $v1/orders HTTP/1.1", @both,
      'Content-Length: 0, 0' ], 400 ],
    [ 'a signed length', [ "POST $v1/orders HTTP/1.1", @both,
      'Content-Length: +0' ], 400 ],
    [ 'a negative length', [ "POST $v1/orders HTTP/1.1", @both,
      'Content-Length: -1' ], 400 ],
    [ 'chunks that are not', [ "POST $v1/orders HTTP/1.1", @both,
      'Transfer-Encoding: xchunked', '', '0', '' ], 501 ],
    [ 'chunks twice', [ "POST $v1/orders HTTP/1.1", @both,
      'Transfer-Encoding: chunked', 'Transfer-Encoding: identity', '', '0',
      '' ], 400 ],
    [ 'chunks of a name with a space', [ "POST $v1/orders HTTP/1.1", @both,
      'Content-Length: 0', 'Transfer-Encoding : chunked' ], 400 ],
    [ 'a chunk of no size', [ "POST $v1/orders HTTP/1.1", @both,
      'Transfer-Encoding: chunked', '', 'g', '' ], 400 ],
    [ 'HTTP/0.9', [ "GET $v1/contacts/CAD1" ], 400, undef, 'alone' ],
    [ 'HTTP/2.0 in a line', [ "GET $v1/contacts/CAD1 HTTP/2.0", @both ],
      505 ],

    # the target and the host

    [ 'an absolute target', [ "GET http://evil.com$v1/contacts/CAD1 HTTP/1.1",
      @both ], 200, "/contacts/CAD1 $me" ],
    [ 'an absolute target, of somebody else', [ "GET http://a$v1/contacts/"
      . 'CAD2 HTTP/1.1', @both ], 403 ],
    [ 'an absolute target with a path in its host',
      [ "GET http://a$v1/contacts/CAD1/../CAD2 HTTP/1.1", @both ], 400 ],
    [ 'a path in Host', [ "GET $v1/contacts/CAD1 HTTP/1.1", @both,
      'Host: a/contacts/CAD2' ], 400, undef, 'alone' ],
    [ 'two Hosts', [ "GET $v1/contacts/CAD1 HTTP/1.1", @both, 'Host: b' ],
      400 ],
    [ 'no Host', [ "GET $v1/contacts/CAD1 HTTP/1.1", @both ], 400, undef,
      'alone' ],
    [ 'a path in another header', [ "GET $v1/contacts/CAD1 HTTP/1.1", @both,
      'X-Original-URL: /contacts/CAD2', 'X-Rewrite-URL: /contacts/CAD2' ],
      200, "/contacts/CAD1 $me" ],
    [ 'CONNECT', [ "CONNECT $v1/contacts/CAD1 HTTP/1.1", @both ],
      '400|405' ],                  # a path is no target of it to newer NGINX
    [ 'TRACE', [ "TRACE $v1/contacts/CAD1 HTTP/1.1", @both ], 405 ],
    [ 'a method in small letters', [ "get $v1/contacts/CAD1 HTTP/1.1",
      @both ], 400 ],
    [ 'a method that nobody knows', [ "FETCH $v1/contacts/CAD1 HTTP/1.1",
      @both ], 405 ],
    [ 'a method in a header', [ "GET $v1/contacts/CAD1 HTTP/1.1", @both,
      'X-HTTP-Method-Override: DELETE' ], 200, "/contacts/CAD1 $me" ],
    [ 'OPTIONS that is no preflight', [ "OPTIONS $v1/contacts/CAD2 HTTP/1.1",
      @both, 'Origin: http://evil.com' ], 403 ])
{
    my ($name, $lines, $status, $told, $alone) = @$row;
    my ($first, @rest) = @$lines;
    my $n = () = $t->crm_log;
    my $r = $t->http(join("\r\n", $first, $alone ? () : @lines, @rest)
        . "\r\n\r\n");

    like($r->status || 400, qr/\A(?:$status)\z/, $name);
    is(told($n), $told // '', "$name, told");
}


# where the operator lets invalid names in, they are not ours either

for my $line ('X-CRM-Contact : CAD2', 'X.CRM.Contact: CAD2',
    ' X-CRM-Contact: CAD2')
{
    my $n = () = $t->crm_log;

    $t->http("GET $v1/contacts/CAD1 HTTP/1.1\r\nHost: lax\r\n$line\r\n"
        . join("\r\n", @both, 'Connection: close', '', ''), undef,
        port => $t->port('LAX_PORT'));
    unlike(join("\n", map { my $h = $_->{headers};
        map { "$_->[0]: $_->[1]" } @$h } splice @{[ $t->crm_log ]}, $n),
        qr/crm.contact.*CAD2/i, "invalid names let in, $line");
}

$t->done;


sub told {
    my ($n) = @_;

    return join ', ', map { my $h = $_->{header}; join ' ', $_->{path},
            map { $h->{$_} // () } qw(x-crm-contact x-crm-mode x-crm-app
            x-crm-session), grep { /crm/ && !/^x-crm-(contact|mode|app|
            session)$/x } sort keys %$h }
        splice @{[ $t->crm_log ]}, $n;
}
