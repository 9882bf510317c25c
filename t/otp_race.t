#!/usr/bin/perl

# A thousand at once: one right answer passes, five wrong ones are looked at.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::OTP qw(request validate sent text $wrong);

use constant ALL => 1000;

my $t = Test::CRM->new(workers => 2, conf => Test::CRM::conf_selfservice(
    main => 'worker_rlimit_nofile 4096;',
    redis => 'crm_redis unix:%%REDIS%% timeout=10s;',
    server => 'crm_otp cooldown=0 per_app=5000;'))->start;

$t->api_key('key', app => 'shop');
$t->contact('JOHN', mobile => '+35799123834',
    identities => [ [ CARD => '4000' ] ]);

my ($handle, $message) = sent($t, SMS => [ CARD => '4000' ]);

is(validate($t, [ AUTH_OTP => $handle ], 'wrong1')->body, $wrong,
    'the key is known to both workers') for 1 .. 4;
reset_failures();


# right

my @bodies = all(text([ AUTH_OTP => $handle ], $message->{code}));

is(scalar @bodies, ALL, 'all are answered');
is(scalar(grep { /"access_token"/ } @bodies), 1, 'one passes');
is(scalar(grep { $_ eq $wrong } @bodies), ALL - 1, 'and no more');
is(scalar @{$t->redis('KEYS', 'crm:live:session:*')}, 1, 'one session');
is($t->redis('GET', 'crm:live:otp:app:{shop}'), 1 + 4 + ALL - 1,
    'the app pays for the send and for what was wrong');


# wrong, then right

reset_failures();
($handle, $message) = sent($t, SMS => [ CARD => '4000' ]);
@bodies = all(text([ AUTH_OTP => $handle ], 'wrong1'));

is(scalar(grep { $_ eq $wrong } @bodies), ALL, 'all are wrong');
is(failures(), 5, 'five were tried');
is(validate($t, [ AUTH_OTP => $handle ], $message->{code})->body, $wrong,
    'the code is void');


# an app's budget, counted before anything is asked

$t->redis('SET', 'crm:live:otp:app:{shop}', 5000 - 10, 'EX', 3600);
@bodies = all(text([ CARD => '4001' ], 'wrong1'));

is(scalar(grep { $_ eq $wrong } @bodies), 10, 'ten within the budget');
is(scalar(grep { /TOOMANYREQUESTS/ } @bodies), ALL - 10, 'no more');
$t->redis('DEL', 'crm:live:otp:app:{shop}');


# sends

$t->redis('DEL', $_) for throttles(), 'crm:outbox';

my $ask = Test::CRM::HTTP->text(POST => '/self-service/v1/contacts/otp',
    headers => [ api_key => 'key' ], json => { send_method => 'SMS',
    credentials => [ { name => 'CARD', value => '4000' } ] });

@bodies = all($ask);

is(scalar(grep { /"auth_otp"/ } @bodies), 5, 'five codes an hour');
is(scalar(grep { /TOOMANYREQUESTS/ } @bodies), ALL - 5, 'and no more');
is(scalar(() = $t->outbox), 5, 'five messages');

$t->done;


# Sends one request on many connections while Redis stands still, so that all
# of them are on their way when it goes on.

sub all {
    my ($text) = @_;

    kill 'STOP', $t->{pid}{redis};

    my @clients = map { $t->connect } 1 .. ALL;

    $_->write($text) for @clients;
    kill 'CONT', $t->{pid}{redis};

    return map { $t->seen($_->response('POST'))->body } @clients;
}


sub throttles { @{$t->redis('KEYS', 'crm:live:otp:*:throttle:*')} }

sub reset_failures { $t->redis('HDEL', $_, 'failures') for throttles() }

sub failures {
    return scalar map { split ' ', $t->redis('HGET', $_, 'failures') // '' }
        throttles();
}
