package Test::CRM::Alloc;

# Allocations of a worker that fail when a test says so; see t/hard/alloc.c.
#
#     my $alloc = Test::CRM::Alloc->new($t);      # before $t->start
#     $alloc->arm(5);           # the fifth from now on fails
#     $alloc->arm(5, 1e9);      # and all that follow it
#     … a request …
#     my $failed = $alloc->disarm;
#     $alloc->arm(5, 1, 1);     # the fifth that the module makes in its zone
#     diag($alloc->where);      # the functions that the first one was for

use warnings;
use strict;
no warnings 'portable';     # addresses have 64 bits

use Carp qw(croak);
use Cwd qw(abs_path);
use File::Basename qw(dirname);

use Test::CRM::Process qw(slurp spew);

my $source = abs_path(dirname(__FILE__)) . '/../../../hard/alloc.c';

# the page: pid, zone, at, often, seen, failed, frames, and up to 32 addresses
use constant PAGE => 8 * (7 + 32);


sub new {
    my ($class, $t) = @_;

    my $library = "$t->{dir}/alloc.so";
    my $page = "$t->{dir}/alloc.page";

    system('cc', '-g', '-O1', '-fPIC', '-shared', '-Wall', '-Wextra',
        '-Werror', '-o', $library, $source, '-ldl') == 0
        or croak "cc $source: $?";

    spew($page, "\0" x PAGE);
    @{$t->{env}}{qw(LD_PRELOAD TEST_CRM_ALLOC)} = ($library, $page);

    # what NGINX says of each
    $t->allow(qr/\[(?:emerg|alert|crit)\][ ].*(?:malloc|memalign)\(/x);

    open my $fh, '+<:raw', $page or croak "$page: $!";

    return bless { t => $t, fh => $fh }, $class;
}


# A worker that is not the only one, or has been replaced, is of no use.

sub arm {
    my ($self, $at, $often, $zone) = @_;

    my ($pid) = $self->{t}->worker_pids;

    $self->put(1, $zone // 0, $at, $often // 1, 0, 0, 0);
    $self->put(0, $pid);
}


# Returns how many failed.

sub disarm {
    my ($self) = @_;

    $self->put(2, 0);

    return ($self->page)[5];
}


sub put {
    my ($self, $at, @words) = @_;

    sysseek $self->{fh}, 8 * $at, 0 or croak "seek: $!";
    syswrite $self->{fh}, pack('Q*', @words) or croak "write: $!";
}


sub page {
    my ($self) = @_;

    sysseek $self->{fh}, 0, 0 or croak "seek: $!";
    sysread $self->{fh}, my $page, PAGE or croak "read: $!";

    return unpack 'Q*', $page;
}


# The call stack of the first that failed, innermost first.

sub where {
    my ($self) = @_;

    my ($pid, $zone, $at, $often, $seen, $failed, $n, @frames) = $self->page;
    my @maps = split /\n/, slurp("/proc/$pid/maps");
    my (@names, %base);

    for (@maps) {
        /^([0-9a-f]+)-\S+ \S+ ([0-9a-f]+) .*? (\/\S+)$/ or next;
        $base{$3} //= hex($1) - hex($2);
    }

    for my $frame (@frames[0 .. $n - 1]) {
        my ($path) = map {
            /^([0-9a-f]+)-([0-9a-f]+) .*? (\/\S+)$/
                && $frame >= hex $1 && $frame < hex $2 ? $3 : ()
        } @maps;

        next unless defined $path;

        my $address = sprintf '%x', $frame - $base{$path} - 1;
        my ($name) = `addr2line -f -e $path $address 2>/dev/null` =~ /(.*)/;

        push @names, $name if defined $name && $name ne '??';
    }

    @names = grep { /^ngx_crm_(?!alloc)/ || !/alloc/ } @names;

    return join ' < ', @names[0 .. ($#names > 9 ? 9 : $#names)];
}


1;
