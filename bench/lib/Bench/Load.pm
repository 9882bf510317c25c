package Bench::Load;

# Asks an edge: wrk to measure it, and a client that compares whole answers.

use warnings;
use strict;

use Carp qw(croak);
use IO::Select;
use Time::HiRes qw(time);

use Bench::Place;
use Test::CRM::HTTP;
use Test::CRM::Process qw(slurp);

use constant CONNECTIONS => 64;

# of the headers, these are of the moment or of the server
my $own = qr/\A(?:date|server|connection|keep-alive)\z/i;


# One run of wrk; see load.lua.

sub wrk {
    my ($port, $way, $file, $seconds) = @_;

    my @pin = -e '/sys/devices/system/cpu/cpu1' ? qw(taskset -c 1) : ();

    open my $out, '-|', @pin, 'wrk', '-t1', '-c' . CONNECTIONS,
        "-d${seconds}s", '--timeout', '10s', '-s',
        "$Bench::Place::top/bench/load.lua", "http://127.0.0.1:$port/", '--',
        $way, $file or croak "wrk: $!";

    my $said = join '', <$out>;

    close $out;

    my @n = $said =~ /^BENCH (.*)$/m ? split(' ', $1) : croak "wrk: $said";

    return { requests => $n[0], seconds => $n[1], bytes => $n[2],
        wrong => $n[3] + $n[4], rate => $n[0] / $n[1], p50 => $n[5] / 1000,
        p99 => $n[6] / 1000, max => $n[7] / 1000 };
}


# Sends rows and compares each answer: 200, and the body, which is a text or
# a pattern.  Returns how many were wrong, and the bodies if they are wanted.

sub compare {
    my ($port, $rows, $body, $bodies) = @_;

    my $client;
    my $wrong = 0;

    for my $row (@$rows) {
        $client ||= Test::CRM::HTTP->new($port);

        my $r = one($client, $row);
        my $same = $r->{status} == 200
            && (ref $body ? $r->{body} =~ $body : $r->{body} eq $body);

        push @$bodies, $r->{body} if $bodies;
        next if $same;

        warn "port $port: $r->{status} " . substr($r->{body}, 0, 200) . "\n"
            if !$wrong++;
        last if $wrong > 20;
        undef $client if $r->{truncated} || !$r->{status};
    }

    return $wrong;
}


sub one {
    my ($client, $row) = @_;

    $client->write($row);

    return eval { $client->response($row =~ /\A(\w+)/) }
        || bless { status => 0, headers => [], body => $@, truncated => 1 },
            'Test::CRM::Response';
}


# How many of [ status, request ] were answered by another status.

sub refused {
    my ($port, @rows) = @_;

    return scalar grep {
        my $r = one(Test::CRM::HTTP->new($port), $_->[1]);
        warn "port $port: $r->{status}, not $_->[0]\n"
            if $r->{status} != $_->[0];
        $r->{status} != $_->[0]
    } @rows;
}


# The header lines of an answer, in order of name.

sub headers {
    my ($port, $row) = @_;

    my $r = one(Test::CRM::HTTP->new($port), $row);

    return join "\n", sort map { lc($_->[0]) . ": $_->[1]" }
        grep { $_->[0] !~ $own } @{$r->{headers}};
}


# Offers logins until the deadline, from connections that pause after each
# answer.  Returns counts: hashed (400), meanwhile (those before the deadline),
# surplus (503 with Retry-After), late (a surplus that took more than 100 ms),
# wrong.

sub logins {
    my ($port, $seconds, $text) = @_;

    my $end = time() + $seconds;
    my %n = (hashed => 0, meanwhile => 0, surplus => 0, late => 0, wrong => 0);
    my %since;
    my %due = map { $_ => time() + $_ / 100 } 1 .. 48;
    my %client = map { $_ => Test::CRM::HTTP->new($port) } keys %due;
    my %of = map { fileno($client{$_}{socket}) => $_ } keys %client;
    my $select = IO::Select->new(map { $_->{socket} } values %client);
    my $row = 0;

    while (time() < $end || %since) {
        for my $i (grep { $due{$_} <= time() } keys %due) {
            delete $due{$i};
            next if time() >= $end;
            $client{$i}->write($text->($row++));
            $since{$i} = time();
        }

        for my $socket ($select->can_read(0.01)) {
            my $i = $of{fileno $socket};
            my $r = $client{$i}->response('POST');
            my $took = time() - delete $since{$i};

            $due{$i} = time() + 0.2;
            $n{judge($r, $took)}++;
            $n{meanwhile} = $n{hashed} if time() < $end;
        }

        last if time() > $end + 10;
    }

    return \%n;
}


sub judge {
    my ($r, $took) = @_;

    return 'hashed' if $r->{status} == 400;
    return 'wrong' if $r->{status} != 503 || !$r->header('Retry-After');

    return $took <= 0.1 ? 'surplus' : 'late';
}


1;
