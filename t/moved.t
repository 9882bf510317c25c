#!/usr/bin/perl

# PUT /contacts/{id} with another email_address: once the CRM has taken it the
# old address is no way in, and nothing is sent there.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for);
use Test::CRM::Words qw(said refused bearer);

my $t = Test::CRM->new(workers => 2, conf => Test::CRM::conf_selfservice(
    locations => 'location = /health { crm_status health; }
        location /told/ { crm_api selfservice; crm_require_tls off;
            crm_upstream_envelope dmt;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path; }'))->start;

my $v1 = '/self-service/v1/contacts';
my $old = 'john@crm.com';
my $new = { email_address => 'bill@gmail.com' };
my $fine = { json => { id => 'JOHN' } };

$t->api_key('live key');
$t->api_key('test key', mode => 'test');
ok(wait_for(sub { $t->get('/health')->status == 200 }), 'ready');


# what the client tells the CRM, what that answers, where, what is made of it,
# and whether the old address goes

for my $row (
    [ 'refused', $new, { status => 409, json => {} }, $v1, 502, 0 ],
    [ 'failed', $new, { status => 500, json => {} }, $v1, 500, 0 ],
    [ 'a 200 that says it failed', $new, { json => { status => 'FAILED',
        statusCode => '-1' } }, '/told/contacts', 400, 0 ],
    [ 'a page that says neither', $new, { type => 'text/html',
        body => '<p>Sorry</p>' }, '/told/contacts', 200, 0 ],
    [ 'a 200 that says it is done', $new, { json => { status => 'SUCCESS',
        statusCode => '0' } }, '/told/contacts', 200, 1 ],
    [ 'another name', { first_name => 'Bill' }, $fine, $v1, 200, 0 ],
    [ 'the same address', { email_address => 'John@CRM.com' }, $fine, $v1,
        200, 0 ],
    [ 'no address', { email_address => undef }, $fine, $v1, 200, 0 ],
    [ 'a blank one', { email_address => ' ' }, $fine, $v1, 200, 0 ],
    [ 'an address', $new, $fine, $v1, 200, 1 ],
    [ 'accepted', $new, { status => 202, json => {} }, $v1, 202, 1 ],
    [ 'no content', $new, { status => 204 }, $v1, 204, 1 ],
    [ 'an address that is none', { email_address => 'bill' }, $fine, $v1,
        200, 1 ])
{
    my ($what, $body, $answer, $at, $status, $goes) = @$row;

    contact($_) for qw(live test);
    $t->crm('PUT /contacts/JOHN' => $answer);
    is(put($at, json => $body)->status, $status, "$what: the answer");

    ok(wait_for(sub { !defined email() }, 1), "$what: the address goes")
        if $goes;
    is(email(), $goes ? undef : $old, "$what: the address");
    is(identity(), $goes ? undef : 'JOHN', "$what: the identity");
    is(login('live')->status, $goes ? 400 : 200, "$what: a login");
    is(login('test')->status, 200, "$what: not in test mode");
    is($t->redis('GET', 'crm:live:identity:{PHONE:+35799123834}'), 'JOHN',
        "$what: not the phone");
}


# what is somebody else's by now stays

contact('live');
$t->crm('PUT /contacts/JOHN' => $fine);
$t->redis('SET', "crm:live:identity:{EMAIL:$old}", 'JANE');
is(put($v1, json => $new)->status, 200, 'an address of somebody else');
ok(wait_for(sub { !defined email() }, 1), 'is no more the contact\'s');
is(identity(), 'JANE', 'and stays whose it is');


# the CRM is told nothing that the edge would read in another way

for my $row ([ email_address => '{"email_address":7}' ],
    [ email_address => '{"email_address":"a@b.c","Email_Address":"d@e.f"}' ],
    [ undef, 'email_address=a%40b.c' ], [ undef, '' ])
{
    my ($member, $body) = @$row;
    my $asked = () = $t->crm_log;

    is(said(put($v1, body => $body, type => 'application/json')),
        $member ? refused('invalid', $member) : refused('invalid_json'),
        "refused: $body");
    is(scalar(() = $t->crm_log), $asked, 'and nobody has heard of it');
}


# who is not in the store is not looked for; and who is goes on without Redis

$t->crm('PUT /contacts/JANE' => $fine, 'PUT /contacts/JOHN' => $fine);
is($t->http(PUT => "$v1/JANE", json => $new,
    headers => [ bearer($t->token('JANE')) ])->status, 200, 'a stranger');

contact('live');
$t->stop_redis;
is(put($v1, json => $new)->status, 200, 'Redis away: the answer');
like($t->error_log, qr/old address of contact "JOHN" is still a way in/,
    'the log says what it means');
$t->start_redis;

$t->done;


sub contact {
    my ($mode) = @_;

    $t->contact('JOHN', mode => $mode, password => 'a good password',
        email => $old, mobile => '+35799123834', identities => [
        [ EMAIL => $old ], [ PHONE => '+35799123834' ] ]);
}


sub put {
    my ($at, @body) = @_;

    return $t->http(PUT => "$at/JOHN", @body,
        headers => [ bearer($t->token('JOHN')) ]);
}


sub login {
    my ($mode) = @_;

    return $t->post("$v1/authenticate", { provider => 'EMAIL',
        username => $old, password => 'a good password' },
        api_key => "$mode key");
}


sub email { $t->redis('HGET', 'crm:live:contact:{JOHN}', 'email') }

sub identity { $t->redis('GET', "crm:live:identity:{EMAIL:$old}") }
