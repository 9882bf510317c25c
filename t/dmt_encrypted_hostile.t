#!/usr/bin/perl

# Redis answers what it may not, at each command of an encrypted request, and
# holds records that are none: nothing passes that was not proven, and the
# next request is served.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for);
use Test::CRM::Sealed;
use Test::CRM::Wire;

my $path = '/common/dmt-lite/unified/customer/balance';

my $t = Test::CRM->new(conf => Test::CRM::conf_dmt(
    redis => 'crm_redis unix:%%DIR%%/wire.sock timeout=5s;',
    http => 'crm_api_key_cache off;',
    location => 'crm_payload_encryption on;'),
    crm => { 'POST /balance' => '{"n":1}', 'GET /balance' => '{"n":2}' });

my $wire = Test::CRM::Wire->new($t, asked => qr/\A(?:GET|HMGET|SET)\z/);

$t->start;

my $secret = 'the client secret';
my $isu = Test::CRM::Sealed->new($t, 'isu', $secret);
my $passed = '200 {"n":1}';
my $refused = '401 [{"statusCode":"-1","statusDesc":"Invalid client",'
    . '"KYCTypeFlag":false,"status":"FAILED"}]';
my $broken = '200 [{"statusCode":"4","statusDesc":"Internal Server Issue",'
    . '"KYCTypeFlag":false,"status":"FAILED"}]';

sub posts { $_[0]->said(POST => $path, '{"a":1}') }

ok(wait_for(sub { posts($isu) eq $passed }), 'Redis is up');


# what each command is answered, and what the client is told

my @commands = ('whose pass key', 'the client', 'seen before');
my %replies = (
    'an integer' => [ ":7\r\n", ($broken) x 3 ],
    'nil' => [ "\$-1\r\n", $refused, $broken, $refused ],
    'no array' => [ "*-1\r\n", $refused, $broken, $refused ],
    'an empty array' => [ "*0\r\n", ($broken) x 3 ],
    'an array of nils' => [ '*9' . "\r\n\$-1" x 9 . "\r\n", $broken, $refused,
        $broken ],
    'an array of integers' => [ '*9' . "\r\n:1" x 9 . "\r\n", ($broken) x 3 ],
    'an error' => [ "-ERR of the test\r\n", ($broken) x 3 ],
    'no id' => [ "\$3\r\na b\r\n", $refused, $broken ],
    'garbage' => [ "\x00\xff\r\n", ($broken) x 3 ],
);

for my $name (sort keys %replies) {
    my ($bytes, @told) = @{$replies{$name}};

    for my $i (0 .. $#told) {
        my $n = () = $t->crm_log;

        $wire->say($i + 1, $bytes);
        is(posts($isu), $told[$i], "$commands[$i]: $name");
        $wire->plan('pass');
        is(scalar(() = $t->crm_log), $n, 'the CRM has not heard');
        ok(wait_for(sub { posts($isu) eq $passed }), 'the next one passes');
    }
}


# who brings but one of the two headers, or none, is not looked up

my %brought = (
    'nothing' => [],
    'a pass key' => [ pass_key => $isu->{pass} ],
    'a proof' => [ header_secrets => $isu->proof(POST => $path) ],
);

for my $what (sort keys %brought) {
    $wire->plan(hold => 1);
    is($isu->opened($t->http(POST => $path, headers => $brought{$what},
        body => '{}'), ''), $refused, $what);
    ok(!$wire->reached, 'Redis is not asked');
    $wire->plan('pass');
}


# pass keys that name what is no client's id

for my $id ('', 'i su', 'isu}:x', '*', 'x' x 129, 'x' x 300) {
    $t->redis(SET => 'crm:passkey:{' . $t->sha256_hex($isu->{pass}) . '}',
        $id);
    is(posts($isu), $refused, 'a pass key of "' . substr($id, 0, 9) . '"');
}


# keys of no use are found before anything is done

my %wrapped = (gcm => 'payload_key', cbc => 'mac_key');

for my $cipher (sort keys %wrapped) {
    my $c = Test::CRM::Sealed->new($t, "c-$cipher", $secret,
        cipher => $cipher, mac => $cipher eq 'cbc',
        record => { $wrapped{$cipher} => 'ab' x 40 });
    my $n = () = $t->crm_log;

    is($c->said(GET => $path), $refused, "$cipher, $wrapped{$cipher}");
    is(scalar(() = $t->crm_log), $n, 'the CRM has not heard');
}

$t->allow(qr/of the test|crm: lost Redis|of the wrong form|SET crm:seen/);
$t->done;
