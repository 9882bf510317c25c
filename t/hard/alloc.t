#!/usr/bin/perl

# Memory that runs out: each allocation of a request fails once, and then all
# from it on; and so does each that the module makes in the shared zone, where
# what can be asked anew makes room.  The answer is right, or a failure of ours
# in the API's words, or the connection ends; what was answered was done;
# nothing crashes, hangs or leaks, and the next request is served.
# TEST_CRM_FLOWS names the flows, if not all are wanted.  Pools hide small
# allocations: an NGINX without them, as make valgrind builds it, shows more.

use warnings;
use strict;

use Test::More;
use Time::HiRes qw(time);

use Test::CRM;
use Test::CRM::Alloc;
use Test::CRM::Exhausted qw(conf crm prepare provision flows);
use Test::CRM::Process qw(wait_for);
use Test::CRM::Words qw(said);

use constant MOST    => 3000;    # allocations of a request
use constant FOREVER => 1e12;
use constant SLOW    => 3;       # seconds: something waits for a deadline

my $t = Test::CRM->new(conf => conf(), crm => crm());
my $alloc = Test::CRM::Alloc->new($t);

prepare($t);
$t->start;
provision($t);
ready() or die 'not ready';

my @wanted = split ' ', $ENV{TEST_CRM_FLOWS} // '';
my %flows = flows($t);

walk($_, $flows{$_}) for @wanted ? @wanted : sort keys %flows;

$t->done;


sub ready { wait_for(sub { $t->get('/health')->status == 200 }, 5) }


# The n-th fails, for every n, until none is left that could.

sub walk {
    my ($name, $flow) = @_;

    for my $case ([ 1, 0 ], [ FOREVER, 0 ], [ 1, 1 ], [ FOREVER, 1 ]) {
        my ($often, $zone) = @$case;
        my $how = "$name, " . ($often == 1 ? 'one' : 'all from one on')
            . ($zone ? ' of the zone' : '');
        my ($n, @wrong) = 0;

        while (++$n < MOST && @wrong < 20) {
            my ($failed, $wrong) = try($flow, $n, $often, $zone);

            push @wrong, "$n: $wrong\n    " . $alloc->where if $wrong;
            last unless $failed;
        }

        ok(!@wrong && $n < MOST, "$how: " . ($n - 1))
            or diag(join "\n", @wrong);
    }
}


# Whether any allocation failed, and what was wrong.

sub try {
    my ($flow, $n, $often, $zone) = @_;

    my ($pid) = $t->worker_pids;
    my ($text, @more) = $flow->{ask}->();
    my $began = time;

    $alloc->arm($n, $often, $zone);
    $flow->{meanwhile}->() if $flow->{meanwhile};

    my ($said, $r) = ask($text);
    my $took = time - $began;
    my $failed = $alloc->disarm;

    $said = $flow->{read}->($r, @more) if $flow->{read} && $r
        && !$r->truncated;

    my @wrong = judge($flow, $failed, $said, $r);

    push @wrong, sprintf 'took %.1f s', $took if $took > SLOW;
    push @wrong, 'is not ready afterwards' unless ready();
    push @wrong, 'crashed' if ($t->worker_pids)[0] != $pid;
    push @wrong, 'was not done'
        if !@wrong && $said =~ /^2/ && $flow->{done}
            && !$flow->{done}->($r, @more);
    push @wrong, 'does not recover' if $flow->{after} && !$flow->{after}->();

    return ($failed, join '; ', @wrong);
}


sub ask {
    my ($text) = @_;

    my $r = eval {
        my $client = $t->connect;

        $client->write($text);
        $t->seen($client->response($text =~ /^(\S+)/));
    };

    return ("none: $@") unless $r;
    return (($r->truncated ? 'truncated ' : '') . said($r), $r);
}


sub judge {
    my ($flow, $failed, $said, $r) = @_;

    return if $said =~ $flow->{right};
    return substr $said, 0, 300 unless $failed;
    return if $said =~ /^truncated /;
    return if $said =~ ($flow->{wrong}
        || qr/\A50[0234][ ]\{"status":50[0234],"message":"[A-Z][^"]+",
            "error":"[A-Z.]+","parameters":\[\]\}\z/x);

    return substr $said, 0, 300;
}
