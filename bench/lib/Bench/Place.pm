package Bench::Place;

# A directory and a process in it that runs on a core of its own: an edge that
# is measured, the back end, a Redis.
#
#     my $place = Bench::Place->new(dir => …, core => 0, words => { … });
#     $place->run('edges/bare.conf');
#     $place->cpu; $place->peak; $place->end;

use warnings;
use strict;

use Carp qw(croak);
use Cwd qw(abs_path);
use File::Basename qw(dirname);

use Test::CRM::Conf;
use Test::CRM::Process qw(spawn stop slurp spew wait_for_port);

use parent qw(Test::CRM::Server Test::CRM::Store);

our $top = abs_path(dirname(__FILE__) . '/../../..');

my $cores = () = slurp('/proc/cpuinfo') =~ /^processor\s*:/gm;
my @running;


sub new {
    my ($class, %opt) = @_;

    my $p = bless { workers => 1, log_level => 'error', module => 0,
        core => 0, words => {}, port => {}, pid => {}, %opt }, $class;

    system('rm', '-rf', $p->{dir});
    system('mkdir', '-p', "$p->{dir}/tmp") == 0 or croak "no $p->{dir}";

    return $p;
}


sub port   { $_[0]->expand("%%$_[1]%%") }
sub secret { }


sub file {
    my ($p, $name, $text) = @_;

    spew("$p->{dir}/$name", $text);

    return "$p->{dir}/$name";
}


# The words of Test::CRM::Conf, and this place's own.

sub expand {
    my ($p, $text) = @_;

    my $words = join '|', map { quotemeta } keys %{$p->{words}};

    # a word may hold others
    1 while length $words && $text =~ s/%%($words)%%/$p->{words}{$1}/g;
    $text =~ s/%%TOP%%/$top/g;

    return Test::CRM::Conf::expand($p, $text);
}


sub run {
    my ($p, $conf) = @_;

    push @running, $p;

    if ($conf eq 'redis') {
        $p->start_redis;

    } else {
        $p->{conf} = slurp("$top/bench/$conf");
        $conf =~ /cfg$/ ? $p->start_haproxy : $p->start_nginx;
        wait_for_port($p->port('PORT')) if $p->{conf} =~ /%%PORT%%/;
    }

    for my $pid ($p->pids) {
        last if $cores < 2;
        system("taskset -apc $p->{core} $pid >/dev/null") == 0
            or croak 'taskset failed';
    }

    return $p;
}


sub start_haproxy {
    my ($p) = @_;

    my $conf = $p->file('haproxy.cfg', $p->expand($p->{conf}));

    $p->{pid}{haproxy} = spawn([ 'haproxy', '-db', '-f', $conf ],
        out => "$p->{dir}/error.log");
}


sub pids {
    my ($p) = @_;

    return map { ($_, Test::CRM::Server::children($_)) } values %{$p->{pid}};
}


# What does the work: NGINX's worker, or the process itself.

sub worker { ($_[0]->pids)[-1] }


# The CPU time of all threads so far, in us.

sub cpu {
    my ($p) = @_;

    my $ns = 0;

    for my $pid ($p->pids) {
        $ns += (split ' ', slurp($_))[0] // 0
            for glob "/proc/$pid/task/*/schedstat";
    }

    return $ns / 1000;
}


# The worker's peak of memory since the last call of fresh(), in MB; and what
# it has touched of shared memory, in bytes.

sub fresh  { spew_in('/proc/' . $_[0]->worker . '/clear_refs', '5') }
sub peak   { $_[0]->status('VmHWM') / 1048576 }
sub shared { $_[0]->status('RssShmem') }


sub status {
    my ($p, $name) = @_;

    my ($kb) = slurp('/proc/' . $p->worker . '/status') =~ /^$name:\s*(\d+)/m;

    return ($kb // 0) * 1024;
}


sub spew_in {
    my ($path, $text) = @_;

    open my $fh, '>', $path or return;
    print $fh $text;
    close $fh;
}


sub end {
    my ($p) = @_;

    delete $p->{connection};
    stop(delete $p->{pid}{$_}, $_ eq 'nginx' ? 'TERM' : 'KILL', 5)
        for keys %{$p->{pid}};

    @running = grep { $_ != $p } @running;
}


sub end_all {
    my @all = reverse @running;

    $_->end for @all;
}


1;
