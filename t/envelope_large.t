#!/usr/bin/perl

# Answers too large to be held: refused, or wrapped as they pass, and then
# broken off rather than ended where they turn out to be no JSON.

use warnings;
use strict;

use Errno qw(ECONNRESET);
use Test::More;

use Test::CRM;
use Test::CRM::Envelope qw(edge apis headers seen failed);
use Test::CRM::Process qw(slurp wait_for);

my $n = 20_000;                 # a body of 300 KB
my $mark = '"xxxxxxxxxxxxx",';
my $limit = 65_536;
my $full = '[' . '1,' x ($limit / 2 - 2) . '12]';
my ($before, $after) = ('{"response":{"success":"true","result":', '}}');
my @parts = ('[', ($mark x 500) x 40, '1]');
my $large = join '', @parts;
my @failure = (status => 404, body => '{"error":"', fill => [ 'x', $limit,
    '"}' ]);

my $t = Test::CRM->new(conf => edge(
    https => 1,
    http => 'proxy_cache_path %%DIR%%/cache keys_zone=c:1m;
        crm_envelope_buffer_size 64k;',
    locations => join('', map { "location /$_->[0]/ { crm_api engagement;
            crm_upstream_envelope selfservice; $_->[1]
            proxy_pass http://127.0.0.1:%%CRM_PORT%%\$crm_path; }\n" }
        [ straight => 'proxy_buffering off;' ],
        [ cached => 'proxy_cache c; proxy_cache_valid any 1h;' ],
        [ small => 'crm_envelope_buffer_size 16;' ])),
    crm => {
        'GET /large' => { body => $large },
        'GET /chunked' => { chunks => \@parts },
        'GET /unsized' => { raw => "HTTP/1.0 200 OK\r\nContent-Type: "
            . "application/json\r\n\r\n$large" },
        'GET /full' => { body => $full },
        'GET /over' => { body => "$full " },
        'GET /fullchunked' => { chunks => [ $full =~ /(.{1,1000})/g ] },
        'GET /overchunked' => { chunks => [ $full =~ /(.{1,1000})/g, ' ' ] },
        'GET /bad' => { body => $large . ']' },
        'GET /badchunked' => { chunks => [ @parts, ']' ] },
        'GET /badearly' => { chunks => [ '[,', @parts ] },
        'GET /short' => { body => $large, length => 400_000, close => 1 },
        'GET /shortchunked' => { raw => "HTTP/1.1 200 OK\r\nContent-Type: "
            . "application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            . join '', map { sprintf "%x\r\n%s\r\n", length, $_ } @parts },
        'GET /open' => { raw => "HTTP/1.0 200 OK\r\nContent-Type: "
            . "application/json\r\n\r\n" . $large =~ s/\]\z//r },
        'GET /no' => { @failure },
        'GET /page' => { status => 500, type => 'text/html', body => '',
            fill => [ 'x', 1_000_000, '' ] },
        'GET /huge' => { body => '[', fill => [ $mark x 1000, 1000, '1]' ] },
    })->start;

my $v1 = '/engagement/selfservice';

sub ask { my ($path, @more) = @_; return $t->get($path, headers(), @more) }


# up to the limit; behind it all but one pair of dialects refuse

for my $name (qw(full fullchunked)) {
    is(seen(ask("/actions/selfservice/$name")),
        qq(200 {"content":$full,"opstatus":0,"httpStatusCode":200}), $name);
}

for my $name (qw(over overchunked large chunked unsized huge)) {
    is(seen(ask("/$_/selfservice/$name")), failed($_), "$_, $name")
        for qw(dmt actions);
}

is(seen(ask("/selfservice/actions/large")), failed('selfservice'),
    'another upstream');
is(seen(ask("/$_/selfservice/no")), failed($_), "$_, a failure")
    for apis();
is(seen(ask("/small/page")), failed('engagement'), 'a page is not held');

my $said = "crm: the upstream's answer is larger than 65536 bytes: write a "
    . 'larger crm_envelope_buffer_size while';

like($t->error_log, qr/\[error\] .* \Q$said\E/, 'the log names the directive');


# from selfservice to engagement they stream

for my $row ([ large => 1 ], [ chunked => 0 ], [ unsized => 0 ])
{
    my ($name, $sized) = @$row;

    for my $place ($v1, qw(/straight /cached /cached)) {
        my $r = ask("$place/$name");

        is($r->status, 200, "$place/$name, status");
        ok($r->body eq "$before$large$after", "$place/$name, body");
        is($r->truncated, 0, "$place/$name, whole");
        is($r->header('Content-Length'), length $r->body, "$place/$name, "
            . 'length') if $sized;
        is($r->header('Content-Type'), 'application/json',
            "$place/$name, type");
    }

    my $r = $t->h2(GET => "$v1/$name", headers => [ headers() ]);

    ok($r->body eq "$before$large$after", "HTTP/2, $name");
    is($r->truncated, 0, "HTTP/2, $name, whole");
}

is(seen(ask('/small/large')), '200 ' . "$before$large$after", 'a low limit');


# invalid, or cut off: no client takes it for an answer

for my $name (qw(bad badchunked short shortchunked open)) {
    for my $place ($v1, '/straight', '/small', '/cached') {
        my $r = ask("$place/$name");

        is($r->status, 200, "$place/$name, begun");
        is($r->truncated, 1, "$place/$name, broken off");
        is($r->json, undef, "$place/$name, no JSON");
    }

    my $r = $t->h2(GET => "$v1/$name", headers => [ headers() ]);

    is($r->truncated, 1, "HTTP/2, $name, broken off");

    ok(reset_by_edge("$v1/$name"), "HTTP/1.0, $name, reset");
}

is(seen(ask("$v1/badearly")), failed('engagement'),
    'invalid before a byte was sent');

unlike($t->error_log, qr/\[alert\]/, 'no alerts');


# the worker does not grow with what passes, nor does a slow client stop it

my ($worker) = $t->worker_pids;
my $most = peak();
my $client = $t->connect;

$client->write("GET $v1/huge HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    . join('', pairs(headers())) . "\r\n");

wait_for(sub { $t->error_log =~ /buffered to a temporary file/ });

my $r = $client->response('GET');

is($r->header('Content-Length'), length $r->body, 'huge, length');
ok($r->body eq $before . '[' . $mark x 1_000_000 . '1]' . $after,
    'huge, body');
cmp_ok(peak() - $most, '<', 8192, 'huge, memory (KB)');

$t->done;


sub peak { (slurp("/proc/$worker/status") =~ /VmHWM:\s+(\d+)/)[0] }


sub pairs {
    my @lines;

    while (my ($name, $value) = splice @_, 0, 2) {
        push @lines, "$name: $value\r\n";
    }

    return @lines;
}


# Whether the connection did not end, but was reset.

sub reset_by_edge {
    my ($path) = @_;

    my $socket = $t->connect->{socket};

    syswrite $socket, "GET $path HTTP/1.0\r\n" . join('', pairs(headers()))
        . "\r\n";

    for (;;) {
        my $got = sysread $socket, my $in, 65536;

        return $! == ECONNRESET unless defined $got;
        return 0 if $got == 0;
    }
}
