#!/usr/bin/perl

# Paths as clients spell them: what is refused because an upstream may read
# it differently, and what of the others an upstream gets to see.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Words qw(said refused bearer);

my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    tls => '',
    server => 'crm_require_tls off;',
    locations => "location /bare { crm_api selfservice; $pass }
        location /loose { crm_api selfservice;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%/; }
        location /moved/ { crm_api selfservice; $pass
            rewrite ^/moved/old/(.*)\$ /moved/new/\$1 break;
            rewrite ^/moved/gone/(.*)\$ /else/\$1 break;
            rewrite ^/moved/mine\$ /moved/contacts/CAD1 break; }
        location /fixed/ { crm_api selfservice;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%/base/; }
        location /plain/ { crm_api selfservice;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%\$uri; }
        location = /login { crm_api selfservice; crm_answer authenticate; }
        location /v2/ { crm_api selfservice; $pass
            location = /v2/login { crm_answer authenticate; }
            location = /v2/if { crm_answer authenticate;
                if (\$http_if) { set \$x 1; } $pass }
            location = /v2/post { crm_answer authenticate;
                limit_except GET { allow all; } $pass }
            location ~ ^/v2/.*/wallets { $pass } }
        location /unguarded/ { $pass }
        location = /nothing { return 200 \"[\$crm_path][\$crm_mode]\"; }
        "),
    crm => { map { ("$_ ~.") => '{"ok":1}' } qw(GET POST) })->start;

my $key = $t->api_key('good-key');
my @token = bearer($t->token('CAD1'));
my $v1 = '/self-service/v1';
my $passed = '200 {"ok":1}';


# where no crm_api is nothing is passed on as if there were

{
    my $asked = $t->crm_log;

    is($t->get('/unguarded/x', @token)->status, 500, 'unguarded');
    like($t->error_log, qr/\[error\].*invalid port.*:no-crm_api-here/,
        'unguarded, the log says so');
    is($t->crm_log, $asked, 'unguarded, the CRM is not asked');
    is(said($t->get('/nothing')), '200 [][]', 'unguarded, there is none');
}


# refused, with a token that opens everything else

my $doubtful = refused('bad_request', 'path');

for my $path (qw(
    /contacts/CAD1/../CAD2/wallets
    /contacts/CAD1/..
    /contacts/CAD1/./wallets
    /contacts/CAD1/.
    /./contacts/CAD1
    /x/../contacts/CAD1
    /contacts/CAD1/%2e%2e/CAD2
    /contacts/CAD1/%2E./CAD2
    /contacts/CAD1/.%2e/CAD2
    /contacts/CAD1/..%20/CAD2
    /contacts/CAD1/%20../CAD2
    /contacts/CAD1/.%20./CAD2
    /contacts/CAD1/%2E%20
    /contacts/CAD1/%2e
    /contacts/CAD1/..?q
    /contacts//CAD1
    //contacts/CAD1
    /contacts/CAD1//
    /contacts%2fCAD2
    /contacts/CAD1%2F..%2FCAD2
    /contacts/CAD1%5cwallets
    /contacts/CAD1/..%5C..%5CCAD2
    /contacts/CAD1\wallets
    /contacts/CAD1\..\CAD2
    /contacts/CAD1/..;/CAD2/demographics
    /contacts/CAD1;x=1/wallets
    /contacts/CAD1/;/wallets
    /contacts/CAD1%3b/wallets
    /contacts/CAD1/..%3B/CAD2
    /contacts/CAD1%252f..%252fCAD2
    /contacts/CAD1%25
    /contacts/CAD1%23x
    /contacts/CAD1%3fx
    /contacts/CAD1%0d%0aX-CRM-Contact:%20CAD2
    /orders%20HTTP/1.1%0D%0AX-CRM-Contact:CAD2%0D%0Ax:
    /contacts/CAD1%0A
    /contacts/CAD1%09/wallets
    /contacts/CAD1%1f
    /contacts/CAD1%7F
    /contacts%c0%afCAD2
    /contacts/CAD1/..%c0%af..%c0%afCAD2
    /contacts/CAD1/%c0%ae%c0%ae/CAD2
    /contacts/CAD1/..%e0%80%af..%E0%80%AFCAD2
    /contacts/CAD1/..%f0%80%80%af..
    /contacts/CAD1%ff
    /contacts/CAD1%80
    /contacts/CAD1%c3
    /contacts/CAD1%c3/wallets
    /contacts/CAD1%ed%a0%80), '/contacts/CAD1#x', "/contacts\xc0\xafCAD2",
    "/contacts/\xfc", "/contacts/CAD1\xc3%2e", "/contacts/CAD1%c3\xaf%bc",
    "/contacts/CAD1/../../../..$v1/orders")
{
    is(said($t->get($v1 . $path, @token)), $doubtful, $path);
}

is(said($t->http(OPTIONS => "$v1/contacts/ME/..;/OTHER", headers => [
    Origin => 'https://a', 'Access-Control-Request-Method' => 'GET' ])),
    $doubtful, 'a preflight');

is($t->get("$v1/contacts/CAD1%00", @token)->status, 400, '%00');
is($t->get("$v1/contacts/CAD1%", @token)->status, 400, '%');
is($t->get("$v1/contacts/CAD1%zz", @token)->status, 400, '%zz');
is(said($t->get('/self-service/v1;x/orders', @token)), '404 ' .
    $t->get('/nowhere')->body, 'a semicolon in the base is no base');

# as NGINX decodes $uri, it would be another request

is(said($t->get("/plain/orders%20HTTP/1.1%0d%0aX-CRM-Contact:%20CAD2%0d%0a"
    . 'Host:%20x%0d%0a%0d%0a', @token)), $doubtful, 'a request in a path');
is(scalar($t->crm_log), 0, 'none went on');


# passed, and what the CRM sees; a path of / and what follows it is not ours

my %passed = (
    "$v1/orders" => '/orders',
    "$v1/orders?a=/../b//c;%2f%00\\" => '/orders?a=/../b//c;%2f%00\\',
    "$v1/orders?" => '/orders?',
    "$v1/" => '/',
    "$v1/orders/a.b..c/...x" => '/orders/a.b..c/...x',
    "$v1/orders/..." => '/orders/...',
    "$v1/orders/%61%20b" => '/orders/%61%20b',
    "$v1/orders/a+b:c\@d" => '/orders/a+b:c@d',
    "$v1/%6frders/%C3%BC" => '/%6frders/%C3%BC',
    "$v1/orders/\xc3\xbc%e2%82%AC" => "/orders/\xc3\xbc%e2%82%AC",
    "$v1/orders/\xc3%bc%F0%9f%98%80" => "/orders/\xc3%bc%F0%9f%98%80",
    "$v1/orders/%2ehidden" => '/orders/%2ehidden',
    "$v1/contacts/CAD%31/wallets" => '/contacts/CAD%31/wallets',
    "$v1/contact%73/%43AD1" => '/contact%73/%43AD1',
    '/self%2dservice/v1/orders/%61?b=%63' => '/orders/a?b=%63',
    '/self-service/v%31/orders/a%20b' => '/orders/a%20b',
    '/bare' => '/',
    '/bare?x=1' => '/?x=1',
    '/bare/orders' => '/orders',
    '/loose/orders' => '//orders',
    '/moved/orders' => '/orders',
    '/moved/old/a%20b?c=d' => '/new/a%20b?c=d',
    '/moved/gone/a' => '/else/a',
    '/moved/mine' => '/contacts/CAD1',
    '/fixed/orders/%61?b' => '/base/orders/a?b',
    '/v2/contacts/CAD1/wallets?x' => '/contacts/CAD1/wallets?x',
);

for my $path (sort keys %passed) {
    is(said($t->get($path, @token)), $passed, $path);
    is(($t->crm_log)[-1]{path}, $passed{$path}, "$path, upstream");
}


# own data, however it is spelled

for my $path ("$v1/contacts/CAD%32", "$v1/contact%73/CAD2",
    "$v1/%63ontacts/CAD2/wallets", '/self-service/v%31/contacts/CAD2',
    "$v1/contacts/CAD1%20", "$v1/contacts/CAD1%C3%AF/wallets",
    "$v1/contacts/%43AD2", '/bare/contacts/CAD2', '/moved/contacts/CAD2',
    '/fixed/contacts/CAD2', '/v2/contacts/CAD2/wallets')
{
    is(said($t->get($path, @token)), refused('forbidden'), $path);
}

for my $path ("$v1/%43ontacts/CAD1", "$v1/contacts/CAD1/%44emographics") {
    is(said($t->get($path, @token)), refused('not_found'), $path);
}


# what only begins like the location is beside it

for my $path (qw(/barefoot/orders /loosecontacts/CAD1 /loosecontacts/CAD2
    /loose.d/orders))
{
    is(said($t->get($path, @token)), refused('not_found'), $path);
}


# crm_answer, beside the API and inside it

for my $path ('/login', '/v2/login') {
    my $r = $t->get($path, @token);

    is(said($r), refused('method_not_allowed'), "GET $path");
    is($r->header('Allow'), 'POST', "GET $path, Allow");
    is(said($t->post($path, {})), refused('wrong_api_key'), "POST $path");
    is(said($t->post($path, {}, api_key => $key)),
        refused('missing', 'provider'), "POST $path, key");
}

is(said($t->post('/v2/contacts/authenticate', {}, api_key => $key)),
    refused('missing', 'provider'), 'its own place beside it');

# a block in its location is no other place, and has its proxy_pass

for my $path ('/v2/if', '/v2/post') {
    my @headers = (api_key => $key, If => 1);

    is(said($t->post($path, {}, @headers)), refused('missing', 'provider'),
        "$path, ours");
    is(said($t->post($path, { provider => 'FACEBOOK', token => 't' },
        @headers)), $passed, "$path, the CRM's");
}

$t->done;
