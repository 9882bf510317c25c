#!/usr/bin/perl

# Attacks by tokens that are signed as they should be, or nearly: other
# spellings of one signature, numbers out of range, members twice, keys from
# the token.  t/token.t has the rest of RFC 8725.

use warnings;
use strict;

use Math::BigInt;
use MIME::Base64 qw(encode_base64url decode_base64url);
use Test::More;

use Test::CRM;
use Test::CRM::JWT;
use Test::CRM::Process qw(slurp wait_for);
use Test::CRM::Words qw(said refused bearer);

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    server => 'crm_jwt_key HS512 file:%%DIR%%/jwt.key kid=test;
        crm_jwt_key RS256 file:%%DIR%%/rs256.pub kid=rsa;
        crm_jwt_key ES256 file:%%DIR%%/es256.pub kid=ec;'),
    crm => { 'GET /contacts/CAD1' => '{"id":"CAD1"}' });

my ($rsa, $rsa_pub) = Test::CRM::JWT::pair('RS256', $t->dir);
my ($ec, $ec_pub) = Test::CRM::JWT::pair('ES256', $t->dir);
my $secret = slurp($t->dir . '/jwt.key');

$t->start;

my $path = '/self-service/v1/contacts/CAD1';
my $wrong = refused('wrong_token');
my $passed = '200 {"id":"CAD1"}';
my $exp = time() + 900;
my %claims = (sub => 'CAD1', exp => $exp, sid => 's1');

# the order of P-256, which r and s lie below
my $order = Math::BigInt->from_hex('ffffffff00000000ffffffffffffffff'
    . 'bce6faada7179e84f3b9cac2fc632551');

sub look { said($t->get($path, bearer($_[0]))) }

sub signed {
    my ($claims, $header) = @_;

    return $t->jwt(HS512 => $secret, $claims,
        $header // '{"alg":"HS512","kid":"test"}');
}


# one signature, spelled in other ways

my %good = (
    HS512 => signed(\%claims),
    RS256 => $t->jwt(RS256 => $rsa, \%claims, { kid => 'rsa' }),
    ES256 => $t->jwt(ES256 => $ec, \%claims, { kid => 'ec' }),
);

for my $alg (sort keys %good) {
    my ($head, $payload, $signature) = split /\./, $good{$alg};
    my $bytes = decode_base64url($signature);
    my $text = "$head.$payload";
    my $unused = $signature =~ s/(.)\z/chr(ord($1) + 1)/er;
    my $standard = $good{$alg} =~ tr{-_}{+/}r;

    is(look($good{$alg}), $passed, "$alg: the token itself");

    for my $row (
        [ 'padding', "$good{$alg}=" ], [ 'more padding', "$good{$alg}==" ],
        [ 'an unused bit', "$text.$unused" ],
        [ 'padding in the header', "$head=.$payload.$signature" ],
        [ 'padding in the payload', "$head.$payload=.$signature" ],
        [ 'a character too many', "$good{$alg}A" ],
        [ 'a character too few', substr $good{$alg}, 0, -1 ],
        [ 'a byte too many', "$text." . encode_base64url("$bytes\0") ],
        [ 'a byte in front', "$text." . encode_base64url("\0$bytes") ],
        [ 'a byte too few', "$text." . encode_base64url(substr $bytes, 1) ],
        [ 'nothing', "$text." ],
        [ 'zeros', "$text." . encode_base64url("\0" x length $bytes) ],
        [ 'a line', "$good{$alg}%0a" ], [ 'a dot', "$good{$alg}." ],
        [ 'a space', "$head. $payload.$signature" ],
        $standard eq $good{$alg} ? () : [ 'base64', $standard ])
    {
        my ($name, $token) = @$row;

        is(look($token), $wrong, "$alg: $name");
    }
}

my ($text, $signature) = $good{ES256} =~ /^(.*)\.(.*)$/;
my ($r, $s) = unpack 'a32a32', decode_base64url($signature);
my $twin = ($order - Math::BigInt->from_bytes($s))->to_bytes;

$twin = "\0" x (32 - length $twin) . $twin;

sub der {
    my ($body) = join '', map { my $n = s/\A\0+//r;
        $n = "\0$n" if $n =~ /\A[\x80-\xff]/;
        "\x02" . chr(length $n) . $n } @_;

    return "0" . chr(length $body) . $body;
}

for my $row (
    [ 'as DER', der($r, $s) ], [ 'r and s turned round', "$s$r" ],
    [ 'no r', "\0" x 32 . $s ], [ 'no s', $r . "\0" x 32 ],
    [ 'r of the order', $order->to_bytes . $s ],
    [ 's of the order', $r . $order->to_bytes ],
    [ 's over the order', $r . "\xff" x 32 ],
    [ 'neither (CVE-2022-21449)', "\0" x 64 ])
{
    my ($name, $bytes) = @$row;

    is(look("$text." . encode_base64url($bytes)), $wrong, "ES256: $name");
}

my $other = "$text." . encode_base64url("$r$twin");

is(look($other), $passed, 'ES256: the twin of a signature is one');


# a key that the token brings, or that is public

my ($pem, $ec_pem) = map { slurp($_) } $rsa_pub, $ec_pub;
my %jwk = (kty => 'oct', k => encode_base64url('own'), kid => 'test');

for my $row (
    (map { [ "$_->[0] with the text of $_->[1]", $t->jwt($_->[0] => $_->[2],
        \%claims, $_->[3]) ] }
        [ HS256 => 'a public key', $pem, { kid => 'rsa' } ],
        [ HS512 => 'a public key', $pem, { kid => 'rsa' } ],
        [ HS256 => 'a public key of EC', $ec_pem, { kid => 'ec' } ],
        [ HS512 => 'a public key, as test', $pem, { kid => 'test' } ],
        [ HS512 => 'one without its end', $pem =~ s/\n\z//r, {} ],
        [ HS512 => 'nothing', '', { kid => 'test' } ]),
    (map { [ "a key of its own, $_->[0]", $t->jwt(HS512 => 'own', \%claims,
        { kid => 'test', @$_ }) ] }
        [ jwk => \%jwk ], [ jku => 'http://127.0.0.1/jwks.json' ],
        [ x5u => 'http://127.0.0.1/cert.pem' ], [ x5c => [ 'MIIB' ] ],
        [ kid => '../../../dev/null' ], [ kid => "x' OR '1'='1" ]),
    [ 'RS256 as ES256', $t->jwt(RS256 => $rsa, \%claims,
        { alg => 'ES256', kid => 'ec' }) ],
    [ 'ES256 as RS256', $t->jwt(ES256 => $ec, \%claims,
        { alg => 'RS256', kid => 'rsa' }) ],
    [ 'RS256 under another kid', $t->jwt(RS256 => $rsa, \%claims,
        { kid => 'ec' }) ])
{
    my ($name, $token) = @$row;

    is(look($token), $wrong, $name);
}


# headers and claims, all signed with the right key

my $c = qq("sub":"CAD1","exp":$exp);

for my $row (
    (map { [ "a header of $_", signed(\%claims, $_) ] }
        '{}', '[]', '"HS512"', '{"alg":["HS512"]}', '{"alg":512}',
        '{"alg":"HS512","alg":"HS512"}', '{"alg":"HS512","kid":1}',
        '{"alg":"HS512","kid":"test","kid":"test"}',
        '{"alg":"HS512","crit":[]}', '{"alg":"HS512","crit":["exp"]}',
        '{"alg":"HS512","crit":null}', '{"alg":"HS512","typ":"JWE"}',
        '{"alg":"HS512\u0000"}', '{"alg":"HS512 "}', '{"alg":"HS512"',
        "\xef\xbb\xbf" . '{"alg":"HS512"}', '{"alg":"HS512"}{}',
        '{"alg":null}', '{"Alg":"HS512"}'),
    (map { [ "claims of $_", signed($_) ] }
        '{}', '[]', '""', "{$c}{$c}", "\xef\xbb\xbf{$c}", "{$c,}",
        qq({$c,"sub":"CAD1"}), qq({$c,"s\\u0075b":"CAD2"}),
        qq({$c,"exp":$exp}), qq({$c,"iat":1,"iat":1}),
        '{"a":' x 200 . "{$c}" . '}' x 200),
    (map { my $name = $_; map { [ "$name of $_", signed(qq({"sub":"CAD1",)
        . ($name eq 'exp' ? '' : qq("exp":$exp,)) . qq("$name":$_})) ] }
        ('""', '"0"', qq("$exp"), 'true', '{}', "[$exp]",
        $name eq 'exp' ? ('-1', '-0') : (),
        '18446744073709551615', '18446744073709551616',
        '9223372036854775808', '-9223372036854775809', '1e400', '+1', '01',
        '0x7fffffff', 'NaN', 'Infinity', '9' x 400) } qw(exp nbf iat)),
    [ 'exp of null', signed('{"sub":"CAD1","exp":null}') ],
    [ 'exp of 0', signed('{"sub":"CAD1","exp":0}') ],
    [ 'the least exp', signed('{"sub":"CAD1","exp":-9223372036854775808}') ],
    (map { my $name = $_; map { [ "$name of $_->[0]",
        signed({ %claims, $name => $_->[1] }) ] }
        [ 'nothing', '' ], [ 'a NUL', "CAD1\0" ], [ 'a CR', "CAD1\r" ],
        [ 'a header', "CAD1\r\nX-CRM-Mode: test" ], [ 'a tab', "CAD1\t" ],
        [ 'a space', 'CAD1 ' ], [ 'a slash', 'CAD1/..' ],
        [ 'a colon', 'CAD1:x' ], [ 'braces', '{CAD1}' ], [ 'a star', '*' ],
        [ 'a percent', 'CAD%31' ], [ 'quotes', 'CAD1"' ],
        [ '129 characters', 'a' x 129 ], [ 'a list', [ 'CAD1' ] ],
        [ 'a number', 1 ], [ 'an object', {} ], [ 'true', JSON::PP::true ],
        [ 'a letter beyond ASCII', "CAD1\x{e9}" ] } qw(sub sid app)))
{
    my ($name, $token) = @$row;

    is(look($token), $wrong, substr $name, 0, 70) unless
        $name =~ /^(?:sid|app) of nothing$/;
}

is(scalar(grep { $_->{header}{authorization} } $t->crm_log), 0,
    'none went on');


# times that are good: fractions of a second (RFC 7519 section 2), and those
# before 1970

is(look(signed(qq({"sub":"CAD1","exp":$exp.5}))), $passed, 'a fraction');
is(look(signed(qq({$c,"nbf":-1,"iat":-0}))), $passed, 'before 1970');


# what ends one spelling of a token ends all

$t->redis(PUBLISH => 'crm:events', 'revoke s1 ' . ($exp + 90));

ok(wait_for(sub { look($good{HS512}) eq $wrong }), 'revoked');
is(look($good{ES256}), $wrong, 'revoked, ES256');
is(look($other), $wrong, 'revoked, and its twin');

$t->done;
