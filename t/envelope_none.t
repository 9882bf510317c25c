#!/usr/bin/perl

# What is no answer at all: a status that ends no exchange, or no status line.
# A client hears of it as of an upstream that is down; a tunnel that it asked
# for is its own.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Envelope qw(edge apis headers seen failed);

my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';
my $json = '{"a":1}';
my $final = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    . "Content-Length: 7\r\n\r\n$json";
my @bare = ("garbage\r\n\r\n$json", 'g', $json, "ICY 200 OK\r\n\r\n$json",
    "HTTP/x.1 200 OK\r\n\r\n$json");

# later ones read 103 and wait for the answer behind it

my @hints = Test::CRM->nginx_is('1.29.0') ? () : (103);
my @statuses = ('000', '042', 100 .. 102, @hints, 199, 600, 999);
my @behind = (100, @hints);

my $t = Test::CRM->new(conf => edge(
    https => 1,
    http => 'proxy_cache_path %%DIR%%/cache keys_zone=c:1m;',
    locations => join('', map { my $to = $_; map {
        "location /$_->[0]/$to/ { crm_api $to;
            crm_upstream_envelope selfservice; $_->[1] $pass }\n" }
        [ straight => 'proxy_buffering off;' ],
        [ cached => 'proxy_cache c; proxy_cache_valid any 1h;' ],
        [ tunnel => 'proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection upgrade;' ] } apis())),
    crm => {
        (map { ("GET /bare$_" => { raw => $bare[$_] }) } 0 .. $#bare),
        (map { ("GET /$_" => { status => $_, body => $json }) } @statuses),
        (map { ("GET /${_}ok" => { raw => "HTTP/1.1 $_ No\r\n\r\n$final" }) }
            @behind),
        'GET /up' => { raw => "HTTP/1.1 101 Up\r\nUpgrade: x\r\n\r\nhello" },
    });

mkdir $t->dir . '/cache';
$t->start;

for my $name ((map { "bare$_" } 0 .. $#bare), @statuses,
    map { "${_}ok" } @behind)
{
    for my $to (apis()) {
        my @places = ("/$to/selfservice", map { "/$_/$to" }
            qw(straight cached cached));

        is(seen($t->get("$_/$name", headers())), failed($to), "$_/$name")
            for @places, $to eq 'dmt' ? '/dmt/dmt' : ();
    }

    my ($to, @headers) = ('engagement', headers => [ headers() ]);
    my $path = "/$to/selfservice/$name";
    my $old = Test::CRM::HTTP->text(GET => $path, @headers)
        =~ s{HTTP/1\.1}{HTTP/1.0}r;

    is(seen($t->h2(GET => $path, @headers)), failed($to), "$name, HTTP/2");
    is(seen($t->http($old)), failed($to), "$name, HTTP/1.0");

    my $client = $t->connect;

    is(seen($client->request(GET => $path, @headers)), failed($to),
        "$name, kept") for 1, 2;
}

like($t->error_log, qr/\[error\] .* crm: the upstream's status 102 ends no /,
    'the log says so');


# a tunnel

for my $to (apis()) {
    my $text = Test::CRM::HTTP->text(GET => "/tunnel/$to/up",
        headers => [ headers() ]);
    my $asks = $text =~ s/\r\n/\r\nUpgrade: x\r\n/r;

    like(bytes($asks), qr{\AHTTP/1\.1 101 .*\r\n\r\nhello\z}s,
        "$to, a tunnel");
    is(seen($t->http($text)), failed($to), "$to, nobody asked for it");
}

$t->done;


# All that comes until the connection ends.

sub bytes {
    my ($text) = @_;

    my $client = $t->connect;

    $client->write($text);
    1 while sysread $client->{socket}, $client->{in}, 65536,
        length $client->{in};

    return $client->{in};
}
