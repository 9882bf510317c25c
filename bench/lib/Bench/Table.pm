package Bench::Table;

# Figures of rounds made into rows of Markdown.

use warnings;
use strict;

# metric => what it is called, whether less is better
my %metric = (cpu => [ 'CPU', 1 ], rate => [ 'req/s', 0 ],
    p99 => [ 'p99', 1 ]);


sub median {
    my @n = sort { $a <=> $b } grep { defined } @_;

    return unless @n;
    return ($n[$#n / 2] + $n[@n / 2]) / 2;
}


# The median over the rounds of one edge's figure, or of its ratio to that of
# another edge in the same round.

sub figure {
    my ($rounds, $edge, $what, $to) = @_;

    return median(map {
        my ($n, $d) = ($_->{$edge}, defined $to ? $_->{$to} : undef);

        !$n ? undef : !defined $to ? $n->{$what}
            : $d && $d->{$what} ? $n->{$what} / $d->{$what} : undef
    } @$rounds);
}


sub head {
    return <<'EOF';
| work | edge | CPU us | ratio | req/s | p50 ms | p99 ms | MB | to reach | |
| --- | --- | --: | --: | --: | --: | --: | --: | --- | --- |
EOF
}


# The rows of a work; $limit says what a target's ratio is.

sub rows {
    my ($work, $edges, $rounds, $limit) = @_;

    my $first = $edges->[0];

    return join '', map {
        my $edge = $_;
        my %n = map { $_ => figure($rounds, $edge, $_) // 0 }
            qw(cpu rate p50 p99 peak);
        my @reach = map { reach($rounds, $edge, $_, $limit) }
            @{$work->{reach}{$edge} || []};

        sprintf "| %s | %s | %.1f | %.2f | %d | %.2f | %.2f | %.0f | %s "
            . "| %s |\n",
            $edge eq $first ? "$work->{name} $work->{what}" : '', $edge,
            $n{cpu}, figure($rounds, $edge, 'cpu', $first) // 0, $n{rate},
            $n{p50}, $n{p99}, $n{peak},
            join('; ', map { $_->[0] } @reach),
            join('; ', map { $_->[1] } @reach)
    } @$edges;
}


sub reach {
    my ($rounds, $edge, $target, $limit) = @_;

    my ($what, $to, $ratio) = @$target;
    my ($name, $less) = @{$metric{$what}};
    my $got = figure($rounds, $edge, $what, $to);
    my $most = $limit->($ratio);
    my $text = sprintf '%s %s %.2f x %s', $name, $less ? '<=' : '>=', $most,
        $to;

    return [ $text, '-' ] unless defined $got;

    my $reached = $less ? $got <= $most : $got >= $most;

    return [ $text, sprintf '%s%.2f', $reached ? 'yes ' : '**no** ', $got ];
}


1;
