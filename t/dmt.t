#!/usr/bin/perl

# DMT-lite unified customer: clients, body rules, failures that are 200, and
# one-time passwords that are checked on the way.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::Process qw(wait_for);

my $base = '/common/dmt-lite/unified/customer';
my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';

my $t = Test::CRM->new(conf => Test::CRM::conf_dmt(
    server => 'crm_require_tls off; crm_otp cooldown=0 per_hour=1000;
        client_max_body_size 64k;',
    locations => "
        location $base/send-otp { crm_api dmt; crm_answer otp-request; $pass }
        location /otp/ { crm_api dmt; crm_otp_verify on; $pass
            location /otp/send { crm_answer otp-request; $pass } }
        location /self/ { crm_api selfservice; crm_otp_verify on; $pass }
        location /dead/ { crm_api dmt; crm_otp_verify on;
            proxy_pass http://127.0.0.1:%%DEAD_PORT%%; }
        location /late/ { crm_api dmt; crm_otp_verify on;
            proxy_read_timeout 100ms; $pass }
        location /other/ { crm_api dmt; crm_upstream_envelope selfservice;
            $pass }"),
    crm => {
        (map { ("POST /$_" => '{"status":"SUCCESS"}') } qw(get-customer
            process-customer-registration balance)),
        'GET /balance' => '{"status":"SUCCESS"}',
    });

$t->start;
$t->client('isu', 'the client secret', app => 'isu');
$t->client('off', 'another secret of it', state => 'disabled');
$t->client('test', 'the secret for tests', mode => 'test');
$t->client('some', 'a secret of some app', apis => 'actions');
$t->client('bad', 'a secret that is bad');
$t->redis(HSET => 'crm:client:{bad}', secret => 'no digest');

my @client = (client_id => 'isu', client_secret => 'the client secret');
my %customer = (mobileNumber => '8765432345', username => 'isutestapi1',
    latlong => '123,234', publicIP => '123.123.123.133');
my %register = (%customer, mobileNumber => '8618743463',
    name => 'Sangram Keshari', otp => '898943');
my $passed = '200 {"status":"SUCCESS"}';


sub said { $_[0]->status . ' ' . $_[0]->body }


sub failed {
    my ($status, $text, $echo, $code) = @_;

    $code //= '-1';

    return qq($status {$echo"statusCode":"$code","statusDesc":"$text",)
        . '"KYCTypeFlag":false,"status":"FAILED"}';
}


sub get_customer { $t->post("$base/get-customer", $_[0], @client) }


sub registers {
    my ($body, $path, @more) = @_;

    return $t->post(($path // $base) . '/process-customer-registration',
        $body, @client, @more);
}


sub echo {
    my (%body) = @_;

    my $number = defined $body{mobileNumber}
        ? qq("mobileNumber":"$body{mobileNumber}",) : '';

    return qq("name":"@{[ $body{name} // '' ]}",$number"paramA":"@{[
        $body{paramA} // '' ]}","paramB":"","paramC":"",);
}


# clients

for my $row (
    [ 'none', 401 ],
    [ 'no secret', 401, client_id => 'isu' ],
    [ 'no id', 401, client_secret => 'the client secret' ],
    [ 'a wrong secret', 401, client_id => 'isu', client_secret => 'the' ],
    [ 'an empty secret', 401, client_id => 'isu', client_secret => '' ],
    [ 'nobody', 401, client_id => 'no', client_secret => 'x' ],
    [ 'no id at all', 401, client_id => 'a}b', client_secret => 'x' ],
    [ 'disabled', 401, client_id => 'off',
      client_secret => 'another secret of it' ],
    [ 'a broken record', 401, client_id => 'bad',
      client_secret => 'a secret that is bad' ],
    [ "another's secret", 401, client_id => 'isu',
      client_secret => 'the secret for tests' ],
    [ 'its digest', 401, client_id => 'isu',
      client_secret => $t->sha256_hex('the client secret') ])
{
    my ($name, $status, @headers) = @$row;

    for (1, 2) {
        is(said($t->post("$base/balance", {}, @headers)),
            failed($status, 'Invalid client', ''), $name);
    }
}

is(said($t->post("$base/balance", {}, client_id => 'some',
    client_secret => 'a secret of some app')),
    failed(403, 'Client not permitted', ''), 'another API');
is(said($t->post("$base/balance", {}, @client, client_id => 'isu')),
    failed(200, 'Invalid request', ''), 'two ids');
is(said($t->post("$base/balance", {}, @client, client_secret => 'x')),
    failed(200, 'Invalid request', ''), 'two secrets');

for my $row ([ \@client, 'live', 'isu' ], [ [ client_id => 'test',
    client_secret => 'the secret for tests' ], 'test', 'app' ])
{
    my ($headers, $mode, $app) = @$row;

    is(said($t->get("$base/balance", @$headers)), $passed, "$mode, passed");

    my $told = ($t->crm_log)[-1]{header};

    is($told->{'x-crm-mode'}, $mode, "$mode, told");
    is($told->{'x-crm-app'}, $app, "$mode, its app");
    is($told->{client_secret}, undef, "$mode, no secret");
    is($told->{client_id}, $headers->[1], "$mode, its id");
}

$t->client('i' x 128, 'the secret of a long id');
is(said($t->get("$base/balance", client_id => 'i' x 128,
    client_secret => 'the secret of a long id')), $passed, 'the longest id');

$t->redis(HSET => 'crm:client:{isu}', state => 'disabled');
is(said($t->get("$base/balance", @client)), $passed, 'cached');
$t->redis(PUBLISH => 'crm:events', 'client isu');
ok(wait_for(sub { $t->get("$base/balance", @client)->status == 401 }),
    'an event drops it');
$t->redis(HSET => 'crm:client:{isu}', state => 'active');
$t->redis(PUBLISH => 'crm:events', 'client isu');
ok(wait_for(sub { $t->get("$base/balance", @client)->status == 200 }),
    'and brings it back');


# the media type

for my $type ('application/JSON', 'application/json; charset=utf-8') {
    is(said($t->http(POST => "$base/get-customer", headers => \@client,
        type => $type, json => \%customer)), $passed, $type);
}

for my $type ('text/plain', 'application/jsonp', undef,
    'multipart/form-data; boundary=b')
{
    is(said($t->http(POST => "$base/get-customer", headers => \@client,
        type => $type, json => \%customer)),
        failed(200, 'Invalid Content-Type', ''), $type // 'no type');
}

is(said($t->http(POST => "$base/process-customer-registration",
    headers => \@client, type => 'text/plain', json => \%register)),
    failed(200, 'Invalid Content-Type', echo()), 'no JSON to register');


# the rules, in their order

my $number = qq("mobileNumber":"$customer{mobileNumber}",);

for my $row (
    [ username => undef, 'Username Must not be Empty' ],
    [ username => '', 'Username Must not be Empty' ],
    [ username => 1, 'Invalid username' ],
    [ latlong => undef, 'Invalid latlong' ],
    [ latlong => ' ', 'Invalid latlong' ],
    (map { [ publicIP => $_, 'Invalid publicIP' ] } undef, '', '1.2.3',
        '1.2.3.256', '1.2.3.4.5', '01.2.3.4', '1.2.3.0004', 'host', '12345::',
        '::1.2.3.256', '1' x 46, 7),
    (map { [ publicIP => $_ ] } '10.0.0.1', '255.255.255.255', '::1',
        '2001:db8::7', '::ffff:10.0.0.1'))
{
    my ($member, $value, $text) = @$row;

    is(said(get_customer({ %customer, $member => $value })),
        $text ? failed(200, $text, $number) : $passed,
        "$member " . ($value // 'null'));
}

for my $value ('', '123456789', '12345678901', '+876543234', '87654 2345') {
    is(said(get_customer({ %customer, mobileNumber => $value })),
        failed(200, 'Invalid mobile number',
        qq("mobileNumber":"$value",)), "mobileNumber '$value'");
}

is(said(get_customer({ %customer, mobileNumber => 8765432345 })),
    failed(200, 'Invalid mobile number', ''), 'a number that is none');
is(said(get_customer({})), failed(200, 'Invalid mobile number', ''),
    'the first that fails');
is(said(get_customer('{"mobileNumber":"1","mobileNumber":"2"}')),
    failed(200, 'Invalid mobile number', '"mobileNumber":"1",'), 'twice');
is(said(get_customer('{')), failed(200, 'Invalid JSON', ''), 'no JSON');
is(said(get_customer('{"x":"' . 'x' x 70_000 . '"}')),
    failed(200, 'Request too large', ''), 'too large');

for my $row (
    [ mobileNumber => undef, 'Mobile number must Not Be Empty or Null' ],
    [ mobileNumber => '', 'Mobile number must Not Be Empty or Null' ],
    [ mobileNumber => '123', 'Invalid mobile number' ],
    [ name => undef, 'Name Must Not Be Empty or Null' ],
    [ name => '', 'Name Must Not Be Empty or Null' ],
    (map { [ otp => $_, 'Invalid otp' ] } undef, '', '12345', '1234567',
        '12345a'),
    [ username => undef, 'Username Must not be Empty' ],
    [ latlong => undef, 'Invalid latlong' ],
    [ publicIP => 'x', 'Invalid publicIP' ],
    [ pincode => '75100', 'Invalid pincode' ],
    [ pincode => '751002' ], [ pincode => undef ], [ pincode => '' ],
    [ ovdData => '76538643974', 'Invalid ovdData' ],
    [ ovdData => '765386439745' ])
{
    my ($member, $value, $text) = @$row;
    my %body = (%register, paramA => 'a "b"', $member => $value);

    is(said(registers(\%body)), $text
        ? failed(200, $text, echo(%body, paramA => 'a \\"b\\"')) : $passed,
        "register, $member " . ($value // 'null'));
}


# what keeps its status

is(said($t->get("$base/get-customer", @client)),
    failed(405, 'Method not allowed', ''), 'GET');
is(said($t->get("$base/Get-Customer", @client)),
    failed(404, 'Record not found', ''), 'another case');
is(said(registers(\%register, '/late', client_id => 'x')),
    failed(200, 'Invalid request', echo()), 'two ids, to register');


# the code that was sent to the number, spent before the request goes up

my $handles = 0;

sub code {
    my ($number, $path) = @_;

    my $r = $t->post($path // '/otp/send', { send_method => 'SMS',
        credentials => [ { name => 'PHONE', value => $number } ] }, @client);

    $handles += ($r->body =~ /"auth_otp":"/);

    my $message = ($t->outbox)[-1];

    return $message ? ($message->{code}, $message) : ();
}

my ($code, $message) = code($register{mobileNumber});
my $wrong = $code =~ tr{0-9}{1-90}r;

is($message->{to}, '+918618743463', 'sent to whom nobody knows yet');
is($message->{channel}, 'SMS', 'by SMS');

my $spent = failed(200, 'Invalid otp', echo(%register));

is(said(registers({ %register, otp => $wrong }, '/otp')), $spent, 'wrong');
is(said(registers({ %register, otp => $code,
    mobileNumber => '8618743464' }, '/otp')), failed(200, 'Invalid otp',
    echo(%register, mobileNumber => '8618743464')), "another's number");

my $n = () = $t->crm_log;

is(said(registers({ %register, otp => $code }, '/otp')), $passed, 'right');
is(($t->crm_log)[-1]{body} =~ /"otp":"$code"/, 1, 'the CRM sees it');
is(said(registers({ %register, otp => $code }, '/otp')), $spent, 'spent');
is(scalar(() = $t->crm_log), $n + 1, 'one request went up');

($code) = code($register{mobileNumber});
my ($newer) = code($register{mobileNumber});
is(said(registers({ %register, otp => $code }, '/otp')), $spent, 'voided')
    if $code ne $newer;

my @clients = map {
    my $client = $t->connect;
    $client->write(Test::CRM::HTTP->text(POST =>
        '/otp/process-customer-registration', headers => \@client,
        json => { %register, otp => $newer }));
    $client;
} 1 .. 20;

my @said = sort map { said($_->response('POST')) } @clients;

is_deeply(\@said, [ ($spent) x 19, $passed ], 'one of 20 passes');


# whom no registration could bring gets no code

$n = () = $t->outbox;
$t->api_key('key', app => 'shop');

for ([ [ PHONE => '+35799123834' ] ], [ [ PHONE => '0035799123834' ] ],
    [ [ PHONE => '8618743470' ], [ CARD => '4000' ] ],
    [ [ PHONE => '8618743471' ], [ BIRTHDATE => '1990-01-01' ] ],
    [ [ EMAIL => 'john@crm.com' ] ])
{
    my $r = $t->post('/otp/send', { send_method => 'SMS', credentials => [
        map { { name => $_->[0], value => $_->[1] } } @$_ ] }, @client);

    like($r->body, qr/"auth_otp":"/, "$_->[-1][0] $_->[-1][1]: a handle");
}

for my $flow ([ otp => { send_method => 'SMS', credentials => [
        { name => 'PHONE', value => '+918618743472' } ] } ],
    [ authenticate => { provider => 'PHONE',
        phone_number => '+918618743473' } ])
{
    like($t->post("/self/contacts/$flow->[0]", $flow->[1], api_key => 'key')
        ->body, qr/"auth_otp":"/, "selfservice, $flow->[0]: a handle");
}

is(scalar(() = $t->outbox), $n, 'and nothing is sent');


# given back where nothing went up

my $away = failed(200, 'Internal Server Issue, Kindly Try After Sometime',
    echo(%register), 4);

($code) = code($register{mobileNumber});

is(said(registers({ %register, otp => $code }, '/dead')), $away, 'no CRM')
    for 1 .. 7;
is(said(registers({ %register, otp => $code }, '/otp')), $passed,
    'given back');

$t->crm('POST /process-customer-registration' => { hang => 1 });
($code) = code($register{mobileNumber});
is(said(registers({ %register, otp => $code }, '/late')), $away, 'timed out');
is(said(registers({ %register, otp => $code }, '/otp')), $spent,
    'the CRM may have heard it');

$t->crm('POST /process-customer-registration' => '{"status":"SUCCESS"}');
($code) = code($register{mobileNumber});
is(said(registers({ %register, otp => $code }, '/dead')), $away, 'held');
($newer) = code($register{mobileNumber});
is(said(registers({ %register, otp => $code }, '/otp')), $spent,
    'given back, and voided') if $code ne $newer;
is(said(registers({ %register, otp => $newer }, '/otp')), $passed, 'newer');


# Redis does not answer; what asks it nothing goes on

kill STOP => $t->{pid}{redis};
is(said(registers({ %register, otp => '123456' }, '/otp')), $away,
    'Redis away');
is(said(registers({ %register, otp => '123456' })), $passed,
    'without a code to check');
kill CONT => $t->{pid}{redis};
$t->redis('PING');


# without crm_otp_verify nobody gets a code, and a contact does

$n = () = $t->outbox;
code('8618743499', "$base/send-otp");
is(scalar(() = $t->outbox), $n, 'nothing is sent to a stranger');
$t->contact('C1', mobile => '8618743498', identities => [
    [ PHONE => '+918618743498' ] ]);
$t->redis(HSET => 'crm:live:contact:{C1}', mobile => '+918618743498');
($code, $message) = code('8618743498', "$base/send-otp");
is($message->{contact}, 'C1', 'a contact');
is(said(registers({ %register, otp => $code, mobileNumber => '8618743498' },
    '/otp')), $passed, 'its code');
ok($handles > 5, 'each with a handle');


# another dialect behind it

my $broken = { status => 500, body => '{"status":500,"message":"x","error":'
    . '"CRM.EXCEPTIONS.SERVEREXCEPTION","parameters":[]}' };

$t->crm('POST /get-customer' => $broken,
    'POST /process-customer-registration' => $broken);
is(said($t->post('/other/get-customer', \%customer, @client)),
    failed(200, 'Internal Server Issue', $number, 4), 'a failure of the CRM');
is(said(registers(\%register, '/other')), $away,
    'a failure of the CRM, to register');

$t->done;
