#!/usr/bin/perl

# The encrypted variant of dmt: proofs, bodies and answers under each cipher,
# whole bodies compared; and all that is refused, always with the same 401.

use warnings;
use strict;

use MIME::Base64 qw(decode_base64 encode_base64);
use Test::More;

use Test::CRM;
use Test::CRM::Process qw(slurp wait_for);
use Test::CRM::Sealed;

my $base = '/common/dmt-lite/unified/customer';
my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';

my $t = Test::CRM->new(https => 1, conf => Test::CRM::conf_dmt(
    https => 1,
    secret => 'crm_secret file:%%DIR%%/newer; crm_secret file:%%DIR%%/secret;',
    server => 'crm_require_tls off; client_max_body_size 3m;
        client_body_buffer_size 16k; crm_otp cooldown=0 per_hour=1000;',
    location => 'crm_payload_encryption on; crm_envelope_buffer_size 1m;',
    locations => "
        location /plain/ { crm_api dmt; $pass }
        location /otp/ { crm_api dmt; crm_payload_encryption on;
            crm_otp_verify on; $pass
            location /otp/send { crm_answer otp-request; $pass } }
        location /other/ { crm_api dmt; crm_payload_encryption on;
            crm_upstream_envelope selfservice; $pass }
        location /dead/ { crm_api dmt; crm_payload_encryption on;
            proxy_pass http://127.0.0.1:%%DEAD_PORT%%; }
        location /forward/ { crm_api dmt; crm_payload_encryption on;
            crm_forward_credentials on; $pass }
        location /page/ { crm_api dmt; crm_payload_encryption on;
            error_page 404 = /plain/page; proxy_intercept_errors on; $pass }
        location /any/ { crm_api dmt; crm_payload_encryption on;
            satisfy any; allow 127.0.0.1; deny all; $pass }
        location /some/ { crm_api dmt; crm_payload_encryption on;
            satisfy any; deny all; $pass }"),
    crm => {
        (map { my $path = $_; map { ("$_ /$path" => '{"status":"SUCCESS"}') }
            qw(GET POST PUT DELETE OPTIONS) } qw(get-customer balance
            process-customer-registration)),
    });

$t->file('newer', 'n' x 40);
$t->start;

my $secret = 'the client secret';
my %client = (
    gcm  => Test::CRM::Sealed->new($t, 'isu', $secret),
    cbc  => Test::CRM::Sealed->new($t, 'isu.cbc', $secret, cipher => 'cbc',
        mac => 1, secret_file => 'newer'),
    bare => Test::CRM::Sealed->new($t, 'isu.bare', $secret,
        cipher => 'cbc-unauthenticated', record => { mode => 'test' }),
);
my $gcm = $client{gcm};

my %customer = (mobileNumber => '8765432345', username => 'isutestapi1',
    latlong => '123,234', publicIP => '123.123.123.133');
my $json = JSON::PP->new->canonical;
my $customer = $json->encode(\%customer);
my $register = $json->encode({ %customer, name => 'Sangram', otp => '898943',
    paramA => 'a' });
my $passed = '200 {"status":"SUCCESS"}';
my $refused = '401 [{"statusCode":"-1","statusDesc":"Invalid client",'
    . '"KYCTypeFlag":false,"status":"FAILED"}]';


sub failed {
    my ($text, $echo, $code) = @_;

    return '{' . ($echo // '') . '"statusCode":"' . ($code // '-1')
        . qq(","statusDesc":"$text","KYCTypeFlag":false,"status":"FAILED"});
}


sub crm_last { ($t->crm_log)[-1] }


# there and back, for each cipher and each route

for my $name (sort keys %client) {
    my $c = $client{$name};

    for my $row (
        [ POST => "$base/get-customer", $customer ],
        [ POST => "$base/process-customer-registration", $register ],
        [ POST => "$base/balance", '{"any": 1.10 }' ],
        [ PUT => "$base/balance", "[\"\xc3\xa9\"]" ],
        [ DELETE => "$base/balance" ],
        [ GET => "$base/balance" ],
        [ GET => "$base/balance", '{"a":1}' ],
        [ OPTIONS => "$base/balance" ])
    {
        my ($method, $path, $body) = @$row;

        is($c->said($method, $path, $body), $passed, "$name, $method $path");

        my $told = crm_last();

        is("$told->{method} $told->{body}", "$method " . ($body // ''),
            'the CRM sees it plain');
        is($told->{header}{'content-length'}, length $body, 'its length')
            if defined $body;
        is($told->{header}{client_id}, $c->{id}, 'the id');
        is($told->{header}{'x-crm-mode'}, $name eq 'bare' ? 'test' : 'live',
            'the mode');
        is_deeply([ grep { exists $told->{header}{$_} } qw(pass_key
            header_secrets client_secret) ], [], 'and no secret');
        is($c->{last}->header('Content-Length'), length $c->{last}->body,
            'the length of the answer');
        is($c->{last}->header('Content-Type'), 'application/json', 'type');
    }
}


# no cipher named, base64 in JSON's escapes, an epoch in quotes, other members

is($gcm->said(POST => "$base/balance", '{}', epoch => '"' . time . '"'),
    $passed, 'an epoch in quotes');
is($gcm->said(POST => "$base/balance", '{}', epoch => time - 290), $passed,
    'five minutes late, nearly');
is($gcm->said(POST => "$base/balance", '{}', epoch => time + 300), $passed,
    'five minutes early');
is($gcm->said(POST => "$base/balance?a=b%20c", undef, body => undef,
    aad => "POST $base/balance?a=b%20c"), $refused, 'POST without a body');

my $proof = $gcm->proof(POST => "$base/balance");
my $sealed = $gcm->body($proof, '{"n":1}');

is($gcm->said(POST => "$base/balance", undef, proof => $proof,
    body => ' { "x" : [1], ' . substr($sealed =~ s{/}{\\/}gr, 1) . "\n"),
    $passed, 'a body with escapes');
is(crm_last()->{body}, '{"n":1}', 'is the same');

$t->redis(HDEL => 'crm:client:{isu}', 'cipher');
$t->redis(PUBLISH => 'crm:events', 'client isu');
is($gcm->said(GET => "$base/balance"), $passed, 'gcm, where none is named');


# chunks, HTTP/2

$t->crm(map { $_ => '{"status":"SUCCESS"}' } 'POST /balance',
    'POST /get-customer');

$proof = $gcm->proof(POST => "$base/balance");
$sealed = $gcm->body($proof, '{"chunked":1}');

is($gcm->opened($t->http("POST $base/balance HTTP/1.1\r\nHost: h\r\n"
    . "pass_key: $gcm->{pass}\r\nheader_secrets: $proof\r\n"
    . "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    . sprintf("%x\r\n%s\r\n0\r\n\r\n", length $sealed, $sealed)), $proof),
    $passed, 'a body in chunks');
is(crm_last()->{header}{'content-length'}, 13, 'has a length');
is(crm_last()->{header}{'transfer-encoding'}, undef, 'and no chunks');

$proof = $gcm->proof(POST => "$base/get-customer");
is($gcm->opened($t->h2(POST => "$base/get-customer", headers =>
    [ $gcm->headers($proof) ], body => $gcm->body($proof, $customer)),
    $proof), $passed, 'HTTP/2');
is(crm_last()->{body}, $customer, 'its body');


# refusals and failures that a proven client hears

my $number = qq("mobileNumber":"$customer{mobileNumber}",);

for my $row (
    [ '{"mobileNumber":"1"}', 'Invalid mobile number',
        '"mobileNumber":"1",' ],
    [ $json->encode({ %customer, username => '' }),
        'Username Must not be Empty', $number ],
    [ '{', 'Invalid JSON' ], [ '', 'Invalid JSON' ])
{
    my ($body, $text, $echo) = @$row;

    is($gcm->said(POST => "$base/get-customer", $body),
        '200 ' . failed($text, $echo), $text);
}

is($gcm->said(POST => "$base/get-customer", $customer, type => 'text/plain'),
    '200 ' . failed('Invalid Content-Type'), 'no JSON');
is($gcm->said(POST => "$base/balance", '{"a":1}',
    type => 'multipart/form-data; boundary=x'), $passed,
    'a type that is not what it holds');
is($gcm->said(POST => '/dead/get-customer', $customer),
    '200 ' . failed('Internal Server Issue', $number, 4), 'no CRM');

$t->crm(
    'POST /balance' => [
        { status => 500, type => 'text/html', body => '<html>' },
        { status => 400, body => failed('User not onboarded') },
        { status => 404, body => 'x', type => 'text/plain' },
        { body => '%PDF', type => 'application/pdf' },
        { body => 'gz', headers => [ 'Content-Encoding' => 'gzip' ] },
        { body => 'x' x 10, length => 20, close => 1 },
        { fill => [ 'x' x 1024, 1025, '' ] },
        { status => 302, body => 'moved', type => 'text/html',
            headers => [ Location => '/there' ] },
        { body => '' },
        { body => '{"a":1}', headers => [ ETag => '"e"', 'Accept-Ranges' =>
            'bytes', 'Content-MD5' => 'x' ] } ],
    'GET /balance' => [ { status => 304, headers => [ ETag => '"e"' ] } ],
    'HEAD /balance' => { body => '{"a":1}' },
    'DELETE /balance' => { status => 204 });

my $broken = '200 ' . failed('Internal Server Issue', '', 4);

for my $row (
    [ $broken, 'a page of the CRM' ],
    [ '400 ' . failed('User not onboarded'), 'a failure of the CRM' ],
    [ $broken, 'another type' ],
    [ '200 %PDF', 'a type that is no JSON' ],
    [ $broken, 'an encoding' ],
    [ $broken, 'cut off' ],
    [ $broken, 'too large' ],
    [ '302 moved', 'a redirect' ],
    [ '200 ', 'no byte' ],
    [ '200 {"a":1}', 'with headers' ])
{
    is($gcm->said(POST => "$base/balance", '{}', headers =>
        [ 'Accept-Encoding' => 'gzip', Range => 'bytes=0-1' ]),
        $row->[0], $row->[1]);
}

is(crm_last()->{header}{'accept-encoding'}, undef, 'no encoding is asked');
is(crm_last()->{header}{range}, undef, 'nor a range');
is($gcm->{last}->header('ETag'), 'W/"e"', 'a weak ETag');
is($gcm->{last}->header('Content-MD5'), '', 'no digest of other bytes');

is($gcm->said(GET => "$base/balance"), '304 []', 'not modified');
is($gcm->said(HEAD => "$base/balance"), '200 []', 'HEAD');
is($gcm->{last}->header('Content-Length'), '', 'has no length');
is($gcm->said(DELETE => "$base/balance"), '204 []', 'no content');


# elsewhere: another dialect, flows of the edge, redirects, satisfy any

$t->crm(
    'POST /get-customer' => { status => 500, body => '{"status":500,'
        . '"message":"x","error":"CRM.EXCEPTIONS.SERVEREXCEPTION",'
        . '"parameters":[]}' },
    'POST /balance' => '{"balance":1.10}',
    'POST /process-customer-registration' => '{"status":"SUCCESS"}',
    'POST /missing' => { status => 404, body => '{}' },
    'GET /page' => '{"page":1}',
    'GET /balance' => '{"balance":2}');

is($gcm->said(POST => '/other/get-customer', $customer),
    '200 ' . failed('Internal Server Issue', $number, 4), 'another dialect');
is($gcm->said(POST => '/other/balance', '{}'), '200 {"balance":1.10,'
    . '"statusCode":"0","statusDesc":"Success","status":"SUCCESS"}',
    'its success');

like($gcm->said(POST => '/otp/send', '{"send_method":"SMS","credentials":'
    . '[{"name":"PHONE","value":"8765432345"}]}'),
    qr/^200 \{"obfuscatedValue":"[^"]+","authOtp"|^200 \{"obfuscated_value"/,
    'a flow of the edge');

my ($code) = map { $_->{code} } ($t->outbox)[-1];
my $with = $json->encode({ %customer, name => 'S', otp => $code });

is($gcm->said(POST => '/otp/process-customer-registration', $with), $passed,
    'the code in it is read');
is($gcm->said(POST => '/otp/process-customer-registration', $with),
    '200 ' . failed('Invalid otp', qq("name":"S",$number"paramA":"",)
    . '"paramB":"","paramC":"",'), 'and spent');

is($gcm->said(POST => '/page/missing', '{}'), '200 {"page":1}',
    'a page that is asked in its stead');
is($gcm->said(POST => '/forward/balance', '{}', headers =>
    [ map { ($_ => 'forged') } qw(client_id client-id client_secret
    Client-Secret) ]), '200 {"balance":1.10}', 'with credentials');
is(crm_last()->{header}{pass_key}, $gcm->{pass}, 'the CRM sees them');
is_deeply([ map { $_->[1] } grep { $_->[0] =~ /^client./i }
    @{crm_last()->{headers}} ], [ 'isu' ], 'but no forged pair');

is($gcm->said(POST => '/any/balance', '{}'), '200 {"balance":1.10}',
    'satisfy any');
is($gcm->said(POST => '/some/balance', '{}'), '200 {"balance":1.10}',
    'satisfy any, by its proof');
is($t->http(GET => '/any/balance')->body, '{"balance":2}',
    'by its address, as it came');
is($t->http(POST => '/any/balance', body => '{"b":1}')->body,
    '{"balance":1.10}', 'and with a body');
is(crm_last()->{body}, '{"b":1}', 'that is left as it came');
my $far = Test::CRM::Sealed->new($t, 'isu.far', $secret,
    record => { apis => 'actions' });
is($far->said(POST => '/any/balance', '{"far":1}'), '200 {"balance":1.10}',
    'by its address, proven and of another API');
is(crm_last()->{body}, '{"far":1}', 'its body is opened all the same');

is($gcm->said(POST => '/any/balance', undef, body => '{"RequestData":"x"}'),
    $refused, 'what does not open goes nowhere');
is($gcm->said(POST => '/plain/balance', '{}'), $refused,
    'nothing of it where it is off');


# bodies that fill a file, answers of many buffers

my $large = '{"text":"' . 'x' x 300_000 . '"}';

for my $name (sort keys %client) {
    my $c = $client{$name};

    $t->crm('POST /balance' => { body => $large,
        chunks => [ unpack '(a50000)*', $large ] });

    ok($c->said(POST => "$base/balance", $large) eq "200 $large",
        "$name, large");
    ok(crm_last()->{body} eq $large, "$name, both ways");
}


my ($status, $said) = $t->nginx_t(Test::CRM::conf_dmt(secret => '',
    location => 'crm_payload_encryption on;'));

is($status, 1, 'no crm_secret');
like($said, qr/crm_payload_encryption in location "[^"]+" unwraps keys: write/,
    'says what to write');

$t->done;
