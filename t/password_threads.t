#!/usr/bin/perl

# How nice the threads are that hash passwords: than the worker, whatever it
# is itself, and not where others use the pool.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(slurp);

plan(skip_all => 'threads have no priority of their own here')
    if $^O ne 'linux';

# crm_password_threads, and how nice its threads are while the worker is 3

my %nice = (
    'passwords'                => 8,
    'passwords nice=0'         => 3,
    'passwords queue=9 nice=2' => 5,
    'passwords nice=19'        => 19,
    'default'                  => 3,
    'default nice=4'           => 7,
    ''                         => 3,
);

for my $threads (sort keys %nice) {
    my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
        main => 'thread_pool passwords threads=1;
            thread_pool default threads=1; worker_priority 3;',
        http => $threads ? "crm_password_threads $threads;" : ''))->start;

    $t->api_key('key');
    $t->contact('CAD1', password => 'the right one',
        identities => [ [ EMAIL => 'john@crm.com' ] ]);

    is(login($t, "a wrong one, $_")->status, 400, "$threads, hashed")
        for 1, 2;

    my ($worker) = $t->worker_pids;
    my %all = map { m{(\d+)/stat\z} ? ($1 => priority($_)) : () }
        glob "/proc/$worker/task/*/stat";

    is(delete $all{$worker}, 3, "$threads, the worker");
    is(join(' ', sort { $a <=> $b } values %all), "3 $nice{$threads}",
        "$threads, the thread of another pool and ours");

    $t->clean;
}

done_testing();


sub login {
    my ($t, $password) = @_;

    return $t->post('/self-service/v1/contacts/authenticate',
        { provider => 'EMAIL', username => 'john@crm.com',
          password => $password }, api_key => 'key');
}


# The 19th field; the second is a name in brackets.

sub priority {
    my ($path) = @_;

    return (split ' ', slurp($path) =~ s/\A.*\) //sr)[16];
}
