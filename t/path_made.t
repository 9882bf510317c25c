#!/usr/bin/perl

# Paths that are no client's: a rewrite, try_files, an error_page or an include
# has made them of what a client sent.  They are judged as its own are.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for);
use Test::CRM::Words qw(said refused bearer);

my $crm = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%';
my $to = '/self-service/v1/contacts/$arg_id/wallets';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    tls => '',
    server => "crm_require_tls off; rewrite ^/legacy\$ $to last;",
    location => "rewrite ^/self-service/v1/breaks\$ $to break;",
    locations => "location = /tries { try_files /nope $to; }
        location = /page { error_page 418 = $to; return 418; }
        location = /header {
            rewrite ^ /self-service/v1/contacts/\$http_x_id/wallets last; }
        location = /includes { ssi on; $crm; }
        location /plain/ { crm_api selfservice; $crm;
            rewrite ^/plain/id\$ /plain/contacts/\$arg_id/wallets break; }
        location /trying/ { crm_api selfservice; try_files /nope \@crm; }
        location \@crm { rewrite ^/trying(/.*) \$1 break; $crm; }
        location /paging/ { crm_api selfservice; error_page 401 =200 \@page;
            $crm; }
        location \@page { rewrite ^ /page.json break; $crm; }
        location /recursive/ { crm_api selfservice; $crm;
            recursive_error_pages on; error_page 400 405 =200 \@page; }
        location /after/ { crm_api selfservice; $crm; post_action \@after; }
        location \@after { rewrite ^ /after.json break; $crm; }
        location /intercepts/ { crm_api selfservice;
            proxy_intercept_errors on; error_page 404 =200 \@page; $crm; }
        location /accel/ { crm_api selfservice;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%\$crm_path;
            location /accel/get/ { internal; alias %%DIR%%/; } }
        location /contacts/ { crm_api selfservice; $crm;
            rewrite ^/contacts(/.*) \$1 break; }"),
    crm => {
        'GET ~^/(plain/|else/)?contacts/.' => '{"ok":1}',
        (map { ("$_ /page.json" => '{"page":1}',
                "$_ /after.json" => '{"after":1}') } qw(POST OPTIONS)),
        'OPTIONS /intercepts/contacts/authenticate' => { status => 404 },
        'GET /files/1' => { headers =>
            [ 'X-Accel-Redirect' => '/accel/get/a;b%25.pdf' ] },
        'GET ~^/includes' => { type => 'text/html',
            body => "[<!--#include virtual=\"$to\" -->]" },
    })->start;

my @token = bearer($t->token('CAD1'));
my $path = refused('bad_request', 'path');
my $passed = '200 {"ok":1}';

my @ways = map { my $way = $_; [ $way => sub { $t->get("$way?id=$_[0]",
    @token) } ] } qw(/legacy /self-service/v1/breaks /tries /page /plain/id);

push @ways, [ '/header' => sub { $t->get('/header', @token,
    'X-Id' => $_[0]) } ];

for my $row (
    [ 'CAD1', $passed ],
    [ 'CAD2', refused('forbidden') ],
    [ 'CAD1/%41', $passed ],
    map { [ $_, $path ] } qw(CAD1/../CAD2 CAD1/..;/CAD2 CAD1/./x CAD1/.. .
        CAD1//x CAD1/..%5c CAD1/%2e%2e/CAD2 CAD1%2f..%2fCAD2 CAD1;x CAD1\..
        CAD1%3fx CAD1%23x CAD1%00 CAD1/%25 CAD1/%zz CAD1/%80))
{
    my ($id, $says) = @$row;

    for my $way (@ways) {
        is(said($way->[1]->($id)), $says, "$way->[0] $id");
    }
}


# an include: what is refused is in the page

for ([ CAD1 => $passed ], [ CAD2 => refused('forbidden') ],
    [ 'CAD1/..;/CAD2' => $path ])
{
    my ($id, $says) = @$_;

    is($t->get("/includes?id=$id", @token)->body,
        '[' . $says =~ s/^\d+ //r . ']', "included $id");
}


# a base that is taken off by a rewrite, and begins what is left

is(said($t->get("/contacts/contacts/$_->[0]/wallets", @token)), $_->[1],
    "the base twice, $_->[0]") for [ CAD1 => $passed ],
    [ CAD2 => refused('forbidden') ];

is(scalar(grep { $_->{path} =~ m{contacts/.*CAD2} } $t->crm_log), 0,
    'the CRM saw none');


# what the edge answers itself goes nowhere else, with a password in it

$t->api_key('key');

my $asked = $t->crm_log;

is(said($t->post('/trying/contacts/authenticate', { provider => 'EMAIL',
    username => 'john@crm.com', password => 'a good password' },
    api_key => 'key')), refused('internal'), 'try_files');
is($t->crm_log, $asked, 'the CRM sees nothing');

like($t->error_log, qr{"/contacts/authenticate" is answered by the edge, but},
    'the log says what');
is(said($t->get('/trying/contacts/CAD1', @token)), $passed, 'the rest may go');
is(said($t->post('/paging/contacts/authenticate', {}, api_key => 'no')),
    '200 {"page":1}', 'a page for a refusal');
is(said($t->post('/recursive/contacts/authenticate', {}, api_key => 'key')),
    '200 {"page":1}', 'a page for what a flow refuses');
is(said($t->http(OPTIONS => '/intercepts/contacts/authenticate',
    headers => [ api_key => 'key' ])), '200 {"page":1}',
    'a page for what no flow answers');
is(said($t->post('/after/contacts/authenticate', {}, api_key => 'key')),
    refused('missing', 'provider'), 'an action after a refusal');
ok(wait_for(sub { grep { $_->{path} eq '/after.json' } $t->crm_log }),
    'is done');


# where the CRM leads it knows

$t->file('a;b%.pdf', 'a file');
is(said($t->get('/accel/files/1', @token)), '200 a file', 'X-Accel-Redirect');


# what cannot be in the client's own path, but in a header, or decoded

for my $id ('CAD1?x', "CAD1/\x7f", 'CAD1?/../CAD2') {
    is(said($t->get('/header', @token, 'X-Id' => $id)), $path, "header $id");
}

$t->done;
