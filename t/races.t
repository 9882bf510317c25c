#!/usr/bin/perl

# Those who would end something against those who would go on with it, many at
# once by two workers: whoever is first, what has ended has ended for all.

use warnings;
use strict;

use List::Util qw(shuffle);
use Test::More;

use Test::CRM;
use Test::CRM::OTP qw(sent validate text $wrong);
use Test::CRM::Process qw(wait_for);
use Test::CRM::Reset qw(reset_token);
use Test::CRM::Session qw(sign_in refresh refresh_text claims);
use Test::CRM::Words qw(said refused bearer);

use constant { ROUNDS => 8, EACH => 60 };

my $t = Test::CRM->new(workers => 2, conf => Test::CRM::conf_selfservice(
    main => 'worker_rlimit_nofile 4096;',
    redis => 'crm_redis unix:%%REDIS%% timeout=10s;',
    http => 'crm_api_key_cache ttl=1h;',
    server => 'crm_otp cooldown=0 per_hour=1000; crm_login failures=1000;',
    locations => 'location = /health { crm_status health; }'),
    crm => { 'GET /contacts/JOHN' => '{"id":"JOHN"}' })->start;

my $v1 = '/self-service/v1/contacts';
my $refused = refused('wrong_token');

$t->api_key('key', app => 'shop');
$t->contact('JOHN', mobile => '+35799123834', password => 'password 0',
    identities => [ [ EMAIL => 'john@crm.com' ], [ CARD => '4000' ] ]);
ok(wait_for(sub { $t->get('/health')->status == 200 }), 'ready');
refresh($t, 'v1') for 1 .. 8;
sent($t, SMS => [ CARD => '4000' ]);


# a session that ends while it is refreshed: nothing that any of them got is
# good for anything

my %ends = (
    'sign-out' => '',
    'sign-out of all' => '{"all":true}',
    'theft' => undef,
);

for my $end (sort keys %ends) {
    my ($lived, @left) = (0);

    for my $round (1 .. ROUNDS) {
        my ($reply, $sid) = session();
        my $token = $reply->{refresh_token};
        my $ending = defined $ends{$end}
            ? Test::CRM::HTTP->text(POST => "$v1/JOHN/sign_out", headers =>
                [ bearer($reply->{access_token}) ], body => $ends{$end})
            : spent($token, \$token);

        my @answers = at_once(shuffle((refresh_text($token)) x EACH,
            ($ending) x 4));
        my @got = grep { $_->{access_token} } map { $_->json // {} } @answers;

        push @left, map { said($_) } grep { $_->status !~ /200|401/ }
            @answers;
        $lived += @got;

        push @left, grep { $_ ne $refused } map {
            said($t->get("$v1/JOHN", bearer($_->{access_token}))),
            said(refresh($t, $_->{refresh_token}))
        } $reply, @got ? @got[0, -1] : ();
        push @left, 'a session' if
            $t->redis('EXISTS', "crm:live:session:{JOHN}:$sid")
            || defined $t->redis('ZSCORE', 'crm:live:sessions:{JOHN}', $sid);
    }

    is_deeply(\@left, [], "$end: nothing is left");
    note("$end: $lived of " . ROUNDS * EACH . ' were refreshed before it');
}


# the last attempt: a right code among wrong ones

my %passed;

for my $round (1 .. ROUNDS) {
    my ($handle, $message) = sent($t, SMS => [ CARD => '4000' ]);
    my @handle = (AUTH_OTP => $handle);

    is(validate($t, \@handle, 'wrong1')->body, $wrong,
        "round $round, attempt $_") for 1 .. 4;

    my @answers = at_once(shuffle((text(\@handle, 'wrong1')) x EACH,
        (text(\@handle, $message->{code})) x EACH));
    my $passed = grep { /"access_token"/ } map { $_->body } @answers;

    cmp_ok($passed, '<=', 1, "round $round: one passes at most");
    is(scalar(grep { $_->body eq $wrong } @answers), 2 * EACH - $passed,
        "round $round: all others are wrong");
    is(validate($t, \@handle, $message->{code})->body, $wrong,
        "round $round: and it is over");
    $passed{$passed}++;
    reset_failures();
}

note(join ', ', map { "$passed{$_} times passed $_" } sort keys %passed);


# one token, two new passwords: one is stored, and none who brought the other
# is told that it was

for my $round (1 .. 3) {
    my ($reply, $sid) = session();
    my $token = reset_token($t, 'john@crm.com');
    my @new = map { "password $round of $_" } qw(one other);
    my @texts = map { Test::CRM::HTTP->text(POST => "$v1/change_password",
        json => { token => $token, password => $_ }) } @new;

    $t->secret(@new);

    # as many as threads may have, of both workers

    my @order = shuffle((0) x 12, (1) x 12);
    my @answers = map { said($_) } at_once(@texts[@order]);
    my %done = map { $order[$_] => 1 } grep { $answers[$_] =~ /^200/ }
        0 .. $#order;
    my ($stored) = keys %done;

    is(scalar keys %done, 1, "round $round: one password is stored");
    is_deeply([ grep { !/^200/ && $_ ne refused('invalid', 'token') }
        @answers ], [], "round $round: and all others are refused");
    is(login($new[$stored])->status, 200, "round $round: it is this one");
    is(login($new[1 - $stored])->status, 400, "round $round: not the other");
    is(said(refresh($t, $reply->{refresh_token})), $refused,
        "round $round: the session has ended");
}

$t->done;


sub login {
    return $t->post("$v1/authenticate", { provider => 'EMAIL',
        username => 'john@crm.com', password => $_[0] }, api_key => 'key');
}


# A new session by a code, which needs no password.

sub session {
    my ($handle, $message) = sent($t, SMS => [ CARD => '4000' ]);
    my $r = validate($t, [ AUTH_OTP => $handle ], $message->{code});

    is($r->status, 200, 'signed in') or diag($r->body);
    $t->seen($r);

    return ($r->json, claims($r->json->{access_token})->{sid});
}


# A token that is too old to come again, and the one that is good.

sub spent {
    my ($token, $current) = @_;

    $$current = refresh($t, $$current)->json->{refresh_token} for 1 .. 2;

    return refresh_text($token);
}


# On many connections while Redis stands still.

sub at_once {
    my (@texts) = @_;

    kill 'STOP', $t->{pid}{redis};

    my @clients = map { $t->connect } @texts;

    $clients[$_]->write($texts[$_]) for 0 .. $#texts;
    kill 'CONT', $t->{pid}{redis};

    return map { $t->seen($_->response('POST')) } @clients;
}


sub reset_failures {
    $t->redis('HDEL', $_, 'failures')
        for @{$t->redis('KEYS', 'crm:live:otp:*:throttle:*')};
}
