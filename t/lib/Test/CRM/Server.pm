package Test::CRM::Server;

# NGINX, Redis and the stand-in CRM as processes of a test; methods of
# Test::CRM.

use warnings;
use strict;

use Carp qw(croak);
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use version;

use Test::CRM::Process qw(spawn stop wait_for wait_for_port alive slurp spew
    patience);
use Test::CRM::Redis;
use Test::CRM::Upstream;

my $top = abs_path(dirname(__FILE__) . '/../../../..');
my $nginx = $ENV{TEST_NGINX_BINARY} || '/usr/sbin/nginx';


sub module_path { ($ENV{TEST_CRM_OBJS} || "$top/objs") . '/ngx_crm_module.so' }
sub error_log   { slurp("$_[0]{dir}/error.log") }
sub worker_pids { children($_[0]{pid}{nginx}) }


# Whether NGINX is of that version, or a later one.

sub nginx_is {
    my ($t, $version) = @_;
    my ($is) = `$nginx -v 2>&1` =~ m{nginx/([\d.]+)};

    return version->parse("v$is") >= version->parse("v$version");
}


sub children {
    my ($pid) = @_;

    return unless $pid;

    my $list = "/proc/$pid/task/$pid/children";

    return split ' ', slurp($list) if -e $list;

    # a kernel without that file
    return grep { slurp("/proc/$_/stat") =~ /\) [^Z] \Q$pid\E / }
        map { m{(\d+)} } glob '/proc/[0-9]*';
}


# What the sanitizers are told; see t/sanitize.  Every module of NGINX has its
# own ngx_module_names, which is no violation of the one-definition rule; what
# a test preloads comes before ASan.

sub environment {
    my ($t, $leaks) = @_;

    my $supp = "$top/t/sanitize";

    return {
        %{$t->{env} || {}},
        ASAN_OPTIONS => "log_path=$t->{dir}/asan:detect_odr_violation=0:"
                        . 'verify_asan_link_order=0:'
                        . 'detect_leaks=' . ($leaks // 1),
        LSAN_OPTIONS => "suppressions=$supp/leak.supp:print_suppressions=0",
        UBSAN_OPTIONS => "suppressions=$supp/undefined.supp",
    };
}


# Under valgrind, if the environment asks for it, each process writes a file;
# it stays empty where nothing is wrong.  One thread runs at a time: a job must
# not keep the event loop from its turn.  A worker may ask for as many files as
# valgrind began with, and for no other number.

sub command {
    my ($t, $leaks) = @_;

    return $nginx unless $ENV{TEST_NGINX_VALGRIND};

    return ('sh', '-c', 'ulimit -Sn 4096; exec "$@"', 'sh',
        'valgrind', '-q', '--num-callers=30', '--vgdb=no', '--fair-sched=yes',
        '--leak-check=' . ($leaks // 'full'),
        '--errors-for-leak-kinds=definite', '--show-leak-kinds=definite',
        "--suppressions=$top/t/sanitize/valgrind.supp",
        "--log-file=$t->{dir}/valgrind.%p", $nginx);
}


# The link to Redis waits longer there, too.

sub patiently {
    my ($conf) = @_;

    my $times = patience();

    return $conf if $times == 1;

    $conf =~ s{(crm_redis[ ][^;]*)}{
        my $line = $1;
        $line =~ s/ timeout=(\d+)(m?s)/' timeout=' . $1 * $times . $2/e
            or $line .= ' timeout=5s';
        $line =~ s/ timeout=[6-9]\d\ds| timeout=\d{3}s/ timeout=60s/;
        $line =~ / connect_timeout/ ? $line : "$line connect_timeout=1s"
    }gex;

    return $conf;
}


sub start_nginx {
    my ($t) = @_;

    my $pid = $t->{pid}{nginx} = $t->spawn_nginx;

    wait_for(sub { $t->worker_pids || !alive($pid) }, 30);

    return if $t->worker_pids;

    delete $t->{pid}{nginx};
    croak 'nginx did not start: ' . $t->error_log
        . slurp("$t->{dir}/nginx.out");
}


sub spawn_nginx {
    my ($t) = @_;

    my $conf = $t->file('nginx.conf', patiently($t->expand($t->{conf})));

    return spawn([ $t->command, '-p', $t->{dir}, '-c', $conf,
        '-e', "$t->{dir}/error.log" ],
        out => "$t->{dir}/nginx.out", env => $t->environment);
}


# Ends NGINX gracefully; returns what went wrong.

sub stop_nginx {
    my ($t, $signal) = @_;

    my $pid = delete $t->{pid}{nginx} or return;

    return if stop($pid, $signal // 'QUIT', 20);
    return 'nginx did not end, or left a process behind';
}


# Checks a configuration: the exit status, and what nginx -t said.

sub nginx_t {
    my ($t, $conf) = @_;

    my $out = "$t->{dir}/nginx-t.out";

    unlink $out;
    $t->certificate if $conf =~ /tls\.crt/;
    $conf = $t->file('nginx-t.conf', $t->expand($conf));

    # NGINX ends without freeing what a check has made
    my @check = ($t->command('no'), '-t', '-p', $t->{dir}, '-c', $conf);
    my $pid = spawn([ @check, '-e', 'stderr' ], out => $out,
        env => $t->environment(0));

    waitpid $pid, 0;

    return ($? >> 8, slurp($out));
}


# Reloads, with another configuration if one is given, and waits until the
# old workers take no more connections.  False where NGINX refused it.

sub reload {
    my ($t, $conf) = @_;

    my $at = length $t->error_log;
    my %old = map { $_ => 1 } $t->worker_pids;

    $t->file('nginx.conf', patiently($t->expand($conf))) if defined $conf;
    kill 'HUP', $t->{pid}{nginx};

    my $log;

    wait_for(sub {
        $log = substr $t->error_log, $at;

        return 1 if $log =~ /\[emerg\]/;

        my %now = map { $_ => 1 } $t->worker_pids;
        my @serving = grep {
            $now{$_} && $log !~ /\b$_#\d+: gracefully shutting down/
        } keys %old;

        return !@serving && grep { !$old{$_} } keys %now;
    }, 20) or croak 'no reload: ' . $t->error_log;

    return $log !~ /\[emerg\]/;
}


sub start_redis {
    my ($t) = @_;

    my @more = ref $t->{redis} ? @{$t->{redis}} : ();

    $t->{pid}{redis} = spawn([ 'redis-server', '--bind', '127.0.0.1',
        '--port', $t->port('REDIS_PORT'), '--unixsocket',
        "$t->{dir}/redis.sock", '--save', '', '--appendonly', 'no',
        '--loglevel', 'warning', '--dir', $t->{dir}, @more ],
        out => "$t->{dir}/redis.out");

    wait_for(sub {
        my $redis = Test::CRM::Redis->new("$t->{dir}/redis.sock") or return;
        eval { $redis->send('PING'); defined $redis->reply };
    }) or croak 'redis-server did not start: ' . slurp("$t->{dir}/redis.out");
}


# Ends Redis at once, with its data and its connections.

sub stop_redis {
    my ($t) = @_;

    delete $t->{connection};
    stop(delete $t->{pid}{redis}, 'KILL');
}


sub start_crm {
    my ($t) = @_;

    my $port = $t->port('CRM_PORT');

    $t->{pid}{crm} = spawn(sub {
        Test::CRM::Upstream->serve($port, "$t->{dir}/crm.table",
            "$t->{dir}/crm.log");
    }, out => "$t->{dir}/crm.out");

    wait_for_port($port)
        or croak 'the stand-in CRM: ' . slurp("$t->{dir}/crm.out");
}


sub stop_crm {
    my ($t) = @_;

    stop(delete $t->{pid}{crm}, 'KILL');
}


# A self-signed certificate as tls.crt and tls.key.

sub certificate {
    my ($t) = @_;

    return if -e "$t->{dir}/tls.crt";

    system("openssl req -x509 -newkey ec -pkeyopt "
        . "ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost "
        . "-keyout $t->{dir}/tls.key -out $t->{dir}/tls.crt "
        . ">$t->{dir}/openssl.out 2>&1") == 0
        or croak slurp("$t->{dir}/openssl.out");
}


1;
