#!/usr/bin/perl

# What the encrypted variant of dmt refuses: one 401 for whatever does not
# open, is not the client's, or was seen before; and what Redis has to do with
# it.

use warnings;
use strict;

use MIME::Base64 qw(decode_base64 encode_base64);
use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for);
use Test::CRM::Sealed;

my $base = '/common/dmt-lite/unified/customer';
my $path = "$base/balance";

my $t = Test::CRM->new(workers => 2, conf => Test::CRM::conf_dmt(
    location => 'crm_payload_encryption on;',
    http => 'crm_api_key_cache negative_ttl=1s;'),
    crm => { 'POST /balance' => '{"n":1}', 'PUT /balance' => '{"n":2}',
        'GET /balance' => '{"n":3}', 'POST /other' => '{"n":4}' });

$t->start;

my $secret = 'the client secret';
my %client = (
    gcm  => Test::CRM::Sealed->new($t, 'isu', $secret),
    cbc  => Test::CRM::Sealed->new($t, 'isu.cbc', $secret, cipher => 'cbc',
        mac => 1),
    bare => Test::CRM::Sealed->new($t, 'isu.bare', $secret,
        cipher => 'cbc-unauthenticated'),
);
my $gcm = $client{gcm};
my $passed = '200 {"n":1}';
my $body = '{"statusCode":"-1","statusDesc":"Invalid client",'
    . '"KYCTypeFlag":false,"status":"FAILED"}';
my $refused = "401 [$body]";


# A text of base64 whose bytes a sub has changed.

sub changed {
    my ($text, $sub) = @_;

    local $_ = decode_base64($text);
    $sub->();

    return encode_base64($_, '');
}


sub posts { my $c = shift; $c->said(POST => $path, '{"a":1}', @_) }


# headers that do not come, or come twice

my $n = () = $t->crm_log;
my %same;

for my $row (
    [ 'nothing' ],
    [ 'no pass_key', header_secrets => $gcm->proof(POST => $path) ],
    [ 'no header_secrets', pass_key => $gcm->{pass} ],
    [ 'an empty one', pass_key => $gcm->{pass}, header_secrets => '' ],
    [ 'the plain pair', client_id => 'isu', client_secret => $secret ],
    [ 'an unknown pass_key', pass_key => 'nobody',
        header_secrets => $gcm->proof(POST => $path) ],
    [ "another's pass_key", pass_key => $client{cbc}{pass},
        header_secrets => $gcm->proof(POST => $path) ])
{
    my ($name, @headers) = @$row;
    my $r = $t->http(POST => $path, headers => \@headers,
        body => $gcm->body('x', '{}'));

    is($r->status . ' ' . $r->body, "401 $body", $name);
    $same{head($r)}{$name} = 1;
}


# what every 401 says beside its body; but for the time it is one text

sub head {
    my ($r) = @_;

    return join "\n", map { "$_->[0]: $_->[1]" }
        grep { $_->[0] ne 'Date' } @{$r->{headers}};
}


my $proof = $gcm->proof(POST => $path);
my $r = $t->http(POST => $path, headers => [ $gcm->headers($proof),
    pass_key => $gcm->{pass} ], body => $gcm->body($proof, '{}'));
is($r->status . ' ' . $r->body, '200 {"statusCode":"-1","statusDesc":'
    . '"Invalid request","KYCTypeFlag":false,"status":"FAILED"}',
    'two pass keys');


# proofs that are not the client's, here and now

for my $name (sort keys %client) {
    my $c = $client{$name};
    my $authentic = $name ne 'bare';
    my $good = $c->proof(POST => $path);

    my @rows = (
        [ 'another id', id => 'isu2' ], [ 'an empty id', id => '' ],
        [ 'another secret', secret => 'the client Secret' ],
        [ 'an empty secret', secret => '' ],
        [ 'too late', epoch => time - 300 ],
        [ 'too early', epoch => time + 310 ],
        [ 'in milliseconds', epoch => time . '000' ],
        [ 'no epoch', json => qq({"client_id":"$c->{id}",)
            . qq("client_secret":"$secret"}) ],
        [ 'no JSON', json => 'client_id' ], [ 'nothing', json => '' ],
        [ 'truncated', proof => changed($good, sub { chop }) ],
        [ 'a block', proof => changed($good, sub { $_ = substr $_, 0, 16 }) ],
        [ 'no byte', proof => '====' ],
        [ 'no base64', proof => substr($good, 1) ],
        [ 'base64url', proof => '-_-_' . $good ],
        [ 'longer than there may be', proof => $c->proof(POST => $path,
            json => qq({"client_id":"$c->{id}","client_secret":"$secret",)
            . '"epoch":' . time . ' ' x 3000 . '}') ],
        [ 'a space in it', proof => $good =~ s/^.{8}\K/ /r ],
        $authentic ? (
            [ 'another tag', proof => changed($good,
                sub { substr($_, -1) ^= "\1" }) ],
            [ 'another IV', proof => changed($good,
                sub { substr($_, 0, 1) ^= "\1" }) ],
            [ 'another text', proof => changed($good,
                sub { substr($_, 20, 1) ^= "\1" }) ],
            [ 'another path', aad => "POST $base/other" ],
            [ 'another method', aad => "PUT $path" ],
            [ 'another query', aad => "POST $path?a" ],
            [ 'no AAD', aad => '' ],
        ) : ());

    for my $row (@rows) {
        my ($what, %opt) = @$row;

        is(posts($c, %opt), $refused, "$name, $what");
        $same{head($c->{last})}{"$name, $what"} = 1;
    }
}


# bodies that are not of this proof

for my $name (sort keys %client) {
    my $c = $client{$name};
    my $authentic = $name ne 'bare';

    for my $row (
        [ 'no body', sub { '' } ],
        [ 'a plain body', sub { '{"a":1}' } ],
        [ 'no object', sub { '["RequestData"]' } ],
        [ 'a number', sub { '{"RequestData":1}' } ],
        [ 'null', sub { '{"RequestData":null}' } ],
        [ 'twice', sub { '{"RequestData":"",' . substr($_[0], 1) } ],
        [ 'no base64', sub { $_[0] =~ s/":"/$&-/r } ],
        [ 'nothing in it', sub { '{"RequestData":""}' } ],
        [ 'truncated', sub { $_[0] =~ s{":"(.*)"}{'":"'
            . changed($1, sub { chop }) . '"'}er } ],
        $authentic ? (
            [ 'another tag', sub { $_[0] =~ s{":"(.*)"}{'":"'
                . changed($1, sub { substr($_, -1) ^= "\1" }) . '"'}er } ],
            [ 'of another proof', sub { $c->body('x', '{"a":1}') } ],
            [ 'of an answer', sub { $c->body("$_[1].response", '{}') } ],
        ) : (
            [ 'another padding', sub { $_[0] =~ s{":"(.*)"}{'":"'
                . changed($1, sub { substr($_, -17, 1) ^= "\x80" }) . '"'}er
                } ],
            [ 'no JSON', sub { $c->body($_[1], 'text') } ],
        ))
    {
        my ($what, $sub) = @$row;
        my $good = $c->proof(POST => $path);

        is(posts($c, proof => $good, body =>
            $sub->($c->body($good, '{"a":1}'), $good)), $refused,
            "$name, $what");
        $same{head($c->{last})}{"$name, a body, $what"} = 1;
    }
}

for my $row ([ POST => "$base/get-customer", $gcm->body('x', '{}') ],
    [ PUT => $path, '' ], [ PATCH => $path, '' ])
{
    my ($method, $where, $sent) = @$row;

    is($gcm->said($method, $where, undef, body => $sent), $refused,
        "a body, $method $where");
    $same{head($gcm->{last})}{"$method $where"} = 1;
}

is(scalar keys %same, 1, 'all of them alike') or diag(explain(\%same));
is(scalar(() = $t->crm_log), $n, 'the CRM has heard of none');


# once

for my $name (sort keys %client) {
    my $c = $client{$name};
    my $once = $c->proof(POST => $path);

    is(posts($c, proof => $once), $passed, "$name, once");
    is(posts($c, proof => $once), $refused, "$name, twice");
    $same{head($c->{last})}{replay} = 1;
    is($c->said(POST => $path, undef, proof => $once), $refused,
        "$name, with another body");

    my $left = $t->redis(TTL =>
        "crm:seen:{$c->{id}}:" . $t->sha256_hex($once));

    # two ends, 300 s each, of edges whose clocks are 60 s off either way
    cmp_ok($left, '>', 2 * 300 + 2 * 60, 'it is remembered while any edge, '
        . 'by its own clock, would take it');
    cmp_ok($left, '<=', 780, 'and a minute longer');
}

is(scalar keys %same, 1, 'a replay is told alike');

$proof = $gcm->proof(POST => $path);
$n = () = $t->crm_log;

my $text = Test::CRM::HTTP->text(POST => $path, headers =>
    [ $gcm->headers($proof) ], body => $gcm->body($proof, '{}'));
my @said;

for (1 .. 10) {
    my @clients = map { $t->connect } 1 .. 100;

    $_->write($text) for @clients;
    push @said, map { $gcm->opened($_->response('POST'), $proof) } @clients;
}

is_deeply([ sort @said ], [ $passed, ($refused) x 999 ],
    'of a thousand at once one passes');
is(scalar(() = $t->crm_log), $n + 1, 'one goes up');


# an answer that is a request's own body, sent back, is none

$proof = $gcm->proof(POST => $path);
my ($data) = $gcm->body($proof, '{}') =~ /":"(.*)"/;
is($gcm->tool(open => 'payload_key', "$proof.response",
    decode_base64($data)), undef, 'a reflected body');


# records

my %broken = (
    'cbc without a mac_key' => [ cipher => 'cbc' ],
    'an unknown cipher' => [ cipher => 'gcm', record =>
        { cipher => 'rc4' } ],
    'half a key' => [ record => { header_key => 'ab' x 39 } ],
    'a key that is no hex' => [ record => { payload_key => 'x' x 80 } ],
    'a key wrapped elsewhere' => [ record => { payload_key => 'ab' x 40 } ],
    'a disabled client' => [ record => { state => 'disabled' } ],
    'no keys' => [ record => { header_key => '', payload_key => '' } ],
);

for my $name (sort keys %broken) {
    my $c = Test::CRM::Sealed->new($t, "c-" . $name =~ tr/ /-/r, $secret,
        @{$broken{$name}});

    is(posts($c), $refused, $name);
}

my $could = Test::CRM::Sealed->new($t, 'isu.could', $secret,
    cipher => 'cbc-unauthenticated', mac => 1);
is(posts($could), $passed, 'cbc-unauthenticated with a mac_key is cbc');
is(posts(bless { %$could, kind => 'cbc' }, ref $could), $refused,
    'and nothing less');

my $other = Test::CRM::Sealed->new($t, 'not.here', $secret,
    record => { apis => 'actions' });
is(posts($other), '403 {"statusCode":"-1","statusDesc":"Client not '
    . 'permitted","KYCTypeFlag":false,"status":"FAILED"}', 'another API');

my $log = $t->error_log;

like($log, qr/\{c-cbc-without-a-mac_key\}" is refused, its "mac_key" is /,
    'the log says what is missing');
like($log, qr/a key of client "c-a-key-wrapped-elsewhere" is not wrapped /,
    'and what is not wrapped');


# keys that change, and pass keys that go

is(posts($gcm), $passed, 'before');

my $old = bless { %$gcm }, ref $gcm;
my $new = Test::CRM::Sealed->new($t, 'isu', $secret);
$t->redis(PUBLISH => 'crm:events', 'client isu');

ok(wait_for(sub { posts($new) eq $passed }), 'new keys');
ok(wait_for(sub { posts($old) eq $refused }), 'the old ones go');

my $digest = $t->sha256_hex($new->{pass});
$t->redis(DEL => "crm:passkey:{$digest}");
$t->redis(PUBLISH => 'crm:events', "passkey $digest");
ok(wait_for(sub { posts($new) eq $refused }), 'a pass key that has gone');
$new->{pass} = $old->{pass};
is(posts($new), $passed, 'another of the same client');
$t->redis(PUBLISH => 'crm:events', 'passkey x');


# Redis away: nothing passes unseen

my $away = '{"statusCode":"4","statusDesc":"Internal Server Issue",'
    . '"KYCTypeFlag":false,"status":"FAILED"}';

kill STOP => $t->{pid}{redis};
is(posts($new), "200 [$away]", 'Redis away');
kill CONT => $t->{pid}{redis};
$t->redis('PING');
ok(wait_for(sub { posts($new) eq $passed }), 'Redis back');

$t->done;
