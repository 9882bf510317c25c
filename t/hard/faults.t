#!/usr/bin/perl

# Redis fails in every way it can while a load runs: each answer is the right
# one or a refusal, nobody waits for longer than the timeout, and who needs no
# Redis notices nothing; within a second after it is well, all is.

use warnings;
use strict;

use List::Util qw(max);
use Test::More;
use Time::HiRes qw(time sleep);

use Test::CRM;
use Test::CRM::Hard qw(edge table total longest ms noise fair);
use Test::CRM::Load;
use Test::CRM::Load::User qw(provision);
use Test::CRM::Process qw(wait_for);
use Test::CRM::Relay;

use constant TIMEOUT => 0.5;       # crm_redis timeout=
use constant LATE => 0.05;
use constant RECOVERY => 1;

my ($t, $crm) = edge();
my $relay = Test::CRM::Relay->new($t);

$t->start;
provision($t);
ok(wait_for(sub { $t->get('/ready')->status == 200 }), 'ready');

my $load = Test::CRM::Load->new($t, pass => 12, flow => 32);
my @pid = $t->worker_pids;

# both workers learn the key

sleep 1;
$load->phase;


# name, seconds, what is excused meanwhile, what is done, and what undoes it

my $wrong = '*2' . "\r\n*1\r\n+x" x 2 . "\r\n";

my @faults = (
    [ 'none', 2, [], sub { }, sub { } ],
    [ 'killed, its data back', 2, [ 'lost' ],
      sub { $t->redis('SAVE'); $t->stop_redis }, sub { $t->start_redis } ],
    [ 'killed, back and empty', 2, [ 'lost' ],
      sub { $t->stop_redis; unlink $t->dir . '/dump.rdb' },
      sub { $t->start_redis; provision($t) } ],
    (map { [ "paused, $_ s", $_, [], sub { kill 'STOP', $t->{pid}{redis} },
        sub { kill 'CONT', $t->{pid}{redis} } ] } 1, 10),
    harm('replies 50 ms late', delay => 50),
    harm('replies 300 ms late', delay => 300),
    harm('replies 5 s late', delay => 5000),
    harm('each 20th reply cut', cut => 20),
    harm('each reply cut', cut => 1),
    harm('LOADING', load => "-LOADING Redis is loading\r\n"),
    harm('arrays of arrays', say => $wrong),
    harm('long texts', say => "\$65537\r\n" . 'x' x 65537 . "\r\n"),
    harm('errors', say => "-ERR of the test\r\n"),
    [ 'READONLY', 2, [], sub { $t->redis(qw(REPLICAOF 127.0.0.1 1)) },
      sub { $t->redis(qw(REPLICAOF NO ONE)) } ],
    [ 'OOM', 2, [], sub { $t->redis(qw(CONFIG SET maxmemory 1)) },
      sub { $t->redis(qw(CONFIG SET maxmemory 0)) } ],
    [ 'NOREPLICAS', 2, [],
      sub { $t->redis(qw(CONFIG SET min-replicas-to-write 1)) },
      sub { $t->redis(qw(CONFIG SET min-replicas-to-write 0)) } ],
    [ 'NOAUTH', 2, [],
      sub { $t->redis(qw(CONFIG SET requirepass secret)); cut() },
      sub { $t->redis('CONFIG', 'SET', 'requirepass', '') } ],
    [ 'NOSCRIPT, 40 times', 2, [],
      sub { for (1 .. 40) { $t->redis('SCRIPT', 'FLUSH'); sleep 0.05 } },
      sub { } ],
    [ 'links cut, 20 times', 2, [],
      sub { for (1 .. 20) { cut(); sleep 0.1 } }, sub { } ],
    [ 'keys of wrong types', 2, [ 'bad_gateway' ], \&types,
      sub { $t->redis('FLUSHDB') && provision($t) } ],
);

my @rows = [ 'fault', qw(offered right refused wrong again), 'longest',
    'of CRM', 'healed in ms' ];

for my $fault (@faults) {
    my ($name, $seconds, $excused, $break, $heal) = @$fault;

    next if $ENV{HARD_FAULT} && $name !~ /$ENV{HARD_FAULT}/;

    $load->phase(@$excused);

    my $start = time;

    $break->();
    sleep $seconds - (time - $start) if time - $start < $seconds;
    $heal->();

    # what was on its way then is answered in the next phase

    my $healed = time;
    my $meanwhile = $load->phase(@$excused);

    sleep 2;

    my $after = $load->phase;

    sleep 0.5;

    my $calm = $load->phase;
    my @seen = ($meanwhile, $after, $calm);
    my $again = ($after->{last_refusal} // $healed) - $healed;
    my $longest = max(map { longest($_) } @seen);

    push @rows, [ $name, (map { sum($_, @seen) }
        qw(offered right refused wrong)),
        $meanwhile->{again} + $after->{again}, ms($longest),
        ms(max(map { longest($_, 'pass') } @seen)), ms($again) ];

    fair($name, @seen);
    is($meanwhile->{kinds}{pass}{refused} // 0, 0,
        "$name: who needs no Redis is served");
    cmp_ok($longest, '<=', TIMEOUT + LATE + noise(), "$name: in time");
    cmp_ok($again, '<=', RECOVERY + noise(), "$name: within a second");
    is(total($calm, 'refused'), 0, "$name: and all is well");
    cmp_ok(total($calm, 'right'), '>', 20, "$name: the load goes on");
}

$load->stop;
diag('counted from the fault to 2.5 s after it; HARD_NOISE '
    . ms(noise()) . ' ms');
table(@rows);
is("@{[ $t->worker_pids ]}", "@pid", 'the same workers');

$t->clean;
$crm->done;


sub harm {
    my ($name, $mode, $arg) = @_;

    return [ $name, 2, [ $mode eq 'say' ? 'bad_gateway' : () ],
        sub { $relay->harm($mode, $arg) }, sub { $relay->harm('pass') } ];
}


sub sum {
    my ($what, @seen) = @_;

    return List::Util::sum(map { total($_, $what) } @seen);
}


sub cut {
    $t->redis('CLIENT', 'KILL', 'TYPE', $_, 'SKIPME', 'yes')
        for qw(normal pubsub);
}


# Whatever the clients ask for is a list.

sub types {
    $t->redis('EVAL', <<'END', 0);
        for _, key in ipairs(redis.call('KEYS', 'crm:live:*')) do
            redis.call('DEL', key)
            redis.call('RPUSH', key, 'x')
        end
END
}
