#!/usr/bin/perl

# A wrong password and an unknown user take the same time, of whatever kind
# the hashes in use are.

use warnings;
use strict;

use Test::More;
use Time::HiRes qw(time);

use Test::CRM;

use constant PAIRS => 300;
use constant APART => 0.05;

# at costs of a few milliseconds, so that a difference in the work shows

my @kinds = (
    [ 'yescrypt', '$y$j85$abcdefgh' ],
    [ 'scrypt', '$7$86..../....abcdefgh' ],
    [ 'bcrypt', '$2b$06$' . 'a' x 22 ],
    [ 'SHA-512-crypt', '$6$rounds=5000$abcdefgh' ],
    [ 'argon2id', undef, '$argon2id$v=19$m=4096,t=2,p=1$'
      . 'c2FsdHNhbHRzYWx0c2FsdA$AV7q7fyiwu4Dayj3v3u2cLYBHQUw+9OI57hWmd4v268' ],
);

my $conf = Test::CRM::conf_selfservice(
    server => 'crm_login failures=1000 global=1000;');

for (@kinds) {
    my ($kind, $setting, $hash) = @$_;

    my $t = Test::CRM->new(conf => $conf)->start;

    $hash //= crypt 'the right one', $setting;

    $t->api_key('a key of the shop');
    $t->contact('CAD1', password_hash => $hash,
        identities => [ [ EMAIL => 'known@crm.com' ] ]);

    my $take = sub {
        my ($username) = @_;

        my $client = $t->connect;
        my $from = time;

        $client->request(POST => '/self-service/v1/contacts/authenticate',
            headers => [ api_key => 'a key of the shop' ],
            json => { provider => 'EMAIL', username => $username,
                password => 'a wrong one' })->status == 400
            or die "$kind: $username is not refused";

        return time - $from;
    };

    # the first ones find caches cold, and the kind not yet in use

    $take->($_) for ('known@crm.com', 'nobody@crm.com') x 10;

    # in pairs, and each first in turn, so that other work on the machine
    # slows both down

    my (@known, @unknown);

    for my $i (1 .. PAIRS) {
        push @known, $take->('known@crm.com') if $i % 2;
        push @unknown, $take->('nobody@crm.com');
        push @known, $take->('known@crm.com') unless $i % 2;
    }

    my $ratio = median(map { $unknown[$_] / $known[$_] } 0 .. PAIRS - 1);

    cmp_ok(abs($ratio - 1), '<', APART, sprintf '%s: %.2f ms and %.2f ms',
        $kind, map { 1e3 * median(@$_) } \@known, \@unknown);

    $t->clean;
}

done_testing();


sub median { (sort { $a <=> $b } @_)[@_ / 2] }
