#!/usr/bin/perl

# What a worker's memory, and so a core, holds once all is said: not what the
# edge has made and sent away, nor the secret that its keys come from.  What
# clients send passes through NGINX's own buffers and is not spoken of.

use warnings;
no warnings qw(portable);
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::OTP qw(sent validate);
use Test::CRM::Process qw(slurp);
use Test::CRM::Reset qw(change reset_token);

# freed memory is kept as it is there, to be looked at

plan(skip_all => 'a sanitizer keeps what is freed')
    if ($ENV{TEST_NGINX_BINARY} // '') =~ /sanitize/
        || $ENV{TEST_NGINX_VALGRIND};

plan(skip_all => 'the memory of others is root\'s to read') if $> != 0;

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice())->start;

$t->api_key('key', app => 'shop');
$t->contact('MIKE', mobile => '+35799123834', identities => [
    [ EMAIL => 'mike@crm.com' ], [ PHONE => '+35799123834' ] ]);

# a code is six digits, which memory has for other reasons too: it is looked
# for in the words that the edge says it in

my ($handle, $message) = sent($t, SMS => [ PHONE => '+35799123834' ]);
my $token = reset_token($t, 'mike@crm.com');

is(validate($t, [ AUTH_OTP => $handle ], 'wrong1')->status, 400, 'tried');

my %made = (
    'the secret' => slurp($t->dir . '/secret'),
    'a code on its way' => "\$6\r\n$message->{code}\r\n",
    'a reset token' => $token,
    'a reset token, but for its mode' => substr($token, 1),
);

my %kept = ('the key' => slurp($t->dir . '/jwt.key'));

for my $pid ($t->worker_pids, $t->{pid}{nginx}) {
    my $memory = memory($pid);
    my $who = $pid == $t->{pid}{nginx} ? 'the master' : 'a worker';

    for my $name (sort keys %kept) {
        cmp_ok(index($memory, $kept{$name}), '>=', 0, "$who has $name");
    }

    for my $name (sort keys %made) {
        is(index($memory, $made{$name}), -1, "$who has not $name");
    }
}

$t->done;


sub memory {
    my ($pid) = @_;

    my $memory = '';

    open my $mem, '<:raw', "/proc/$pid/mem" or die "mem of $pid: $!";

    for my $line (split /\n/, slurp("/proc/$pid/maps")) {
        my ($from, $to, $of) = $line =~ /^(\w+)-(\w+) rw\S* \S+ \S+ \S+ *(.*)/
            or next;

        next if $of =~ m{^/dev/zero|^\[v};

        sysseek $mem, hex $from, 0;
        sysread $mem, $memory, hex($to) - hex($from), length $memory;
    }

    return $memory;
}
