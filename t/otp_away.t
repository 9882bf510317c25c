#!/usr/bin/perl

# Redis goes away before, between and after the steps of a flow, or its client
# does: nothing hangs, nothing is answered that was not done, and what is
# repeated is done once.

use warnings;
use strict;

use Test::More;
use Time::HiRes qw(time);

use Test::CRM;
use Test::CRM::OTP qw(request validate sent text $wrong);
use Test::CRM::Process qw(wait_for patience);
use Test::CRM::Wire;

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    redis => 'crm_redis unix:%%DIR%%/wire.sock timeout=300ms;',
    http => 'crm_api_key_cache ttl=1h;',
    server => 'crm_otp cooldown=0 per_hour=1000;'));

my $wire = Test::CRM::Wire->new($t);

$t->start;
$t->api_key('key', app => 'shop');
$t->contact('JOHN', mobile => '+35799123834',
    identities => [ [ CARD => '4000' ] ]);

my @card = (CARD => '4000');
my $unavailable = '{"status":503,"message":"Service unavailable.",'
    . '"error":"CRM.EXCEPTIONS.UNAVAILABLEEXCEPTION","parameters":[]}';

ok(wait_for(sub { request($t, SMS => \@card)->status == 200 }), 'Redis is up');


# what a send and a validation ask: which command puts the message out, and
# which one spends the code

my %send = (commands => 5, message => 5);
my %validate = (commands => 6, spends => 4);

for my $what (qw(drop lose hold)) {

    for my $n (1 .. $send{commands}) {
        my $before = () = $t->outbox;
        my $start = time;

        $wire->plan($what, $n);

        my $r = request($t, SMS => \@card);
        my $took = time - $start;

        is($r->body, $unavailable, "send, $what $n");
        cmp_ok($took, '<', 2 * patience(), "send, $what $n, in time");
        $wire->plan('pass');

        # what was held arrives after all: a message may be late, not doubled

        settle();

        my $sent = () = $t->outbox;

        is($sent - $before, $n == $send{message} && $what ne 'drop' ? 1 : 0,
            "send, $what $n, messages");
        is(request($t, SMS => \@card)->status, 200, "send, $what $n, again");
    }

    for my $n (1 .. $validate{commands}) {
        $t->redis('HDEL', $_, 'failures')
            for @{$t->redis('KEYS', 'crm:live:otp:*:throttle:*')};

        my ($handle, $message) = sent($t, SMS => \@card);

        $wire->plan($what, $n);
        is(validate($t, [ AUTH_OTP => $handle ], $message->{code})->body,
            $unavailable, "validate, $what $n");
        $wire->plan('pass');
        settle();

        my $spent = $n > $validate{spends}
            || $n == $validate{spends} && $what ne 'drop';
        my $r = validate($t, [ AUTH_OTP => $handle ], $message->{code});

        is($r->status, $spent ? 400 : 200, "validate, $what $n, again");
    }
}


# clients that leave while they wait

for my $n (1 .. $send{commands}) {
    ok($wire->leave($t, $n, Test::CRM::HTTP->text(
        POST => '/self-service/v1/contacts/otp',
        headers => [ api_key => 'key' ], json => { send_method => 'SMS',
        credentials => [ { name => 'CARD', value => '4000' } ] })),
        "send, waits at $n");
    settle();
}

for my $n (1 .. $validate{commands}) {
    my ($handle, $message) = sent($t, SMS => \@card);

    ok($wire->leave($t, $n, text([ AUTH_OTP => $handle ], $message->{code})),
        "validate, waits at $n");
    settle();
}


# replies that are none

my ($handle, $message) = sent($t, SMS => \@card);
my ($code) = grep { /$handle/ } @{$t->redis('KEYS', 'crm:live:otp:*')};

my @broken = (
    [ 'an identity', 'crm:live:identity:{CARD:4000}' ],
    [ 'a contact', 'crm:live:contact:{JOHN}' ],
    [ 'an app', 'crm:live:otp:app:{shop}' ],
    [ 'the outbox', 'crm:outbox' ],
);

for my $broken (@broken) {
    my ($name, $key) = @$broken;

    $t->redis('RENAME', $key, 'kept');
    $t->redis('RPUSH', $key, 'x');

    cmp_ok(request($t, SMS => \@card)->status, '>=', 500,
        "$name of the wrong type");
    $t->redis('RENAME', 'kept', $key);
}

($handle, $message) = sent($t, SMS => \@card);
($code) = grep { /$handle/ } @{$t->redis('KEYS', 'crm:live:otp:*')};

$t->redis('HSET', $code, destination => 'short');
is(validate($t, [ AUTH_OTP => $handle ], $message->{code})->status, 502,
    'a destination that is none');
is(request($t, SMS => \@card)->status, 200, 'all is well again');


# no Redis at all

$t->stop_redis;
is(request($t, SMS => \@card)->body, $unavailable, 'no Redis') for 1 .. 3;

$t->done;


# The old link is gone, or has said all: the edge's next request is answered.

sub settle {
    ok(wait_for(sub {
        $t->post('/self-service/v1/contacts/validate-otp', { code => '123456',
            credentials => [ { name => 'CARD', value => 'nobody' } ] },
            api_key => 'key')->body eq $wrong
    }), 'the link is there');
}
