#!/usr/bin/perl

# A hundred reloads and twenty new binaries under load, keys rotated, zones
# resized and Redis moved meanwhile: no request fails, the old workers leave,
# and nothing grows.

use warnings;
use strict;

use List::Util qw(max min sum);
use Test::More;
use Time::HiRes qw(time sleep);

use Test::CRM;
use Test::CRM::Hard qw(edge conf table total longest ms noise rss flat alive
    fair);
use Test::CRM::Load;
use Test::CRM::Load::User qw(provision);
use Test::CRM::Process qw(spawn stop wait_for slurp);

use constant RELOADS => $ENV{HARD_RELOADS} || 100;
use constant UPGRADES => $ENV{HARD_UPGRADES} || 20;
use constant LEAVE => 2;           # seconds after the last request, which has
use constant LONGEST => 0.5;       # taken so long at most

my $one = 'crm_jwt_key HS512 file:%%DIR%%/jwt.key kid=test;';
my $two = 'crm_jwt_key HS512 file:%%DIR%%/jwt2.key kid=second;';
my %redis = map { $_->[0] => "crm_redis $_->[1] timeout=2s;" }
    [ unix => 'unix:%%REDIS%%' ],
    [ tcp => 'redis://127.0.0.1:%%REDIS_PORT%%' ],
    [ other => 'unix:%%DIR%%/other/redis.sock' ];

my ($t, $crm) = edge(redis => $redis{unix});
my @rows = [ '', qw(offered right refused wrong again), 'longest ms',
    'workers left in ms', 'master KiB' ];

$t->file('jwt2.key', 'k' x 64);
$t->secret('k' x 64);
$t->start;
provision($t);
ok(wait_for(sub { $t->get('/ready')->status == 200 }), 'ready');

my $load = Test::CRM::Load->new($t, pass => 12, flow => 24);

reloads('reloads', RELOADS, sub { });
reloads('keys rotated', RELOADS / 5, sub {
    $_[0] % 2 ? (keys => $two . $one) : (keys => $one . $two) });
reloads('zones resized', RELOADS / 5, sub {
    (keys => $one . $two, http => 'crm_zone ' . (4 + $_[0] % 3) . 'm;') });
reloads('Redis by TCP, by unix', RELOADS / 5, sub {
    (keys => $one . $two, redis => $redis{$_[0] % 2 ? 'tcp' : 'unix'}) });
moves();
$load->stop;
is(scalar($t->worker_pids), 2, 'two workers are left');
$t->clean;

upgrades();
diag('again: sent once more, on a new connection, as NGINX had closed the '
    . 'kept one before any byte of an answer');
table(@rows);
$crm->done;


sub reloads {
    my ($name, $times, $conf) = @_;

    my (@left, @memory);

    $load->phase;

    for my $i (1 .. $times) {
        my @old = $t->worker_pids;

        $t->reload(conf($crm, redis => $redis{unix}, $conf->($i)));
        push @left, left(@old);
        push @memory, [ rss($t->{pid}{nginx}), maps($t->{pid}{nginx}) ];
    }

    judge("$times $name", [ map { $_->[0] } @memory ], \@left);
    is($memory[-1][1], $memory[$#memory / 2][1],
        "$name: the master maps no more");
}


# The other Redis follows the first, and takes over with the reload.

sub moves {
    my $dir = $t->dir . '/other';

    mkdir $dir;
    $t->{pid}{other} = spawn([ 'redis-server', '--port', 0, '--unixsocket',
        "$dir/redis.sock", '--save', '', '--dir', $dir, '--replicaof',
        '127.0.0.1', $t->port('REDIS_PORT'), '--replica-read-only', 'no',
        '--repl-diskless-sync-delay', 0 ], out => "$dir/redis.out");

    my $redis;

    ok(wait_for(sub {
        $redis ||= Test::CRM::Redis->new("$dir/redis.sock");
        $redis && $redis->command('INFO', 'replication')
            =~ /master_link_status:up/;
    }), 'another Redis follows');

    $load->phase('lost');

    my @old = $t->worker_pids;

    $t->reload(conf($crm, redis => $redis{other}, keys => $one . $two));

    my @left = left(@old);

    ok(wait_for(sub { $t->get('/ready')->status == 200 }), 'moved, ready');
    sleep 2;
    judge('Redis is another', [ rss($t->{pid}{nginx}) ], \@left, 'lost');
}


# A new master beside the old one, which tells its workers to leave, and goes.

sub upgrades {
    ($t) = Test::CRM->new(workers => 2, log_level => 'notice',
        conf => conf($crm, redis => $redis{unix}));

    my $conf = $t->expand($t->{conf}) =~ s/daemon off;/daemon on;/r;

    $t->start_redis;
    provision($t);
    waitpid spawn([ $ENV{TEST_NGINX_BINARY} || '/usr/sbin/nginx', '-p',
        $t->dir, '-c', $t->file('nginx.conf', $conf), '-e',
        $t->dir . '/error.log' ], out => $t->dir . '/nginx.out',
        env => $t->environment), 0;

    my $old = $t->{pid}{nginx} = pid();

    ok(wait_for(sub { $t->worker_pids == 2
        && $t->get('/ready')->status == 200 }), 'a daemon, ready');
    $load = Test::CRM::Load->new($t, pass => 12, flow => 24);
    sleep 1;
    $load->phase;

    my (@left, @memory);

    for my $i (1 .. UPGRADES) {
        my @old = $t->worker_pids;

        kill 'USR2', $old;

        my $new = wait_for(sub { my $pid = pid(); $pid && $pid != $old
            && 2 == (() = Test::CRM::Server::children($pid)) && $pid }, 20);

        ok($new, "upgrade $i") or last;
        kill 'WINCH', $old;
        push @left, left(@old);
        kill 'QUIT', $old;
        ok(wait_for(sub { !alive($old) }), "upgrade $i, the old one has gone");
        $old = $t->{pid}{nginx} = $new;
        push @memory, rss($new);
    }

    judge(UPGRADES . ' upgrades', \@memory, \@left);
    $load->stop;

    my @pids = ($old, $t->worker_pids);

    kill 'QUIT', delete $t->{pid}{nginx};
    ok(wait_for(sub { !grep { alive($_) } @pids }), 'all have gone');
    $t->clean;
}


sub pid { slurp($t->dir . '/nginx.pid') =~ /(\d+)/ ? $1 : 0 }


# How long the workers have stayed.

sub left {
    my (@old) = @_;

    my $since = time;

    wait_for(sub { !grep { alive($_) } @old }, 15);

    return time - $since;
}


sub maps { scalar(() = slurp("/proc/$_[0]/maps") =~ m{/dev/zero}g) }


sub judge {
    my ($name, $memory, $left, @excused) = @_;

    my $seen = $load->phase(@excused);

    sleep 0.3;

    my $after = $load->phase;
    my @seen = ($seen, $after);
    my $half = $memory->[$#$memory / 2];

    push @rows, [ $name, (map { my $what = $_;
        sum(map { total($_, $what) } @seen) } qw(offered right refused wrong)),
        sum(map { $_->{again} } @seen), ms(max(map { longest($_) } @seen)),
        ms(max(@$left)), join ' ', @$memory[0, -1] ];

    fair($name, @seen);
    is(sum(map { total($_, 'refused') } @seen), 0, "$name: nothing refused")
        unless @excused;
    cmp_ok(total($seen, 'right'), '>', 100, "$name: the load goes on");
    cmp_ok(max(@$left), '<=', LEAVE + LONGEST + noise(),
        "$name: the old workers have left");
    flat("$name, the master", $half, $memory->[-1], 0.01, 64);
}
