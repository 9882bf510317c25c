#!/usr/bin/perl

# Runs the programs of t/unit, that `make unit` has built, as subtests; alone,
# for some measure time.

use warnings;
use strict;

use Cwd qw(abs_path);
use File::Basename qw(basename dirname);
use Test::More;

my $t = dirname(abs_path(__FILE__)) . '/..';
my $built = ($ENV{TEST_CRM_OBJS} || "$t/../objs") . '/unit';
my $valgrind = $ENV{TEST_NGINX_VALGRIND} ? 'valgrind -q --leak-check=full '
    . "--error-exitcode=9 --suppressions=$t/sanitize/valgrind.supp" : '';
my @names = map { basename($_, '.c') } grep { !/stub\.c$/ } glob "$t/unit/*.c";

$ENV{LSAN_OPTIONS} = "suppressions=$t/sanitize/leak.supp:print_suppressions=0";
$ENV{UBSAN_OPTIONS} = 'halt_on_error=1:print_stacktrace=1';

plan tests => scalar @names;

for my $name (@names) {
    subtest $name => sub { run($name) };
}


# Each of the program's lines becomes one of ours.

sub run {
    my ($name) = @_;

    my $program = "$built/$name";
    my @lines = -x $program ? `$valgrind $program 2>&1` : ();
    my $status = $?;
    my ($planned, $n) = (0, 0);

    for (@lines) {
        $planned = $1 if /^1\.\.(\d+)/;

        if (/^(not )?ok \d+ - (.*)/) {
            $n++;
            ok(!$1, "$name: $2");

        } elsif (!/^1\.\./) {
            note($_);
        }
    }

    diag(grep { /^not ok/ ... /^ok/ } @lines) if $status;
    ok($n > 0 && $n == $planned, "all of its $n tests ran");
    is($status, 0, 'exit status');
}
