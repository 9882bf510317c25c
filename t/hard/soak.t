#!/usr/bin/perl

# HARD_REQUESTS requests (10 million) of all kinds by wrk at full speed, and
# whole flows judged beside them: memory stays what it was after the first
# tenth.

use warnings;
use strict;

use List::Util qw(sum);
use Test::More;
use Time::HiRes qw(time);

use Test::CRM;
use Test::CRM::Hard qw(edge table total seconds rss flat fair);
use Test::CRM::HTTP;
use Test::CRM::Load;
use Test::CRM::Load::User qw(provision);
use Test::CRM::Process qw(spawn wait_for slurp);
use Test::CRM::Words qw(bearer);

use constant ALL => $ENV{HARD_REQUESTS} || 10_000_000;
use constant CLIENTS => 32;
use constant PEOPLE => 6400;       # and those of the flows are others
use constant SHARE => 0.01;        # memory may grow by so much, and
use constant KIB => 1024;

my $v1 = '/self-service/v1';

my ($t, $crm) = edge(redis => 'crm_redis unix:%%REDIS%%;',
    http => 'keepalive_requests 1000000000;');

plan(skip_all => 'wrk is not installed') if system 'command -v wrk >/dev/null';

$t->start;
provision($t);
ok(wait_for(sub { $t->get('/ready')->status == 200 }), 'ready');

my $load = Test::CRM::Load->new($t, pass => 2, flow => 16);
my @pid = $t->worker_pids;
my ($done, $refused, $start) = (0, 0, time);
my (@seen, %memory);
my @rows = [ 'requests', 'not 2xx', 'seconds', 'flow steps', 'workers, KiB',
    'master', 'Redis, MiB', 'revocations' ];

for my $goal (map { $_ * ALL } 0.1, 0.5, 1) {
    while ($done < $goal) {
        wrk(seconds(10));
    }

    push @seen, $load->phase;

    my %now = map { $_ => rss($_) } @pid, $t->{pid}{nginx};

    $memory{$_}{$goal / ALL} = $now{$_} for keys %now;
    push @rows, [ $done, $refused, int(time - $start),
        sum(map { total($_, 'right') } @seen),
        join(' ', map { $now{$_} } @pid), $now{$t->{pid}{nginx}},
        int($t->redis('INFO', 'memory') =~ /^used_memory:(\d+)/m
            && $1 / 2 ** 20),
        $t->get('/counters')->json->{revocations} ];
}

for my $pid (sort keys %memory) {
    my ($first, $last) = @{$memory{$pid}}{0.1, 1};

    flat($pid, $first, $last, SHARE, KIB);
}

fair('flows', @seen);
$load->stop;
table(@rows);
is("@{[ $t->worker_pids ]}", "@pid", 'the same workers');
ok(wait_for(sub { $t->get('/active')->body =~ /: 1 / }), 'nobody is left');

$t->clean;
$crm->done;


# Each run asks for a code for other contacts.

sub wrk {
    my ($seconds) = @_;

    my $out = $t->dir . '/wrk.out';

    unlink $out;
    waitpid spawn([ 'wrk', '-t1', '-c' . CLIENTS, "-d${seconds}s",
        '--timeout', '30s', '-s', $t->file('wrk.lua', script()),
        'http://127.0.0.1:' . $t->port('PORT') ], out => $out), 0;

    my $said = slurp($out);

    $said =~ /(\d+) requests in/ or die $said;
    $done += $1;
    $refused += $1 if $said =~ /Non-2xx or 3xx responses: (\d+)/;
    is($said =~ /Socket errors: (.*)/ && $1, '', "no socket errors at $done");
}


# Twenty kinds of requests in turn; %s is a contact.

sub script {
    my @key = (api_key => 'a key of the shop');
    my @john = bearer($t->token('C10000'));
    my $own = "$v1/contacts/C10000";

    my @texts = ((map { get($own, @key, @john) } 1 .. 4),
        (map { get("$own/wallets?n=$_", @john) } 1 .. 5),
        get($own), get($own, bearer('none')), get($own, @john, @john),
        get($own, bearer($t->token('C10000', exp => time - 900))),
        get("$v1/contacts/C1", @john), get("$v1/contacts/", @john, @key),
        get("$v1/contacts/../x", @john), get($own, @john, api_key => 'none'),
        post('otp', '{"send_method":"SMS","credentials":[{"name":"CARD",'
            . '"value":"card-C%s"}]}', @key),
        post('validate-otp', '{"code":"123456","credentials":[{"name":"CARD",'
            . '"value":"card-C%s"}]}', @key),
        post('refresh', '{"refresh_token":"v1.0.C1.0.1.x"}', @key));

    my $list = join ",\n", map { "[==[$_]==]" } @texts;
    my $first = int($done / 20) % PEOPLE;

    return <<"END";
local texts = {
$list
}
local i, n, people = 0, $first, @{[ PEOPLE ]}

function request()
    i = i % #texts + 1
    if i == 1 then n = (n + 1) % people end
    return (texts[i]:gsub('C%%s', 'C' .. (10000 + people + n)))
end
END
}


sub get {
    my ($path, @headers) = @_;

    return Test::CRM::HTTP->text(GET => $path, headers => \@headers)
        =~ s/\r//gr;
}


sub post {
    my ($to, $body, @headers) = @_;

    # as long as it will be

    my $text = Test::CRM::HTTP->text(POST => "$v1/contacts/$to",
        headers => \@headers, body => $body =~ s/C%s/C10000/r);

    return ($text =~ s/"card-C10000"/"card-C%s"/r) =~ s/\r//gr;
}
