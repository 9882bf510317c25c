#!/usr/bin/perl

# DELETE /contacts/{id}: whom the CRM has deleted, the edge lets in no more.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Leave qw(hows begins);
use Test::CRM::Process qw(wait_for spew);
use Test::CRM::Session qw(refresh);
use Test::CRM::Words qw(said refused bearer);

my $t = Test::CRM->new(workers => 2, conf => Test::CRM::conf_selfservice(
    listen => 'listen 127.0.0.1:%%PORT2%% http2;',
    locations => 'location = /health { crm_status health; }
        location /told/ { crm_api selfservice; crm_require_tls off;
            crm_upstream_envelope dmt;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path; }
        location /paged/ { crm_api selfservice; crm_require_tls off;
            proxy_intercept_errors on; error_page 500 502 =200 /page;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path; }
        location = /page { return 200 "{}"; }
        location /proxied/ { crm_api selfservice; crm_require_tls off;
            proxy_intercept_errors on; error_page 403 500 502 = /sorry;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path; }
        location = /sorry { proxy_pass http://127.0.0.1:%%CRM_PORT%%/sorry; }
        location /named/ { crm_api selfservice; crm_require_tls off;
            proxy_intercept_errors on; error_page 403 500 502 = @sorry;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path; }
        location @sorry { proxy_method GET; rewrite ^ /sorry break;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%; }
        location /near/ { crm_api selfservice; crm_require_tls off;
            satisfy any; allow 127.0.0.1; deny all;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path; }
        location /left/ { crm_api selfservice; crm_require_tls off;
            proxy_ignore_client_abort on;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path; }'))->start;

my $v1 = '/self-service/v1/contacts';
my ($wrong, $credentials) = map { refused($_) }
    qw(wrong_token wrong_credentials);

$t->api_key('live key');
$t->api_key('test key', mode => 'test');
ok(wait_for(sub { $t->get('/health')->status == 200 }), 'ready');

# what the CRM answers, by which location, and whether somebody is gone

for my $row (
    [ 'refused', "$v1", { status => 409, json => {} }, 0 ],
    [ 'failed', "$v1", { status => 500, json => {} }, 0 ],
    [ 'a page for a failure', '/paged/contacts', { status => 500,
        json => {} }, 0 ],
    [ 'a page for what is none', '/paged/contacts', { reset => 1 }, 0 ],
    (map { ([ "a page of $_ for a failure", "/$_/contacts", { status => 500,
        json => {} }, 0 ],
        [ "a page of $_ for what is none", "/$_/contacts", { reset => 1 }, 0 ],
        [ "a page of $_ for another's", "/$_/contacts", {}, 0, 'JANE' ]) }
        qw(proxied named)),
    [ "another's, that somebody else lets in", '/near/contacts', {}, 0,
        'JANE' ],
    [ 'what somebody else lets in', '/near/contacts', { json => {} }, 1 ],
    [ 'a 200 that says it failed', '/told/contacts', { json =>
        { status => 'FAILED', statusCode => '-1' } }, 0 ],
    [ 'a page that says neither', '/told/contacts', { type => 'text/html',
        body => '<p>Sorry</p>' }, 0 ],
    [ 'a 200 that says it is done', '/told/contacts', { json =>
        { status => 'SUCCESS', statusCode => '0' } }, 1 ],
    [ 'a 500 that says it is done', '/told/contacts', { status => 500,
        json => { status => 'SUCCESS', statusCode => '0' } }, 1 ],
    [ 'no content of another dialect', '/told/contacts', { status => 204 },
        1 ],
    [ 'no content', "$v1", { status => 204 }, 1 ],
    [ 'accepted', "$v1", { status => 202, json => {} }, 1 ],
    [ 'deleted', "$v1", { json => {} }, 1 ])
{
    my ($what, $at, $answer, $gone, $whom) = @$row;

    $t->crm('GET /contacts/JOHN' => '{}', 'PUT /contacts/JOHN' => '{}',
        'DELETE /contacts/JOHN' => $answer,
        'DELETE /contacts/JANE' => { status => 204 },
        map { ("$_ /sorry" => { type => 'text/html', body => 'Sorry' }) }
            qw(GET DELETE));
    contact($_) for qw(live test);

    my ($this, $other, $test) = map { login($_)->json } qw(live live test);

    is($t->http(PUT => "$v1/JOHN", json => {},
        headers => [ bearer($this->{access_token}) ])->status, 200,
        "$what: a PUT before");
    is(own($this), '200 {}', "$what: changes nothing");
    $t->http(DELETE => "$at/" . ($whom // 'JOHN'),
        headers => [ bearer($this->{access_token}) ]);

    ok(wait_for(sub { state() eq 'disabled' }, 1), "$what: disabled") if $gone;
    is(own($_), $gone ? $wrong : '200 {}', "$what: the token")
        for $this, $other;
    is(refresh($t, $other->{refresh_token}, key => 'live key')->status,
        $gone ? 401 : 200, "$what: the session");
    is($gone ? said(login('live')) : login('live')->status,
        $gone ? $credentials : 200, "$what: a login");
    is(state(), $gone ? 'disabled' : 'active', "$what: the state");
    is(own($test), '200 {}', "$what: not in test mode");
}


# a client that does not wait for the CRM, where NGINX does

for my $how (hows()) {
    my $what = "a client that $how->[0]";
    my $gate = $t->dir . '/gate-' . $how->[0] =~ tr{ /}{-}r;
    my $asked = $t->crm_log;

    $t->crm('DELETE /contacts/JOHN' => { gate => $gate, json => {} });
    contact('live');

    my $leave = begins($t, $how, DELETE => '/left/contacts/JOHN',
        headers => [ bearer(login('live')->json->{access_token}) ]);

    ok(wait_for(sub { $t->crm_log > $asked }), "$what: the CRM is asked");
    $leave->();
    is(state(), 'active', "$what: not yet");
    spew($gate, '');
    ok(wait_for(sub { state() eq 'disabled' }), "$what: disabled");
}


# who is not in the store is not put there

$t->crm('DELETE /contacts/JANE' => {});
is($t->http(DELETE => "$v1/JANE",
    headers => [ bearer($t->token('JANE')) ])->status, 200, 'a stranger');
is($t->redis('EXISTS', 'crm:live:contact:{JANE}'), 0, 'stays one');

$t->done;


sub contact {
    my ($mode) = @_;

    $t->contact('JOHN', mode => $mode, password => 'a good password',
        identities => [ [ EMAIL => 'john@crm.com' ] ]);
}


sub login {
    my ($mode) = @_;

    return $t->post("$v1/authenticate", { provider => 'EMAIL',
        username => 'john@crm.com', password => 'a good password' },
        api_key => "$mode key");
}


sub own { said($t->get("$v1/JOHN", bearer($_[0]{access_token}))) }

sub state { $t->redis('HGET', 'crm:live:contact:{JOHN}', 'state') }
