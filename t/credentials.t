#!/usr/bin/perl

# What goes upstream: no credential, nobody's word but ours for who it is,
# and all else as it came; and what comes back as the CRM sent it.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Words qw(said refused bearer);

my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    https => 1,
    tls => '',
    server => 'crm_require_tls off; client_max_body_size 4m;',
    locations => "location /all/ { crm_api selfservice; $pass
                      crm_forward_credentials on; }
                  location /told/ { crm_api selfservice; $pass
                      crm_forward_credentials on;
                      crm_token off; crm_api_key off; }
                  location /open/ { crm_api selfservice; $pass
                      crm_token off; crm_api_key off; }
                  location /dmt/ { crm_api dmt; $pass
                      crm_token off; crm_api_key off; }
                  location /actions/ { crm_api actions; $pass
                      crm_token off; crm_api_key off; }
                  location /engagement/ { crm_api engagement; $pass
                      crm_token off; crm_api_key off; }
                  location /stream/ { crm_api selfservice; $pass
                      proxy_request_buffering off; proxy_http_version 1.1; }"),
    crm => {
        (map { ("$_ ~^/contacts") => '{"ok":1}' } qw(GET POST)),
        'GET /orders' => '{"n":1.10,"big":12345678901234567890,"a":1,"a":2}',
        'GET /page' => { type => 'text/html', body => "<p>\n" },
        'GET /cached' => { body => '{}',
            headers => [ 'Cache-Control' => 'public, max-age=60' ] },
        'GET /lost' => { status => 404, body => '{"error":1}' },
        'GET /none' => { status => 204, type => undef },
        'POST /upload/files' => { status => 201, reason => 'Made',
            headers => [ Location => '/files/F1' ], body => '{"id":"F1"}' },
        'POST /approval_requests/A1/actions' => { type => 'text/html',
            body => '<html>' },
    })->start;

my $key = $t->api_key('good-key', app => 'shop');
my $token = $t->token('CAD1', sid => 's1');
my $v1 = '/self-service/v1';
my @both = (api_key => $key, bearer($token));


# the headers of the last request that are of credentials or of ours

sub told {
    my ($request) = @_ ? @_ : ($t->crm_log)[-1];

    return join ' ', sort map { lc $_->[0] eq 'authorization'
            || $_->[0] !~ /^X-CRM-/ ? $_->[0] : "$_->[0]=$_->[1]" }
        grep { $_->[0] =~ /crm|key|auth|token|secret/i }
        @{$request->{headers}};
}


my $ours = 'X-CRM-App=shop X-CRM-Contact=CAD1 X-CRM-Mode=live '
    . 'X-CRM-Session=s1';
my @twins = map { ($_ => 'x') } qw(api-key Api-Key auth-token Auth-Token
    refresh_token refresh-token REFRESH_TOKEN);
my @forged = map { ($_ => 'forged') } qw(X-CRM-Contact x-crm-contact
    X_CRM_CONTACT x_crm_mode X-Crm_App X_CRM-Session X-CRM-Else x-crm-);

for my $row (
    [ 'a key and a token', "$v1/contacts/CAD1", [ @both ], $ours ],
    [ 'twins', "$v1/contacts/CAD1", [ @both, @twins ], $ours ],
    [ 'forged', "$v1/contacts/CAD1", [ @both, @forged ], $ours ],
    [ 'forged, the first', "$v1/contacts/CAD1", [ @forged, @both ], $ours ],
    [ 'auth_token', "$v1/contacts/CAD1",
      [ api_key => $key, auth_token => $token ], $ours ],
    [ 'a token alone', "$v1/contacts/CAD1", [ bearer($token) ],
      'X-CRM-Contact=CAD1 X-CRM-Mode=live X-CRM-Session=s1' ],
    [ 'a token that is not asked for', '/open/contacts/CAD2',
      [ bearer($token) ], 'X-CRM-Mode=live' ],
    [ 'nobody, forged', '/open/contacts/CAD2', [ @forged ],
      'X-CRM-Mode=live' ],
    [ 'another name', "$v1/contacts/CAD1", [ @both, 'X-Api-Key' => 'x',
      'X-CRMContact' => 'x' ], "X-Api-Key $ours X-CRMContact" ],
    [ 'forwarded', '/all/contacts/CAD1', [ @both, @forged,
      auth_token => $token ], "Authorization $ours api_key auth_token" ],
    [ 'forwarded, and nobody has looked at it', '/told/contacts/CAD2',
      [ @forged, bearer('x') ], 'Authorization X-CRM-Mode=live' ])
{
    my ($name, $path, $headers, $told) = @$row;

    is(said($t->get($path, @$headers)), '200 {"ok":1}', $name);
    is(told(), $told, "$name, told");
}


# what another API would have asked for

my @any = (api_key => $key, bearer($token), auth_token => $token,
    map { ($_ => 'x') } qw(refresh_token client_secret pass_key
    header_secrets));
my @kony = map { ($_ => 'x') } qw(X-Kony-App-Key X-Kony-Authorization);
my @mandatory = (srDate => '11-09-2026',
    map { ($_ => 'x') } qw(correlationId source destination operation));

for my $row (
    [ $v1, [ @any, @kony ], $ours ],
    [ '/engagement', [ @any, @kony, @mandatory ],
      'X-CRM-App=shop X-CRM-Mode=live' ],
    [ '/dmt', [ @any, @kony ], 'X-CRM-Mode=live' ],
    [ '/actions', [ @any ], 'X-CRM-App=shop X-CRM-Mode=live' ])
{
    my ($base, $headers, $told) = @$row;

    is($t->get("$base/contacts/CAD1", @$headers)->status, 200,
        "$base, all there are");
    is(told(), $told, "$base, all there are, told");
}


is(said($t->h2(GET => "$v1/contacts/CAD1", headers => [ @both, @forged ])),
    '200 {"ok":1}', 'HTTP/2');
is(told(), $ours, 'HTTP/2, told');

$t->get("$v1/contacts/CAD1", @both, (map { ("X-A$_" => $_) } 1 .. 50));
is(told(), $ours, 'many headers, told');
is(join(' ', map { $_->[1] } grep { $_->[0] =~ /^X-A/ }
    @{($t->crm_log)[-1]{headers}}), join(' ', 1 .. 50), 'many, all there');


# a key comes once, and under its own name

for my $row (
    [ 'two keys', refused('bad_request', 'api_key'), api_key => $key,
      api_key => 'other' ],
    [ 'the same twice', refused('bad_request', 'API_KEY'), api_key => $key,
      API_KEY => $key ],
    [ 'api-key', refused('wrong_api_key'), 'api-key' => $key ],
    [ 'apikey', refused('wrong_api_key'), apikey => $key ],
    [ 'X-API-KEY', refused('wrong_api_key'), 'X-API-KEY' => $key ],
    [ 'in the query', refused('wrong_api_key') ])
{
    my ($name, $expected, @headers) = @$row;

    is(said($t->post("$v1/contacts/forgot_password?api_key=$key", '{}',
        @headers)), $expected, $name);
}


# answers come as the CRM sent them, for their owner alone

for my $row (
    [ '/orders', '200 {"n":1.10,"big":12345678901234567890,"a":1,"a":2}',
      'application/json', 'private' ],
    [ '/page', "200 <p>\n", 'text/html', 'private' ],
    [ '/cached', '200 {}', 'application/json', 'public, max-age=60' ],
    [ '/lost', '404 {"error":1}', 'application/json', 'private' ],
    [ '/none', '204 ', '', 'private' ])
{
    my ($path, $said, $content, $cache) = @$row;
    my $r = $t->get("$v1$path", @both);

    is(said($r), $said, $path);
    is($r->header('Content-Type'), $content, "$path, type");
    is($r->header('Cache-Control'), $cache, "$path, cached");
}

my $r = $t->get('/open/page');

is($r->header('Cache-Control'), '', 'public, cached');
is(said($t->post("$v1/approval_requests/A1/actions", '{}', @both)),
    '200 <html>', 'HTML');


# bodies go as they came

my $body = join '', map { chr($_ % 256) } 1 .. 100_000;
my $part = "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n";
my $type = 'multipart/form-data; boundary=b';

for my $row ([ "$v1/upload/files", 1 ], [ '/stream/upload/files', 10 ]) {
    my ($path, $times) = @$row;
    my $multipart = $part . $body x $times . "\r\n--b--\r\n";
    my $r = $t->http(POST => $path, headers => \@both, type => $type,
        body => $multipart);
    my ($got) = ($t->crm_log)[-1];

    is(said($r), '201 {"id":"F1"}', "$path, 201 stays");
    is($r->header('Location'), '/files/F1', "$path, its header too");
    ok($got->{body} eq $multipart, "$path, body");
    is($got->{header}{'content-type'}, $type, "$path, type");
    is(told($got), $ours, "$path, told");

    $r = $t->http("POST $path HTTP/1.1\r\nHost: a\r\n"
        . "Authorization: Bearer $token\r\nConnection: close\r\n"
        . "Transfer-Encoding: chunked\r\n\r\n"
        . join('', map { sprintf "%x\r\n%s\r\n", length $_, $_ }
            unpack('(a30000)*', $body), ''));

    is(said($r), '201 {"id":"F1"}', "$path, chunked");
    ok(($t->crm_log)[-1]{body} eq $body, "$path, chunked, body");

    is(said($t->http(POST => $path, type => $type, body => $multipart)),
        refused('no_token'), "$path, refused");
}

$t->done;
