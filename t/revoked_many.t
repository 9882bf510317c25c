#!/usr/bin/perl

# Revocations by the hundred in the smallest zone, where some share a chain:
# found and not found, raised, expired, and kept over a reload.

use warnings;
use strict;

use Test::More;
use Time::HiRes qw(time);

use Test::CRM;
use Test::CRM::Process qw(wait_for);
use Test::CRM::Revoked qw(edge session get out said_of);
use Test::CRM::Words qw(refused);

# this one has 128 chains, and room for some 300
my $t = edge(undef, zone => '32k');

my $now = int time;
my $last = $now + 3600;
my $marks = 0;

my @long = map { sid("long-$_") } 1 .. 140;
my @short = map { sid("short-$_") } 1 .. 90;
my @both = map { sid("both-$_") } 1 .. 10;
my @other = map { sid("other-$_") } 1 .. 200;
my @like_contacts = map { sid("CAD$_") } 1 .. 8;


# found, and not found

revoke($last, map({ "s:$_->{sid}" } @long),
    map { "c:live:CAD$_:" . ($now - 60) } 1 .. 8);

my $asked = said_of($t, 'revocation_asked');

is(held(), 148, 'all are there');
is(passed(@long), 0, 'each session is refused');
is(passed(@other), 200, 'and no other');
is(passed(@like_contacts), 8, 'nor one that is named as a contact');
is(passed(contacts(-60)), 0, 'contacts, issued before');
is(passed(contacts(-59)), 8, 'and after');
is(passed(contacts(-60, mode => 'test')), 8, 'in test mode');


# of two for one contact, the later

revoke($last, map { "c:live:CAD$_:" . ($now - 40) } 1 .. 4);
is(passed(contacts(-40)), 4, 'four have a later time');
revoke($last, map { "c:live:CAD$_:" . ($now - 70) } 1 .. 8);
is(passed(contacts(-40)), 4, 'an earlier one changes nothing');
is(held(), 148, 'there are no more than before');


# expired, of which some were in the middle of a chain

my $life = 4;
my $end = int(time) + $life;

revoke($end, map { "s:$_->{sid}" } @short, @both);
revoke($last, map { "s:$_->{sid}" } @both);
is(held(), 248, 'some end soon, and of two ends the later counts');
ok(wait_for(sub { time > $end + 1 }, $life + 2), 'until they have expired');

# each that is added takes away four
out($t, session($t)) for 1 .. 30;

is(held(), 188, 'those have gone');
is(passed(@short), 90, 'and are not known any more');
is(passed(@long, @both), 0, 'the others are');
is(said_of($t, 'revocation_asked'), $asked, 'all from memory');


# a reload keeps them, and there is no Redis to load them from

$t->stop_redis;
ok($t->reload($t->{conf}), 'reload');
is(held(), 188, 'as many');
is(passed(@long, @both), 0, 'reloaded, each is refused');
is(passed(@other), 200, 'and no other');
is(passed(contacts(-40)), 4, 'contacts');
is(said_of($t, 'revocations_lost'), 0, 'there was room for all');
$t->done;


sub sid { { cid => 'CAD9', sid => $_[0],
    token => $t->token('CAD9', sid => $_[0]) } }


# A token of each contact, issued so many seconds from now.

sub contacts {
    my ($iat, %claims) = @_;

    return map { { cid => "CAD$_", token => $t->token("CAD$_",
        iat => $now + $iat, %claims) } } 1 .. 8;
}


# Tells the edge of revocations, and waits for it to know the last of them.

sub revoke {
    my ($end, @names) = @_;

    my $mark = sid('mark-' . ++$marks);

    $t->redis('EVAL', "for i = 2, #ARGV do redis.call('PUBLISH', "
        . "'crm:events', 'revoke ' .. ARGV[i] .. ' ' .. ARGV[1]) end",
        0, $end, @names);
    $t->redis('PUBLISH', 'crm:events', "revoke $mark->{sid} $last");
    ok(wait_for(sub { !passed($mark) }, 5), 'told');
}


# How many there are in the zone, without our own.

sub held { said_of($t, 'revocations') - $marks }


# How many of them are let pass; the others are refused in the right words.

sub passed {
    my %said;

    $said{get($t, $_)}++ for @_;

    my $passed = delete $said{'200 {}'} // 0;

    delete $said{refused('wrong_token')};
    is_deeply(\%said, {}, 'or refused') if %said;

    return $passed;
}
