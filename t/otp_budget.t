#!/usr/bin/perl

# How often a destination is sent codes and sees wrong ones, and an app asks;
# the throttle's times are moved back, so that nobody has to wait.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::OTP qw(request validate sent handle newest $wrong);

my $conf = Test::CRM::conf_selfservice(server => 'crm_otp per_app=1000;');

my $t = Test::CRM->new(conf => $conf)->start;

$t->api_key('key', app => 'shop');
$t->api_key('other', app => 'other');
$t->api_key('test', app => 'shop', mode => 'test');

for my $mode (qw(live test)) {
    $t->contact('JOHN', mode => $mode, email => 'john@crm.com',
        mobile => '+35799123834', identities => [
            [ EMAIL => 'john@crm.com' ], [ PHONE => '+35799123834' ],
            [ CARD => '4000' ] ]);
}

my @known = (CARD => '4000');
my @nobody = (CARD => '4001');


# the pause between two sends, and sends an hour, for somebody and nobody

for my $who (\@known, \@nobody) {
    my $name = $who == \@known ? 'known' : 'nobody';

    is(request($t, SMS => $who)->status, 200, "$name, first");
    limited(request($t, SMS => $who), 30, "$name, at once");

    pass_time(29);
    limited(request($t, SMS => $who), 1, "$name, after 29 s");

    pass_time(2);
    is(request($t, SMS => $who)->status, 200, "$name, after 31 s");

    for (3 .. 5) {
        pass_time(31);
        is(request($t, SMS => $who)->status, 200, "$name, send $_");
    }

    pass_time(31);
    limited(request($t, SMS => $who), 3600 - 31 - 4 * 31,
        "$name, sixth in an hour");

    pass_time(3600 - 31 - 4 * 31 + 1);
    is(request($t, SMS => $who)->status, 200, "$name, an hour later");
    reset_all();
}


# one destination, whatever leads to it

is(request($t, SMS => [ @known ])->status, 200, 'by CARD');
limited(request($t, SMS => [ PHONE => '+35799123834' ]), 30, 'by PHONE');
limited(request($t, SMS => [ EMAIL => 'john@crm.com' ]), 30, 'by EMAIL');
limited(request($t, SMS => [ @known, BIRTHDATE => '1980-02-02' ]), 30,
    'with a birthdate that does not fit');
is(request($t, EMAIL => [ @known ])->status, 200, 'another channel');
is(request($t, SMS => [ @known ], key => 'test')->status, 200,
    'another mode');
limited(request($t, SMS => [ @known ], key => 'other'), 30, 'another app');
reset_all();


# wrong codes: 20 an hour, 60 a day, over all codes of the destination

for my $who (\@known, \@nobody) {
    my $name = $who == \@known ? 'known' : 'nobody';

    for my $code (1 .. 4) {
        my $handle = handle(request($t, SMS => $who));

        is(validate($t, [ AUTH_OTP => $handle ], 'wrong1')->body, $wrong,
            "$name, code $code, try $_") for 1 .. 5;
        pass_time(31);
    }

    limited(request($t, SMS => $who), 3600 - 4 * 31,
        "$name, no more codes");
    pass_time(3600);

    my $handle = handle(request($t, SMS => $who));

    is(validate($t, [ AUTH_OTP => $handle ], 'wrong1')->body, $wrong,
        "$name, an hour later");
    set_failures(19, 60);
    is(validate($t, [ AUTH_OTP => $handle ], 'wrong1')->body, $wrong,
        "$name, the 20th");
    limited(validate($t, [ AUTH_OTP => $handle ], 'wrong1'), 3600 - 60,
        "$name, the 21st");

    set_failures(60, 7200);
    limited(validate($t, [ AUTH_OTP => $handle ], 'wrong1'), 86400 - 7200,
        "$name, the 61st of a day");
    pass_time(86400 - 7200);
    is(validate($t, [ AUTH_OTP => $handle ], 'wrong1')->body, $wrong,
        "$name, a day later");
    reset_all();
}


# a right code is refused while the destination is at its end, and not after

my ($handle, $message) = sent($t, SMS => \@known);

set_failures(20, 60);
limited(validate($t, [ AUTH_OTP => $handle ], $message->{code}), 3540,
    'right, too late');
limited(validate($t, \@known, $message->{code}), 3540,
    'right, too late, by its credential');
pass_time(3541);
is(validate($t, [ AUTH_OTP => $handle ], $message->{code})->status, 200,
    'right, an hour later');


# a right code is no failure

($handle, $message) = sent_again();

is(scalar(failures()), 0, 'no failure');
validate($t, [ AUTH_OTP => $handle ], $message->{code});
is(scalar(failures()), 0, 'still none');


# how long Redis keeps it

reset_all();
$handle = handle(request($t, SMS => \@known));

is(ttl('throttle'), 3600, 'sends are kept for an hour');
is(ttl($handle), 300, 'the code for five minutes');
is(ttl('latest'), 300, 'and so is its name');
validate($t, [ AUTH_OTP => $handle ], 'wrong1');
is(ttl('throttle'), 86400, 'failures are kept for a day');
pass_time(31);
request($t, SMS => \@known);
is(ttl('throttle'), 86400, 'and so they are after another send');
is(ttl('app'), 3600, 'an app has an hour');


# what an app may spend on sends and wrong codes

reset_all();

my $budget = 'crm:live:otp:app:{shop}';

request($t, SMS => \@known);
is($t->redis('GET', $budget), 1, 'a send');
request($t, SMS => \@known);
is($t->redis('GET', $budget), 1, 'a send that was refused');
validate($t, \@known, 'wrong1');
is($t->redis('GET', $budget), 2, 'a wrong code');
validate($t, [ CARD => 'x' ], 'wrong1');
is($t->redis('GET', $budget), 3, 'a code that there is not');
validate($t, \@known, newest($t)->{code});
is($t->redis('GET', $budget), 3, 'a right code');

$t->redis('SET', $budget, 1000, 'EX', 77);

for my $who (\@known, \@nobody) {
    limited(request($t, SMS => $who), 77, 'a send too many');
    limited(validate($t, $who, '123456'), 77, 'a validation too many');
}

is(request($t, SMS => \@nobody, key => 'other')->status, 200, 'another app');
is(request($t, SMS => \@nobody, key => 'test')->status, 200, 'another mode');
$t->redis('DEL', $budget);
reset_all();


# the outbox holds so many messages, and loses the oldest, which is counted

(my $full = $conf) =~ s/crm_secret/crm_outbox max=3; crm_secret/;
$full =~ s/per_app=1000/per_hour=100 cooldown=0/;
$full =~ s/(location \/self)/location = \/status { crm_status json; } $1/;

$t->redis('DEL', 'crm:outbox');
ok($t->reload($full), 'a small outbox');

my @codes = map { (sent($t, SMS => \@known))[1]{code} } 1 .. 5;

is_deeply([ map { $_->{code} } $t->outbox ], [ @codes[2 .. 4] ],
    'the newest three');
is(() = $t->error_log =~ /\[error\].*crm_outbox max reached: 1 mess/g, 2,
    'each loss is logged');
is($t->get('/status')->json->{outbox_lost}, 2, 'and counted');

request($t, SMS => \@nobody) for 1 .. 3;
is($t->get('/status')->json->{outbox_lost}, 2, 'nobody loses nothing');


# and it holds none for longer than an hour, however few there are

$t->redis('DEL', 'crm:outbox');

my ($now) = @{$t->redis('TIME')};

$t->redis('XADD', 'crm:outbox', ($now - $_) * 1000 . '-1', to => $_)
    for 3601, 3500;
request($t, SMS => \@known);

is_deeply([ map { $_->{to} } $t->outbox ], [ 3500, '+35799123834' ],
    'an old message is gone');
is($t->get('/status')->json->{outbox_lost}, 2, 'which is not a lost one');

$t->done;


sub limited {
    my ($r, $seconds, $name) = @_;

    my $near = join '|', $seconds, $seconds - 1, $seconds - 2;

    like($r->body, qr/^\{"status":429,"message":"Too\ many\ requests.",
        "error":"CRM.EXCEPTIONS.TOOMANYREQUESTSEXCEPTION",
        "parameters":\["($near)"\]\}$/x, $name);
    is($r->status, 429, "$name, status");
    is_deeply([ $r->header('Retry-After') ], [ $r->body =~ /\["(\d+)"\]/ ],
        "$name, Retry-After");
}


sub keys_of {
    my ($what) = @_;

    return @{$t->redis('KEYS', "crm:live:otp:*$what*")};
}


# Moves what the throttles remember back by some seconds.

sub pass_time {
    my ($seconds) = @_;

    for my $key (keys_of('throttle')) {
        for my $name (qw(sends failures)) {
            my $times = $t->redis('HGET', $key, $name) // next;

            $times =~ s/(\d+)/$1 - $seconds * 1000/ge;
            $t->redis('HSET', $key, $name, $times);
        }
    }
}


sub set_failures {
    my ($n, $ago) = @_;

    my ($s, $us) = @{$t->redis('TIME')};
    my $at = ($s - $ago) * 1000 + int($us / 1000);

    $t->redis('HSET', $_, failures => join ' ', ($at) x $n)
        for keys_of('throttle');
}


sub failures {
    return map { split ' ', $t->redis('HGET', $_, 'failures') // '' }
        keys_of('throttle');
}


sub ttl {
    my ($key) = keys_of($_[0]);
    my $ms = $t->redis('PTTL', $key);

    return int(($ms + 999) / 1000);
}


sub reset_all { $t->redis('DEL', $_) for keys_of('') }


sub sent_again {
    reset_all();

    return sent($t, SMS => \@known);
}
