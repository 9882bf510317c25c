package Test::CRM::Process;

# Child processes, ports that no parallel test takes, and waiting for a
# condition without guessing how long it needs.

use warnings;
use strict;

use Carp qw(croak);
use Errno qw(EINTR ECHILD);
use Exporter qw(import);
use Fcntl qw(:flock);
use File::Spec;
use IO::Socket::INET;
use POSIX qw(WNOHANG setpgid _exit);
use Time::HiRes qw(time);

our @EXPORT_OK = qw(port spawn stop wait_for wait_for_port alive slurp spew
    patience);

use constant FIRST_PORT => 18_000;      # below the ephemeral ones
use constant BLOCK      => 20;
use constant BLOCKS     => 600;

my ($lock, $next, $last);


# How many times longer than usual everything may take: see `make valgrind`.

sub patience { $ENV{TEST_NGINX_VALGRIND} ? 5 : 1 }


# A free port of 127.0.0.1, from a block that is locked for this process.

sub port {
    block() unless $lock;

    while ($next <= $last) {
        my $port = $next++;

        return $port if IO::Socket::INET->new(
            LocalAddr => '127.0.0.1', LocalPort => $port,
            Listen => 1, ReuseAddr => 1);
    }

    block();
    return port();
}


sub block {
    my $dir = File::Spec->catdir(File::Spec->tmpdir, "test-crm-ports-$<");

    mkdir $dir;

    for my $i (0 .. BLOCKS - 1) {
        my $n = ($i + $$) % BLOCKS;

        open my $fh, '>>', "$dir/$n" or next;
        next unless flock($fh, LOCK_EX | LOCK_NB);

        ($lock, $next) = ($fh, FIRST_PORT + $n * BLOCK);
        $last = $next + BLOCK - 1;
        return;
    }

    croak 'no free block of ports';
}


# Runs a command, or a sub, as the leader of a process group of its own.
# %opt: env, out (file for stdout and stderr).

sub spawn {
    my ($what, %opt) = @_;

    my $pid = fork // croak "fork: $!";

    if ($pid) {
        setpgid($pid, $pid);
        return $pid;
    }

    setpgid(0, 0);
    @ENV{keys %{$opt{env}}} = values %{$opt{env}} if $opt{env};

    if ($opt{out}) {
        open STDOUT, '>>', $opt{out} or _exit(127);
        open STDERR, '>&', \*STDOUT or _exit(127);
    }

    open STDIN, '<', '/dev/null' or _exit(127);

    if (ref $what eq 'CODE') {
        eval { $what->(); 1 } or print STDERR $@;
        _exit(0);
    }

    { no warnings 'exec'; exec { $what->[0] } @$what; }
    _exit(127);
}


# Whether a child still runs; reaps it if not.

sub alive {
    my ($pid) = @_;

    my $got = waitpid($pid, WNOHANG);

    return $got == 0;
}


# Ends a child by a signal, by KILL if that does not do.  Returns true where
# the first signal did, and left nothing of the process group behind.

sub stop {
    my ($pid, $signal, $seconds) = @_;

    kill $signal, $pid;

    my $clean = wait_for(sub { !alive($pid) }, $seconds // 10);

    $clean = 0 unless wait_for(sub { !kill 0, -$pid }, 2);

    kill 'KILL', -$pid;
    waitpid($pid, 0) unless $clean;

    return $clean;
}


# Calls a sub until it is true; returns what it returned, or nothing when
# the time is over.

sub wait_for {
    my ($sub, $seconds) = @_;

    my $end = time() + ($seconds // 10) * patience();

    for (;;) {
        my $got = $sub->();

        return $got if $got;
        return if time() > $end;

        select undef, undef, undef, 0.005;
    }
}


sub wait_for_port {
    my ($port, $seconds) = @_;

    return wait_for(sub {
        IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port)
    }, $seconds);
}


sub slurp {
    my ($path) = @_;

    open my $fh, '<:raw', $path or return '';
    local $/;

    return scalar <$fh> // '';
}


# Writes a file so that a reader never sees half of it.

sub spew {
    my ($path, $text) = @_;

    open my $fh, '>:raw', "$path.new" or croak "$path: $!";
    print $fh $text;
    close $fh or croak "$path: $!";

    rename "$path.new", $path or croak "$path: $!";
}


1;
