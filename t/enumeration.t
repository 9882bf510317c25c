#!/usr/bin/perl

# Whether there is such a person is not told: what a client gets, and what
# Redis does for it, are the same for somebody and for nobody, at each point
# of what a client may do.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::OTP qw(request validate handle);

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    http => 'crm_api_key_cache ttl=1h;',
    server => 'crm_otp prefixes=+357;'))->start;

$t->api_key('key', app => 'shop');

for my $n (1 .. 9) {
    $t->contact("C$n", email => "known$n\@crm.com",
        birthdate => '1980-02-01', password_hash => '*',
        $n == 7 ? () : (mobile => "+3579910000$n"),
        $n == 8 ? (mobile => '+15005550006') : (),
        $n == 9 ? (state => 'disabled') : (),
        identities => [ [ EMAIL => "known$n\@crm.com" ],
            [ PHONE => "+3579910000$n" ], [ CARD => "400$n" ],
            [ PASSPORT => "K$n" ] ]);
}

my @right = (BIRTHDATE => '1980-02-01');
my @wrong = (BIRTHDATE => '1980-02-02');

my @pairs = (
    [ 'a card', SMS => [ CARD => '4001' ], [ CARD => '5001' ] ],
    [ 'a phone', SMS => [ PHONE => '+35799100002' ],
      [ PHONE => '+35799200002' ] ],
    [ 'an e-mail', EMAIL => [ EMAIL => 'known3@crm.com' ],
      [ EMAIL => 'whois3@crm.com' ] ],
    [ 'an e-mail by SMS', SMS => [ EMAIL => 'known4@crm.com' ],
      [ EMAIL => 'whois4@crm.com' ] ],
    [ 'a birthdate', SMS => [ CARD => '4005', @right ],
      [ CARD => '5005', @right ] ],
    [ 'another birthdate', SMS => [ CARD => '4005', @right ],
      [ CARD => '4006', @wrong ] ],
    [ 'two credentials', SMS => [ CARD => '4001', PASSPORT => 'K1' ],
      [ CARD => '5002', PASSPORT => 'K1' ] ],
    [ 'two that differ', SMS => [ CARD => '4001', PASSPORT => 'K2' ],
      [ CARD => '5003', PASSPORT => 'K2' ] ],
    [ 'no mobile', SMS => [ CARD => '4007' ], [ CARD => '5007' ] ],
    [ 'a number that is not allowed', SMS => [ CARD => '4008' ],
      [ CARD => '5008' ] ],
    [ 'disabled', SMS => [ CARD => '4009' ], [ CARD => '5009' ] ],
);


# what a client does: each is done for the one and for the other

my %handles;

my @acts = (
    [ 'validate before there is a code', sub {
        validate($t, $_[1], '123456') } ],
    [ 'request', sub { remember(request($t, @_), $_[1]) } ],
    [ 'request at once', sub { request($t, @_) } ],
    (map { [ "validate $_", sub {
        validate($t, [ AUTH_OTP => $handles{"@{$_[1]}"} ], 'wrong1') } ] }
        1 .. 3),
    [ 'validate by credential', sub { validate($t, $_[1], 'wrong1') } ],
    [ 'validate by both', sub {
        validate($t, [ @{$_[1]}, AUTH_OTP => $handles{"@{$_[1]}"} ],
            'wrong1') } ],
    [ 'validate when it is void', sub {
        validate($t, [ AUTH_OTP => $handles{"@{$_[1]}"} ], 'wrong1') } ],
    [ 'validate after too many failures', sub { fail_often();
        validate($t, [ AUTH_OTP => $handles{"@{$_[1]}"} ], 'wrong1') } ],
    [ 'request after too many failures', sub { fail_often();
        request($t, @_) } ],
    [ 'request beyond the budget', sub { spend_all(); request($t, @_) } ],
    [ 'validate beyond the budget', sub { spend_all();
        validate($t, $_[1], 'wrong1') } ],
    [ 'validate what is not a code', sub { validate($t, $_[1], 'x') } ],
    [ 'request the birthdate alone', sub {
        request($t, $_[0], [ @right ]) } ],
);

# Redis learns the scripts, and the edge the key

$_->[1]->('SMS', [ CARD => 'first' ]) for @acts;

for my $pair (@pairs) {
    my ($name, $method, @who) = @$pair;

    forget();

    for my $act (@acts) {
        my ($what, $sub) = @$act;
        my @got = map { observe($sub, $method, $_) } @who;

        is_deeply($got[0], $got[1], "$name, $what");
    }
}


# what was compared is not nothing

forget();

my $seen = observe($acts[1][1], SMS => [ CARD => '4001' ]);

like($seen->{body}, qr/^\{"obfuscated_value":"#","auth_otp":"#"\}$/, 'body');
like($seen->{headers}, qr/Cache-Control: no-store/, 'headers');
is($seen->{commands}{evalsha}, 3, 'scripts');
is($seen->{commands}{hmget}, 2, 'one of the contact, one of the throttle');
is($seen->{commands}{xadd}, 1, 'a message');

$t->done;


# What a client sees and what Redis did, without what is meant to differ.

sub observe {
    my ($sub, @args) = @_;

    $t->redis('CONFIG', 'RESETSTAT');

    my $r = $sub->(@args);
    my $commands = $t->asked;
    my $body = $r->body;

    $body =~ s/("(?:obfuscated_value|auth_otp)":)"[^"]+"/$1"#"/g;
    $body =~ s/"parameters":\["\d+"\]/"parameters":["#"]/;

    my @headers = map { $_->[0] =~ /^(Date|Retry-After)$/ ? "$_->[0]: #"
        : "$_->[0]: $_->[1]" } @{$r->{headers}};

    return { status => $r->status, body => $body,
        headers => join("\n", @headers), commands => $commands };
}


sub remember {
    my ($r, $who) = @_;

    $handles{"@$who"} = handle($r);

    return $r;
}


sub throttles { @{$t->redis('KEYS', 'crm:live:otp:*:throttle:*')} }

sub fail_often {
    my ($s) = @{$t->redis('TIME')};

    $t->redis('HSET', $_, failures => join ' ', ("${s}000") x 20)
        for throttles();
}


sub spend_all {
    $t->redis('SET', 'crm:live:otp:app:{shop}', 10_000, 'EX', 60);
}


# The app has spent something already, or the first of a pair would be the
# first of its hour.

sub forget {
    $t->redis('DEL', $_) for @{$t->redis('KEYS', 'crm:live:otp:*')};
    $t->redis('SET', 'crm:live:otp:app:{shop}', 1, 'EX', 60);
}
