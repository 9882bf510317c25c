#!/usr/bin/perl

# Live and test: the API key decides, and nothing that is written in the one
# mode is seen in the other.  Everything is done in one mode, then all that is
# known of it is tried in the other.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::OTP qw(request validate handle newest $wrong);
use Test::CRM::Register qw(conf register by_mail);
use Test::CRM::Session qw(refresh);
use Test::CRM::Words qw(said refused bearer);

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(conf()))->start;

my $base = '/self-service/v1/contacts';
my %key = (live => 'key', test => 'test');
my %other = (live => 'test', test => 'live');

$t->secret('a good password', 'another password');

my $bad = '400 {"status":400,"message":"Invalid username or password.",'
    . '"error":"CRM.EXCEPTIONS.INVALIDCREDENTIALSEXCEPTION","parameters":[]}';

sub login {
    my ($mode, $password) = @_;

    return $t->post("$base/authenticate", { provider => 'EMAIL',
        username => 'john@crm.com', password => $password },
        api_key => $key{$mode});
}


for my $mode (qw(live test)) {
    my $other = $other{$mode};
    my @at = (key => $key{$mode});
    my @there = (key => $key{$other});

    $t->redis('FLUSHALL');
    $t->api_key('key', app => 'shop');
    $t->api_key('test', app => 'shop', mode => 'test');


    # registered, proven, signed in, refreshed, mailed a token

    $t->crm('POST /contacts/register' => { json => { id => 'JOHN' } },
        'GET /contacts/JOHN' => '{"john":1}');

    my $r = register($t, by_mail('john@crm.com', 'a good password'), @at);

    is(($t->crm_log)[-1]{header}{'x-crm-mode'}, $mode, "$mode: registered");

    my $code = newest($t);

    is($code->{mode}, $mode, "$mode: the message says so");

    my $by_handle = [ AUTH_OTP => handle($r) ];

    is(validate($t, $by_handle, $code->{code}, @there)->body, $wrong,
        "$mode: the code is none there");
    is(validate($t, [ EMAIL => 'john@crm.com' ], $code->{code}, @there)->body,
        $wrong, "$mode: nor by the address");
    is(validate($t, $by_handle, $code->{code}, @at)->status, 200,
        "$mode: but here");

    my $reply = login($mode, 'a good password')->json;
    my ($access, $refresh) = @$reply{qw(access_token refresh_token)};

    is(said($t->get("$base/JOHN", bearer($access))), '200 {"john":1}',
        "$mode: the token");
    is(($t->crm_log)[-1]{header}{'x-crm-mode'}, $mode, "$mode: says its mode");
    is(said($t->get("$base/JOHN", bearer($access), api_key => $key{$other})),
        refused('forbidden_api_key'), "$mode: not with a key of there");
    is(said(refresh($t, $refresh, @there)), refused('wrong_token'),
        "$mode: no refresh there");
    is($t->post("$base/forgot_password", { username => 'john@crm.com' },
        api_key => $key{$mode})->status, 200, "$mode: forgot");

    my $reset = newest($t)->{token};

    is(substr($reset, 0, 1), substr($mode, 0, 1), "$mode: its token says so");

    my $swapped = substr($other, 0, 1) . substr($reset, 1);

    is(said($t->post("$base/change_password", { token => $swapped,
        password => 'another password' })), refused('invalid', 'token'),
        "$mode: and is none there");


    # nobody is known there, nothing was written there, and nobody is told

    is(said(login($other, 'a good password')), $bad, "$mode: no login there");

    my $messages = () = $t->outbox;

    request($t, EMAIL => [ EMAIL => 'john@crm.com' ], @there);
    $t->post("$base/forgot_password", { username => 'john@crm.com' },
        api_key => $key{$other});
    is(scalar(() = $t->outbox), $messages, "$mode: no mail from there");

    # but for what counts, and for decoys, which are written for nobody

    is_deeply([ grep { !/:(?:otp|login|reset):/ }
        @{$t->redis('KEYS', "crm:$other:*")} ], [],
        "$mode: nothing is stored there");


    # somebody of the same address there is somebody else

    $t->crm('POST /contacts/register' => { json => { id => 'OTHER' } },
        'GET /contacts/JOHN' => '{"john":1}');

    $r = register($t, by_mail('john@crm.com', 'another password'), @there);
    $code = newest($t);

    is("@$code{qw(template contact mode)}", "otp OTHER $other",
        "$mode: new there");
    is(validate($t, [ AUTH_OTP => handle($r) ], $code->{code}, @there)
        ->json->{contact}{id}, 'OTHER', "$mode: signed in there");
    is(login($mode, 'a good password')->json->{contact}{id}, 'JOHN',
        "$mode: each has his own");
    is(login($other, 'another password')->json->{contact}{id}, 'OTHER',
        "$mode: and so there");


    # what ends there ends nothing here

    my $there = login($other, 'another password')->json->{access_token};

    is(said($t->post("$base/OTHER/sign_out", { all => JSON::PP::true() },
        bearer($there))), '200 ', "$mode: signed out there");
    is(said($t->get("$base/OTHER", bearer($there))), refused('wrong_token'),
        "$mode: there it has ended");
    is(said($t->get("$base/JOHN", bearer($access))), '200 {"john":1}',
        "$mode: here it goes on");

    is($t->post("$base/change_password", { token => $reset,
        password => 'another password' })->status, 200, "$mode: changed");
    is(login($mode, 'another password')->status, 200, "$mode: here");
    is($t->redis('HGET', "crm:$other:contact:{JOHN}", 'password'), undef,
        "$mode: not there");


    # limits are each mode's own

    for (1 .. 20) {
        request($t, EMAIL => [ EMAIL => 'john@crm.com' ], @at);
        validate($t, [ EMAIL => 'john@crm.com' ], 'wrong1', @at);
    }

    is(validate($t, [ EMAIL => 'john@crm.com' ], 'wrong1', @at)->status, 429,
        "$mode: too many wrong codes");
    is(request($t, EMAIL => [ EMAIL => 'john@crm.com' ], @there)->status, 200,
        "$mode: but not there");
}

$t->done;
