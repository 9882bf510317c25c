#!/usr/bin/perl

# The cases of t/envelopes again, on the wire: what an upstream of one dialect
# says is what a client of another hears, status, length and all.

use warnings;
use strict;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use Test::CRM;
use Test::CRM::Envelope qw(edge apis headers seen failed);
use Test::CRM::Process qw(slurp);

my $dir = abs_path(dirname(__FILE__)) . '/envelopes';
my (@cases, %crm, %seen);

for my $api (apis()) {
    push @cases, cases(slurp("$dir/$api.txt"));
}

for my $i (0 .. $#cases) {
    $crm{"GET /$i"} = { status => $cases[$i]{status},
        body => $cases[$i]{body} };
}

my $t = Test::CRM->new(conf => edge(), crm => \%crm)->start;
my $client = $t->connect;

for my $i (0 .. $#cases) {
    my $case = $cases[$i];

    # where nothing can be opened, each client hears so

    my @answers = $case->{opens} ? @{$case->{answers}}
        : map { [ $_, failed($_, $case->{status}) ] } apis();

    for my $answer (@answers) {
        my ($to, $expected) = @$answer;

        # what is of the same dialect passes as it comes

        $expected = "$case->{status} $case->{body}"
            if $to eq $case->{from}
                && ($case->{status} < 400 || $case->{opens});

        my $r = $client->request(GET => "/$to/$case->{from}/$i",
            headers => [ headers() ]);

        is(seen($r), $expected,
            "$case->{name}: $case->{from} $case->{status} to $to");
        is(!!length $r->header('WWW-Authenticate'), $r->status == 401,
            "$case->{name}, $to: a challenge") if $case->{status} < 400;
        $seen{$case->{from}, $to}++;
    }
}

is(keys %seen, apis() ** 2, 'all pairs');

$t->done;


# The cases of a file: name, from, status, body, answers (pairs of an API and
# what it says), opens.

sub cases {
    my ($text) = @_;

    my (@found, $name);

    while ($text =~ /^(===|<<<|>>>) (.*)\n((?:(?!===|<<<|>>>).*\n)*)/mg) {
        my ($mark, $what, $body) = ($1, $2, $3);
        my ($api, $status) = split ' ', $what;

        $body =~ s/\n+\z//;

        if ($mark eq '===') {
            $name = $what;

        } elsif ($mark eq '<<<') {
            push @found, { name => $name, from => $api, status => $status,
                body => $body, answers => [] };

        } else {
            push @{$found[-1]{answers}}, [ $api, ($status // '') . " $body" ];
            $found[-1]{opens} = $api ne 'none';
        }
    }

    return @found;
}
