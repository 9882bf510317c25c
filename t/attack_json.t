#!/usr/bin/perl

# Attacks by JSON: bodies that say one thing to the edge and another to the
# CRM, and names that look like somebody else's.  None signs anybody in, sends
# anything to anybody, or goes on to the CRM.

use warnings;
use strict;
use utf8;

use Encode qw(encode);
use Test::More;

use Test::CRM;
use Test::CRM::OTP qw(sent);
use Test::CRM::Words qw(said refused);

my $pass = 'crm_require_tls off;
    proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    server => 'crm_otp cooldown=0 per_hour=1000;
        crm_login failures=1000 global=1000;',
    locations => "location /dmt/ { crm_api dmt; crm_otp_verify on; $pass
            location /dmt/send { crm_answer otp-request; $pass } }
        location /actions/ { crm_api actions; $pass }"),
    crm => { 'POST /process-customer-registration' =>
        '{"status":"SUCCESS"}' })->start;

$t->api_key('key', app => 'shop');
$t->client('isu', 'the client secret', app => 'isu');
$t->contact('MIKE', email => 'mike@crm.com', mobile => '+35799123834',
    password => 'a good password', identities => [
    [ EMAIL => 'mike@crm.com' ], [ PHONE => '+35799123834' ] ]);

my $base = '/self-service/v1/contacts';
my $login = '"provider":"EMAIL","username":"mike@crm.com",'
    . '"password":"a good password"';
my $json = refused('invalid_json');

sub ask {
    my ($path, $body) = @_;

    return said($t->http(POST => "$base/$path", body => $body,
        type => 'application/json', headers => [ api_key => 'key' ]));
}

like(ask('authenticate', "{$login}"), qr/^200 /, 'all is well');


# bodies of a login, with a right password in all of them

for my $row (
    [ 'a member twice', qq({$login,"username":"eve\@crm.com"}), $json ],
    [ 'twice, the same', qq({$login,"provider":"EMAIL"}), $json ],
    [ 'twice, one escaped', qq({$login,"user\\u006eame":"eve\@crm.com"}),
      $json ],
    [ 'twice, in two cases', qq({$login,"Provider":"FACEBOOK"}), $json ],
    [ 'twice, in two cases, escaped', qq({$login,"\\u0050ROVIDER":"MW4"}),
      $json ],
    [ 'twice, further down', qq({$login,"a":[{"b":1,"c":2,"B":3}]}), $json ],
    [ 'a byte order mark', "\xef\xbb\xbf{$login}", $json ],
    [ 'UTF-16', encode('UTF-16', "{$login}"), $json ],
    [ 'UTF-16 without a mark', encode('UTF-16LE', "{$login}"), $json ],
    [ 'UTF-32', encode('UTF-32BE', "{$login}"), $json ],
    [ 'an overlong slash', qq({$login,"a":"\xc0\xaf"}), $json ],
    [ 'a surrogate in UTF-8', qq({$login,"a":"\xed\xa0\x80"}), $json ],
    [ 'half of an escaped pair', qq({$login,"a":"\\ud800"}), $json ],
    [ 'Latin-1', qq({$login,"a":"\xfc"}), $json ],
    [ 'two values', "{$login}{$login}", $json ],
    [ 'an array of it', "[{$login}]", $json ],
    [ 'a string of it', '"{}"', $json ],
    [ 'a comment', "{$login/* */}", $json ],
    [ 'a last comma', "{$login,}", $json ],
    [ 'single quotes', "{'provider':'EMAIL'}", $json ],
    [ 'a bare word', qq({$login,"a":NaN}), $json ],
    [ 'a hexadecimal number', qq({$login,"a":0x10}), $json ],
    [ 'a leading zero', qq({$login,"a":01}), $json ],
    [ 'a number without an end', qq({$login,"a":1e}), $json ],
    [ 'a number beyond any', qq({$login,"a":1e400}), $json ],
    [ 'a line in a string', qq({$login,"a":"\n"}), $json ],
    [ 'a NUL', qq({$login,"a":"\0"}), $json ],
    [ 'an escaped NUL', qq({$login,"a":"\\u0000"}), $json ],
    [ 'a NUL behind it', "{$login}\0", $json ],
    [ '30,000 levels of arrays', '[' x 30_000 . ']' x 30_000, $json ],
    [ '30,000 arrays without an end', "{$login,\"a\":" . '[' x 30_000, $json ],
    [ '10,000 levels of objects', '{"a":' x 10_000 . '1' . '}' x 10_000,
      $json ],
    [ 'a form', 'provider=EMAIL&username=mike%40crm.com', $json ],
    [ 'another case', '{"PROVIDER":"EMAIL"}',
      refused('missing', 'provider') ],
    [ 'a provider in small letters',
      '{"provider":"email","username":"mike@crm.com"}',
      refused('invalid', 'provider') ],
    (map { [ "a name that is $_", qq({"provider":"EMAIL","username":$_,)
        . '"password":"a good password"}', refused('invalid', 'username') ] }
        '["mike@crm.com"]', '{"$ne":""}', 'true', '1', '{}'),
    (map { [ "a password that is $_", '{"provider":"EMAIL","username":'
        . qq("mike\@crm.com","password":$_}),
        refused('invalid', 'password') ] }
        '["a good password"]', '{"$gt":""}', 'true', '0'),
    (map { [ "a password that is $_", '{"provider":"EMAIL","username":'
        . qq("mike\@crm.com","password":$_}),
        refused('wrong_credentials') ] }
        '"a good password "', '"a good passwor"', '"A good password"',
        '"a good password\u0001"', '"' . 'a good password' x 100 . '"'))
{
    my ($name, $body, $expected) = @$row;

    is(ask('authenticate', $body), $expected, "login, $name");
}


# what goes on to the CRM, of which the edge has read a part

for my $row (
    [ 'register', '{"first_name":"E","last_name":"E","identity":{"provider":'
      . '"EMAIL","username":"eve@crm.com"},"Identity":{"provider":"EMAIL",'
      . '"username":"mike@crm.com"}}' ],
    [ 'register', '{"first_name":"E","last_name":"E","identity":{"provider":'
      . '"EMAIL","username":"eve@crm.com","Username":"mike@crm.com"}}' ],
    [ 'register', '{"first_name":"E","last_name":"E","identity":{"provider":'
      . '"EMAIL","username":"eve@crm.com","password":"kept from it",'
      . '"Password":"told to it"}}' ],
    [ 'authenticate', '{"provider":"FACEBOOK","token":"t","Provider":"EMAIL",'
      . '"username":"mike@crm.com","password":"a guess"}' ],
    [ 'otp', '{"send_method":"SMS","credentials":[{"name":"GIFT_PASS",'
      . '"Name":"PHONE","value":"+35799123834"}]}' ])
{
    my ($path, $body) = @$row;

    is(ask($path, $body), $json, "$path, two that the CRM may take for one");
}

my %customer = (mobileNumber => '8765432345', name => 'E', username => 'e',
    latlong => '1,2', publicIP => '1.2.3.4');
my @client = (client_id => 'isu', client_secret => 'the client secret',
    'Content-Type' => 'application/json');

$t->http(POST => '/dmt/send', headers => \@client, type => undef,
    json => { send_method => 'SMS', credentials => [
    { name => 'PHONE', value => $customer{mobileNumber} } ] });

my $code = ($t->outbox)[-1]{code};
my $plain = join ',', map { qq("$_":"$customer{$_}") } sort keys %customer;

for my $row (
    [ 'another number', '"mobilenumber":"1111111111"',
      'Invalid mobile number' ],
    [ 'another number, escaped', '"\u004dobileNumber":"1111111111"',
      'Invalid mobile number' ],
    [ 'the number twice', '"mobileNumber":"8765432345"',
      'Invalid mobile number' ],
    [ 'another code', '"OTP":"000000"', 'Invalid otp' ])
{
    my ($name, $more, $says) = @$row;
    my $r = $t->http(POST => '/dmt/process-customer-registration',
        headers => \@client, type => undef,
        body => qq({$plain,"otp":"$code",$more}));

    is($r->json->{statusDesc}, $says, "dmt, $name");
    is($r->json->{status}, 'FAILED', "dmt, $name, refused");
}

my $r = $t->http(POST => '/actions/UserAction/uploadDocument', headers => [
    'X-Kony-App-Key' => 'key' ], body => '{"UserActionIdentifier":"1",'
    . '"Response":[{"fileName":"a.txt","FileName":"../../a.sh"}]}');

is($r->status . $r->json->{errmsg}, '400Field fileName has an invalid value.',
    'actions, a file');
is(scalar($t->crm_log), 0, 'the CRM has heard of none');

is($t->http(POST => '/dmt/process-customer-registration',
    headers => \@client, type => undef, body => qq({$plain,"otp":"$code"}))
    ->body, '{"status":"SUCCESS"}', 'dmt, the code is still good');


# names that look like somebody's: whose they are, or nobody's

my $mike = 'mike@crm.com';
my @same = ('Mike@CRM.com', 'MIKE@crm.com', '  mike@crm.com ');
my @others = (
    [ 'a Kelvin sign', "mi\x{212a}e\@crm.com" ],
    [ 'a dotless i', "m\x{131}ke\@crm.com" ],
    [ 'a dotted capital I', "M\x{130}KE\@crm.com" ],
    [ 'full width', "\x{ff4d}ike\@crm.com" ],
    [ 'a full-width @', "mike\x{ff20}crm.com" ],
    [ 'a full-width dot', "mike\@crm\x{3002}com" ],
    [ 'Cyrillic', "mik\x{435}\@crm.com" ],
    [ 'an accent', "mike\x{301}\@crm.com" ],
    [ 'a zero-width space', "mi\x{200b}ke\@crm.com" ],
    [ 'a soft hyphen', "mi\x{ad}ke\@crm.com" ],
    [ 'a BOM', "\x{feff}mike\@crm.com" ],
    [ 'right to left', "\x{202e}mike\@crm.com" ],
    [ 'a no-break space', "mike\@crm.com\x{a0}" ],
    [ 'a dot behind', 'mike@crm.com.' ],
    [ 'a tag', 'mike+eve@crm.com' ],
    [ 'a dot', 'm.ike@crm.com' ],
    [ 'quotes', '"mike"@crm.com' ],
    [ 'a comment', 'mike(eve)@crm.com' ],
    [ 'a name', 'Mike <mike@crm.com>' ],
    [ 'two addresses', 'mike@crm.com,eve@evil.com' ],
    [ 'two, with a space', 'mike@crm.com eve@evil.com' ],
    [ 'a header', "mike\@crm.com\r\nBcc: eve\@evil.com" ],
    [ 'a percent', 'mike%crm.com@evil.com' ],
    [ 'two at', 'mike@crm.com@evil.com' ],
    [ 'an escape', 'mike%40crm.com' ],
    [ 'a key of Redis', 'mike@crm.com}:{x' ],
);

for my $row (@others) {
    my ($name, $address) = @$row;
    my $n = () = $t->outbox;
    my @said = map { s/"obfuscated_value":"[^"]*","auth_otp":"[^"]*"/…/r }
        map { said($t->post("$base/$_->[0]", $_->[1], api_key => 'key')) }
        [ authenticate => { provider => 'EMAIL', username => $address,
            password => 'a good password' } ],
        [ authenticate => { provider => 'EMAIL', username => $address } ],
        [ forgot_password => { username => $address } ];

    my $bad = refused('invalid', 'username');

    is_deeply(\@said, $said[0] eq $bad ? [ ($bad) x 3 ]
        : [ refused('wrong_credentials'), '200 {…}', '200 ' ], $name);
    is(scalar(() = $t->outbox), $n, "$name, nothing is sent");
}

for my $address (@same) {
    $t->post("$base/forgot_password", { username => $address },
        api_key => 'key');

    my ($message) = ($t->outbox)[-1];

    is("@$message{qw(to contact template)}",
        "$mike MIKE password-reset", "'$address' is his");
    $t->redis('DEL', @{$t->redis('KEYS', 'crm:live:reset:*')}, 'x');
}

for my $number ("+357\x{ff19}9123834", "+357\x{0669}9123834",
    "+35799123834\x{200b}", '+35799123834;ext=1', '+35799123834,1',
    "+35799123834\n", '0035799123834x', '+357 99 12 38 34 5')
{
    my $n = () = $t->outbox;

    $t->post("$base/authenticate", { provider => 'PHONE',
        phone_number => $number, country_code => 'CYP' }, api_key => 'key');
    is(scalar(() = $t->outbox), $n, 'a number that is not his: '
        . encode('UTF-8', $number));
}

$t->done;
