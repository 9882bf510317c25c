#!/usr/bin/perl

# POST /contacts/change_password: a token that was mailed, for a new password.

use warnings;
use strict;

use Test::More;

use Test::CRM::Reset qw(edge change reset_token reset_key);
use Test::CRM::Session qw(sign_in refresh claims);
use Test::CRM::Words qw(said refused);

my $base = '/self-service/v1/contacts';
my $t = edge('change-password');
my $sent = '200 ';

my $token = reset_token($t, 'jane@crm.com', key => 'test');

like($token, qr/\At/, 'of test mode');


# a new password: the old one goes, and so does all that it opened

my $reply = sign_in($t, 'john@crm.com', 'password1234');
my $sid = claims($reply->{access_token})->{sid};

$t->crm('GET /contacts/JOHN' => '{}');
$token = reset_token($t, 'john@crm.com');

is(me($reply->{access_token}), 200, 'signed in');
is(said(change($t, $token, 'a new password')), $sent, 'changed');
is(me($reply->{access_token}), 401, 'the access token is revoked');
is(said(refresh($t, $reply->{refresh_token})), refused('wrong_token'),
    'the refresh token too');
is($t->redis('EXISTS', 'crm:live:sessions:{JOHN}',
    "crm:live:session:{JOHN}:$sid"), 0, 'the session is gone');
is(scalar(grep { /\Ac:live:JOHN:\d+\z/ }
    @{$t->redis('ZRANGE', 'crm:revoked', 0, -1)}), 1, 'every edge hears it');
is(login('password1234')->status, 400, 'the old password');
is(login('a new password')->status, 200, 'the new password');
like($t->redis('HGET', 'crm:live:contact:{JOHN}', 'password'),
    qr/\A\$y\$j9T\$/, 'its hash');
is(said(change($t, $token, 'a new password')), bad('token'), 'spent');
is(said(change($t, $token, 'another password')), bad('token'),
    'spent, another password');


# what no token is: Redis is not asked

$token = reset_token($t, 'john@crm.com');
$t->redis('CONFIG', 'RESETSTAT');

is(said(change($t, $_->[1], 'a new password')), refused(@{$_->[2]}),
    "token, $_->[0]") for (
    [ 'none', undef, [ missing => 'token' ] ],
    [ 'empty', '', [ missing => 'token' ] ],
    [ 'a number', 1, [ invalid => 'token' ] ],
    [ 'short', substr($token, 0, 43), [ invalid => 'token' ] ],
    [ 'long', "${token}A", [ invalid => 'token' ] ],
    [ 'very long', $token x 100, [ invalid => 'token' ] ],
    [ 'of no mode', $token =~ s/^l/x/r, [ invalid => 'token' ] ],
    [ 'in upper case', $token =~ s/^l/L/r, [ invalid => 'token' ] ],
    [ 'with a foreign character', $token =~ s/.{3}\z/!00/r,
      [ invalid => 'token' ] ],
    [ 'the seed\'s', 'ABCTKN123456798VGP2020', [ invalid => 'token' ] ],
);

is(said($t->post("$base/change_password", { token => $token,
    password => 'a new password' }, api_key => 'test')),
    refused('forbidden_api_key'), 'token, with a key of the other mode');


# passwords that are none; a token survives them

my @names = ('John@crm.com', 'JOHN@CRM.COM', 'mail@crm.com', 'MAIL@crm.com');

is(said(change($t, $token, $_->[1])), refused(@{$_->[2]}), "password, $_->[0]")
    for (
    [ 'none', undef, [ missing => 'password' ] ],
    [ 'empty', '', [ missing => 'password' ] ],
    [ 'a number', 12345678, [ invalid => 'password' ] ],
    [ '7 characters', 'seven77', [ invalid => 'password' ] ],
    [ '7 characters of 4 bytes', "\x{1f511}" x 7, [ invalid => 'password' ] ],
    [ '129 characters', 'x' x 129, [ invalid => 'password' ] ],
    [ '512 bytes', "\x{1f511}" x 128, [ invalid => 'password' ] ]);

is_deeply($t->asked, {}, 'Redis was asked nothing');

is(said(change($t, $token, $_)), bad('password'), "password, $_") for @names;
is(said(change($t, $token, "\x{1f511}" x 8)), $sent,
    '8 characters of 4 bytes');
is(login("\x{1f511}" x 8)->status, 200, 'log in');

for my $password ('eight888', 'x' x 128, "\x{1f511}" x 127, 'john@crm.co',
    "pass\x{e9}word \"\\")
{
    is(said(change($t, reset_token($t, 'john@crm.com'), $password)), $sent,
        'password of ' . length $password);
    is(login($password)->status, 200, 'logs in');
}


# tokens that are no longer good

my @over = (
    [ 'expired' => sub { $t->redis('DEL', reset_key($t, $_[0])) } ],
    [ 'a newer one has been sent' => sub { reset_token($t, 'john@crm.com') } ],
    [ 'the address has another contact' => sub {
        $t->redis('SET', 'crm:live:identity:{EMAIL:john@crm.com}', 'GONE') } ],
    [ 'the address is nobody\'s' => sub {
        $t->redis('DEL', 'crm:live:identity:{EMAIL:john@crm.com}') } ],
    [ 'the contact is disabled' => sub {
        $t->redis('HSET', 'crm:live:contact:{JOHN}', state => 'disabled') } ],
    [ 'it is for something else' => sub {
        my $key = reset_key($t, $_[0]);
        $t->redis('RENAME', $key, $key =~ s/reset/verify/r) } ],
    [ 'it is of the other mode' => sub { $_[0] =~ s/^l/t/r } ],
);

my $hash = $t->redis('HGET', 'crm:live:contact:{JOHN}', 'password');

for my $over (@over) {
    my ($name, $sub) = @$over;

    $token = reset_token($t, 'john@crm.com');

    my $got = $sub->($token);

    $token = $got if $name =~ /other mode/;
    is(said(change($t, $token, 'yet another one')), bad('token'), $name);
    $t->redis('SET', 'crm:live:identity:{EMAIL:john@crm.com}', 'JOHN');
    $t->redis('HSET', 'crm:live:contact:{JOHN}', state => 'active');
}

is($t->redis('HGET', 'crm:live:contact:{JOHN}', 'password'), $hash,
    'the password stays');

$token = reset_token($t, 'john@crm.com');
$t->redis('SET', reset_key($t, $token), 'JOHN');
is(change($t, $token, 'yet another one')->status, 502,
    'a record that is none');

$token = reset_token($t, 'jane@crm.com', key => 'test');
is(said($t->post('/flow', { token => $token, password => 'of test mode' })),
    $sent, 'of test mode, at another path');
like($t->redis('HGET', 'crm:test:contact:{JANE}', 'password'), qr/\A\$y/,
    'there it is');


# many at once, each with a password of its own

$token = reset_token($t, 'john@crm.com');

my @answers = all(map { text($token, "password $_") } 1 .. 16);
my @good = grep { $answers[$_ - 1] eq $sent } 1 .. 16;

is(scalar @good, 1, 'one of many passes');
is(scalar(grep { $_ eq bad('token') } @answers), 15, 'the others do not');
is(login("password $good[0]")->status, 200, 'whose password it is');

$token = reset_token($t, 'john@crm.com');
@answers = all((text($token, 'the same one')) x 8);
is(scalar(grep { $_ eq $sent } @answers), 1, 'one of many alike');

$t->done;


sub text {
    my ($token, $password) = @_;

    return Test::CRM::HTTP->text(POST => "$base/change_password",
        json => { token => $token, password => $password });
}


sub login {
    my ($password) = @_;

    return $t->post("$base/authenticate", { provider => 'EMAIL',
        username => 'john@crm.com', password => $password },
        api_key => 'key');
}


sub me {
    return $t->get("$base/JOHN", Authorization => "Bearer $_[0]")->status;
}


sub bad { refused('invalid', @_) }


sub all {
    my (@texts) = @_;

    kill 'STOP', $t->{pid}{redis};

    my @clients = map { $t->connect } @texts;

    $clients[$_]->write($texts[$_]) for 0 .. $#texts;
    kill 'CONT', $t->{pid}{redis};

    return map { said($_->response('POST')) } @clients;
}
