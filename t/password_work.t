#!/usr/bin/perl

# How much a thread works for a password: as much for nobody as for somebody
# whose hash is of that kind, whatever is wrong, and for one name always as
# much.  In time on a CPU, not on a clock: two kinds are an order apart.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(slurp);

plan(skip_all => 'no time of threads is told here')
    if !-r '/proc/self/schedstat';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    server => 'crm_login failures=1000 global=1000;'))->start;

$t->api_key('key');

my $cheap = crypt 'the right one', '$2b$05$' . 'a' x 22;
my %stored = (
    known    => $cheap,
    disabled => $cheap,
    none     => undef,
    broken   => '$2b$05$?',
    old      => '$1$old$md5',
);

$t->contact("C-$_", password_hash => $stored{$_},
    $_ eq 'disabled' ? (state => 'disabled') : (),
    identities => [ [ EMAIL => "$_\@crm.com" ] ]) for keys %stored;

my ($worker) = $t->worker_pids;

# before any kind is known; then as a guess, and as it is hashed anew

my $fresh = work('nobody', 'a wrong one');
my $guess = work('known', 'a wrong one');
my $dear = work('known', 'the right one', 200);

is(kind($fresh), 'dear', 'nobody, where no kind is in use');
is(kind($guess), 'cheap', 'a wrong password is not hashed anew');
is(kind($dear), 'dear', 'the right one is');


# bcrypt alone is in use

is(kind(work($_->[0], $_->[1])), 'cheap', join ', ', @$_[0, 2]) for
    [ nobody => 'a wrong one', 'a wrong password' ],
    [ nobody => 'p' x 129, 'one that is too long' ],
    [ disabled => 'the right one', 'the right password' ],
    map { [ $_ => 'a wrong one', 'a wrong password' ] } qw(none broken old);


# and yescrypt: each has one of the two, and nobody has none

is(kind(work('known', 'a wrong one')), 'dear', 'hashed anew, a wrong one');

my %kinds;

for my $name (map { "nobody$_" } 1 .. 12) {
    $kinds{$name} = join ' ', map { kind(work($name, 'a wrong one')) } 1 .. 3;
}

my %seen = reverse %kinds;

is(join(', ', sort keys %seen), 'cheap cheap cheap, dear dear dear',
    'a name has one kind, and names have both') or diag(explain(\%kinds));

$t->done;


# Nanoseconds of all the worker's threads but its first.

sub work {
    my ($name, $password, $status) = @_;

    my $before = threads();
    my $r = $t->post('/self-service/v1/contacts/authenticate', {
        provider => 'EMAIL', username => "$name\@crm.com",
        password => $password }, api_key => 'key');

    is($r->status, $status // 400, "$name, answered");

    return threads() - $before;
}


sub threads {
    my $sum = 0;

    for (glob "/proc/$worker/task/*/schedstat") {
        $sum += (split ' ', slurp($_))[0] unless m{/task/$worker/};
    }

    return $sum;
}


# What one hash of each kind is: nothing at all is a hundredth of a dear one.

sub kind {
    my ($work) = @_;

    return $work > $dear / 3 ? 'dear' : $work > $dear / 50 ? 'cheap' : 'none';
}
