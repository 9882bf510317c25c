package Test::CRM::Judge;

# What every test is judged by when it ends, whatever else it tests; methods
# of Test::CRM.

use warnings;
use strict;

use Test::CRM::Process qw(stop slurp);


# Ends everything.  Returns what is wrong with what was left, a text each.

sub finish {
    my ($t) = @_;

    my @wrong = $t->stop_nginx;

    for my $name (sort keys %{$t->{pid}}) {
        stop($t->{pid}{$name}, 'TERM') or push @wrong, "$name did not end";
    }

    $t->{pid} = {};
    $t->forget;

    return (@wrong, $t->wrong_log, $t->wrong_reports, $t->wrong_secrets,
        $t->wrong_requests);
}


sub wrong_log {
    my ($t) = @_;

    return grep {
        my $line = $_;
        $line =~ /\[(?:alert|emerg|crit)\]
            | exited[ ](?:on[ ]signal|with[ ]code[ ][1-9])/x
            && !grep { $line =~ $_ } @{$t->{allowed}};
    } split /\n/, $t->error_log;
}


# A sanitizer writes a file of its own or to stderr, which is NGINX's log;
# valgrind a file for each process.

sub wrong_reports {
    my ($t) = @_;

    my @valgrind = grep { length } map { slurp($_) }
        glob "$t->{dir}/valgrind.*";

    return @valgrind, map {
        slurp($_) =~ /(^.*:[ ]runtime[ ]error:[ ].*$
            | ==\d+==ERROR:(?:.*\n){1,30})/gmx
    } glob "$t->{dir}/asan.* $t->{dir}/error.log $t->{dir}/nginx*.out";
}


# NGINX's own debug lines show headers and bodies; ours may not even then.

sub wrong_secrets {
    my ($t) = @_;

    my @lines = grep { /crm/ || !/\[debug\]/ } map { split /\n/, slurp($_) }
        map { "$t->{dir}/$_" } qw(error.log access.log nginx.out);
    my $log = join "\n", @lines;

    return map { 'a secret in a log: ' . substr($_, 0, 4) . '…' } grep {
        length > 5 && $log =~ /(?<![0-9A-Za-z])\Q$_\E(?![0-9A-Za-z])/
    } sort keys %{$t->{secrets}};
}


sub wrong_requests {
    my ($t) = @_;

    return map { "the CRM did not expect $_->{unexpected}" }
        grep { exists $_->{unexpected} } $t->crm_lines;
}


1;
