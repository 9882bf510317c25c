#!/usr/bin/perl

# POST /contacts/register: what the CRM is asked, what the store keeps, and
# what the client is told.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::OTP qw(validate newest handle $wrong);
use Test::CRM::Register qw(conf register body by_mail by_phone
    asked stored);
use Test::CRM::Words qw(said refused);

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(conf(
    redis => 'crm_redis unix:%%REDIS%% timeout=10s;')))->start;

$t->api_key('key', app => 'shop');
$t->secret('a good password', 'another password');

my $route = 'POST /contacts/register';
my @off = (path => '/off/contacts/register');

sub crm { $t->crm($route => @_) }

sub login {
    my ($username, $password) = @_;

    return $t->post('/self-service/v1/contacts/authenticate', {
        provider => 'EMAIL', username => $username,
        password => $password }, api_key => 'key');
}

sub contact { +{ @{$t->redis('HGETALL', "crm:live:contact:{$_[0]}")} } }

my $bad = '400 {"status":400,"message":"Invalid username or password.",'
    . '"error":"CRM.EXCEPTIONS.INVALIDCREDENTIALSEXCEPTION","parameters":[]}';
my $exists = '409 {"status":409,"message":"Record already exists.",'
    . '"error":"CRM.EXCEPTIONS.ALREADYEXISTSEXCEPTION","parameters":[]}';


# a password, on: the code proves it, and only then it counts

crm({ status => 201, json => { id => 'CAD1' } });

my $r = register($t, by_mail('John@CRM.com', 'a good password',
    title => 'Mr', company_name => 'CRM'));
my $handle = handle($r);
my $message = newest($t);

is(said($r), "200 {\"obfuscated_value\":\"j***\@crm.com\","
    . "\"auth_otp\":\"$handle\"}", 'an OTP handle');
is($r->header('Cache-Control'), 'no-store', 'is not kept');
is("@$message{qw(channel to template contact mode)}",
    'EMAIL john@crm.com otp CAD1 live', 'the message');

my $contact = contact('CAD1');
my $hash = delete $contact->{pending};

like($hash, qr/\A\$y\$j9T\$/, 'the hash');
is_deeply($contact, { first_name => 'John', last_name => 'Doe',
    title => 'Mr', company_name => 'CRM', email => 'john@crm.com',
    is_verified => 'false', state => 'active', pending_otp => $handle,
    registered => 'EMAIL:john@crm.com' }, 'the contact');
is_deeply([ stored($t) ], [ 'crm:live:contact:{CAD1}',
    'crm:live:identity:{EMAIL:john@crm.com}' ], 'nothing else');
is(said(login('john@crm.com', 'a good password')), $bad,
    'the password does not count yet');

$r = validate($t, [ AUTH_OTP => $handle ], $message->{code});

is($r->json->{contact}{id}, 'CAD1', 'the code signs in');
is($r->json->{contact}{is_verified}, 'true', 'and is the proof');
is_deeply(contact('CAD1'), { first_name => 'John', last_name => 'Doe',
    title => 'Mr', company_name => 'CRM', email => 'john@crm.com',
    is_verified => 'true', state => 'active', password => $hash },
    'the contact');
is(login('john@crm.com', 'a good password')->status, 200,
    'now the password counts');


# what the CRM is asked: the client's bytes, the password cut out

my @bodies = (
    [ 'in the middle', '{"identity":{"provider":"EMAIL", "password" : '
      . '"a good password" , "username":"%s"},"first_name":"J","last_name":'
      . '"D","n":1.10}', '{"identity":{"provider":"EMAIL" , "username":"%s"},'
      . '"first_name":"J","last_name":"D","n":1.10}' ],
    [ 'first', '{"first_name":"J\u00e9","last_name":"D","identity":{ '
      . '"password":"a good password", "username":"%s","provider":"EMAIL"},'
      . '"n":20000000000000000000,"password":null}',
      '{"first_name":"J\u00e9","last_name":"D","identity":{  "username":"%s",'
      . '"provider":"EMAIL"},"n":20000000000000000000,"password":null}' ],
    [ 'last, escaped', " {\"n\":1e40,\"first_name\":\"J\",\"last_name\":\"D"
      . "\",\"identity\":{\"username\":\"%s\",\"provider\":\"EMAIL\",\n\"pa"
      . "\\u0073sword\":\"a good \\u0070assword\"}}\n",
      " {\"n\":1e40,\"first_name\":\"J\",\"last_name\":\"D\",\"identity\":"
      . "{\"username\":\"%s\",\"provider\":\"EMAIL\"}}\n" ],
    [ 'none', '{"first_name":"J","last_name":"D","identity":{"username":"%s",'
      . '"provider":"EMAIL"}, "a":{"password":"theirs"}}',
      '{"first_name":"J","last_name":"D","identity":{"username":"%s",'
      . '"provider":"EMAIL"}, "a":{"password":"theirs"}}' ],
);

my $n = 100;

for (@bodies) {
    my ($what, $sent, $got) = @$_;
    my $name = 'cut' . ++$n . '@crm.com';

    crm("{\"contact\":{\"id\":\"CAD$n\"},\"id\":\"OTHER\"}");

    $r = $t->http(POST => '/self-service/v1/contacts/register',
        body => sprintf($sent, $name), type => 'application/json;v=1',
        headers => [ api_key => 'key', 'Idempotency-Key' => 'forged',
            'Accept-Encoding' => 'gzip', 'X-CRM-App' => 'forged',
            'X-Other' => 'kept', 'Range' => 'bytes=0-1' ]);

    is($r->status, 200, "$what: answered");

    my $request = ($t->crm_log)[-1];
    my $header = $request->{header};
    my $key = delete $header->{'idempotency-key'};

    is($request->{body}, sprintf($got, $name), "$what: the body");
    like($key, qr/\A[0-9a-f]{32}\z/, "$what: the key");
    is(scalar(grep { lc $_->[0] eq 'idempotency-key' }
        @{$request->{headers}}), 1, "$what: one key");
    is($header->{'content-length'}, length $request->{body},
        "$what: its length");
    delete @$header{qw(host connection content-length)};
    is_deeply($header, { 'content-type' => 'application/json',
        'x-crm-app' => 'shop', 'x-crm-mode' => 'live',
        'x-other' => 'kept' }, "$what: the headers");
    is(newest($t)->{contact}, "CAD$n", "$what: contact.id before id");
}


# without a password, and by phone

crm('{"contact":{"id":7001,"first_name":"Jane","last_name":"","avatar":"/a"},'
    . '"organisations":[ {"n":1.10} ]}');

$r = register($t, by_phone('99123834', title => 'Dr'));

is(said($r), '200 {"obfuscated_value":"+35799***834","auth_otp":"'
    . handle($r) . '"}', 'by phone');

$message = newest($t);

is("@$message{qw(channel to template contact)}", 'SMS +35799123834 otp 7001',
    'a message');
is_deeply(contact(7001), { first_name => 'Jane', last_name => 'Doe',
    avatar => '/a', title => 'Dr', mobile => '+35799123834',
    organisations => '[ {"n":1.10} ]', is_verified => 'false',
    state => 'active', registered => 'PHONE:+35799123834' },
    'what the CRM says, and else the client');
is(validate($t, [ PHONE => '+35799123834' ], $message->{code})
    ->json->{organisations}[0]{n}, '1.1', 'the code signs in');


crm('{"contact":{"title":"Dr"},"id":"CAD5","organisations":{"n":1}}');
register($t, by_mail('five@crm.com'));
is_deeply(contact('CAD5'), { first_name => 'John', last_name => 'Doe',
    title => 'Dr', email => 'five@crm.com', is_verified => 'false',
    state => 'active', registered => 'EMAIL:five@crm.com' },
    'an id beside the contact, organisations that are none');


# a known address is answered alike, and its owner is told

my $before = asked($t);

for my $body (by_mail('john@crm.com', 'another password'),
    by_mail('JOHN@crm.com'))
{
    $r = register($t, $body);

    is(said($r), '200 {"obfuscated_value":"j***@crm.com","auth_otp":"'
        . handle($r) . '"}', 'known');

    $message = newest($t);

    is("@$message{qw(channel to template contact)}",
        'EMAIL john@crm.com register-existing CAD1', 'known: the message');
}

is(asked($t), $before, 'the CRM is not asked');
is(contact('CAD1')->{password}, $hash, 'the password stays');
is(validate($t, [ AUTH_OTP => handle($r) ], $message->{code})
    ->json->{contact}{id}, 'CAD1', 'the owner may sign in');
is(login('john@crm.com', 'a good password')->status, 200,
    'with his password, too');

$t->redis('HSET', 'crm:live:contact:{CAD1}', state => 'disabled');

my $messages = () = $t->outbox;

$r = register($t, by_mail('john@crm.com', 'another password'));

is(said($r), '200 {"obfuscated_value":"j***@crm.com","auth_otp":"'
    . handle($r) . '"}', 'disabled');
is(asked($t), $before, 'disabled: the CRM is not asked');
is(scalar(() = $t->outbox), $messages, 'disabled: nobody is told');
is(said(register($t, by_mail('john@crm.com', 'another password'), @off)),
    $exists, 'disabled, off');


# off: tokens at once, and a known address is said to be one

crm({ status => 201, json => { id => 'CAD2' } });

$r = register($t, by_mail('two@crm.com', 'a good password'), @off);

my $reply = $r->json;

is(said($r), "200 {\"access_token\":\"$reply->{access_token}\","
    . "\"refresh_token\":\"$reply->{refresh_token}\",\"exp\":\"$reply->{exp}"
    . '","contact":{"id":"CAD2","title":"","first_name":"John","last_name":'
    . '"Doe","company_name":"","avatar":"","is_verified":"false"},'
    . '"organisations":[]}', 'off: tokens');
is(login('two@crm.com', 'a good password')->status, 200, 'off: the password');

my $mail = newest($t);

is(join(' ', @$mail{qw(template channel to contact mode)}),
    'verify-email EMAIL two@crm.com CAD2 live', 'off: a mail');
cmp_ok(abs($mail->{expires} - time - 86_400), '<', 10, 'off: for a day');
is(said($t->get("/self-service/v1/contacts/verify_email/$mail->{token}")),
    '200 ', 'off: its link');
is(contact('CAD2')->{is_verified}, 'true', 'off: proves the address');
is(login('two@crm.com', 'a good password')->status, 400,
    'off: and not whose password it was');
is(said(register($t, by_mail('two@crm.com', 'a good password'), @off)),
    $exists, 'off: known');
is(said(register($t, by_mail('Two@crm.com'), @off)), $exists,
    'off: known, no password');

crm({ status => 201, json => { id => 'CAD3' } });

for my $body (by_mail('three@crm.com'), by_phone('99000003')) {
    $r = register($t, $body, @off);
    like(said($r), qr/^200 \{"obfuscated_value":"/, 'off: an OTP handle');
    crm({ status => 201, json => { id => 'CAD4' } });
}


# what the CRM had before is somebody's, who must prove to be it

for my $path (undef, '/off/contacts/register') {
    my $name = $path ? 'off' : 'on';

    crm({ status => 409, json => { id => "HAD-$name" } });

    $r = register($t, by_mail("had-$name\@crm.com", 'a good password'),
        path => $path);

    is(said($r), "200 {\"obfuscated_value\":\"h***\@crm.com\",\"auth_otp\":\""
        . handle($r) . '"}', "409, $name: an OTP handle");
    is(newest($t)->{contact}, "HAD-$name", "409, $name: a code");
}

$t->contact('HAD', email => 'owner@crm.com', password => 'owned by me',
    is_verified => 'true', identities => [ [ CARD => '1' ] ]);
crm({ status => 409, json => { contact => { id => 'HAD' } } });

my $had = contact('HAD');

$r = register($t, by_mail('thief@crm.com', 'a good password'));

is(handle($r) && newest($t)->{to}, 'owner@crm.com',
    'a contact of the store: the code goes to its own address');
is_deeply(contact('HAD'), $had, 'and nothing of it changes');

# or a reset of "thief@crm.com"'s password would be one of the owner's

is($t->redis('GET', 'crm:live:identity:{EMAIL:thief@crm.com}'), undef,
    'nor does the address lead to it');
is($t->redis('EXISTS', 'crm:live:register:{EMAIL:thief@crm.com}'), 0,
    'nothing is under way');
is(said(register($t, by_mail('thief@crm.com', 'a good password'), @off)),
    $exists, 'off: it exists');
is($t->redis('GET', 'crm:live:identity:{EMAIL:thief@crm.com}'), undef,
    'off: nor does the address lead to it');
is(said($t->post('/self-service/v1/contacts/forgot_password',
    { username => 'thief@crm.com' }, api_key => 'key')), '200 ', 'a reset');
is(scalar(grep { $_->{template} eq 'password-reset' } $t->outbox), 0,
    'is mailed to nobody');

# an address that the store has already for it, does, and no more: not even
# where the CRM calls it new

crm({ status => 201, json => { id => 'HAD' } });

for my $row ([ 'Owner@crm.com', by_mail('owner@CRM.com', 'a good password') ],
    [ '+35799000077', body({ provider => 'PHONE', country_code => 'CYP',
        phone_number => '99000077', password => 'a good password' }) ],
    [ 'Owner@crm.com', by_mail('owner@CRM.com', 'a good password'), @off ])
{
    my ($address, $body, @path) = @$row;
    my $own = $address =~ /\@/ ? "EMAIL:\L$address" : "PHONE:$address";

    $t->redis('DEL', "crm:live:identity:{$own}");
    $t->contact('HAD', email => 'Owner@crm.com', mobile => '+35799000077');
    $had = contact('HAD');
    like(said(register($t, $body, @path)), qr/^200 \{"obfuscated_value":/,
        "$address: its own address");
    is($t->redis('GET', "crm:live:identity:{$own}"), 'HAD',
        "$address: leads to it");
    is_deeply(contact('HAD'), $had, "$address: nothing of it changes");
}


# a number that no code may be sent to is not registered

$before = asked($t);
my @stored = stored($t);
$messages = () = $t->outbox;
$r = register($t, body({ provider => 'PHONE',
    phone_number => '+4915112345678' }));

is(said($r), '200 {"obfuscated_value":"+49151***678","auth_otp":"'
    . handle($r) . '"}', 'a number that is not allowed');
is(asked($t), $before, 'the CRM is not asked');
is_deeply([ stored($t, @stored) ], [], 'nothing is stored');
is(scalar(() = $t->outbox), $messages, 'and nothing is sent');


# what goes to the CRM whole

for ([ body({ provider => 'FACEBOOK', token => 't' }) ],
    [ body({ provider => 'GOOGLE', token => 't' }) ],
    [ by_mail('pass@crm.com', 'theirs', pass_code => 'P1') ])
{
    crm({ status => 200, body => '{"access_token": "theirs"}' });
    is(said(register($t, $_->[0])), '200 {"access_token": "theirs"}',
        'the CRM answers');

    my $request = ($t->crm_log)[-1];

    is_deeply(JSON::PP::decode_json($request->{body}), $_->[0], 'the body');
    is($request->{header}{'idempotency-key'}, undef, 'no key');
}


# at other places

for my $place ([ '/join' => '/' ],
    [ '/rewritten/contacts/register' => '/contacts/register' ])
{
    my ($path, $asked) = @$place;

    $t->crm("POST $asked" => { json => { id => 'CAD' . ++$n } });
    is(register($t, by_mail("place$n\@crm.com"), path => $path)->status, 200,
        $path);
    is(($t->crm_log)[-1]{path}, $asked, "$path: the CRM's path");
}

# many at once for one address: the CRM hears one key, and one is the first

for my $path ('/self-service/v1', '/off') {
    my $id = 'CAD' . ++$n;
    my $name = "many$n\@crm.com";

    crm({ json => { id => $id } });

    my $text = Test::CRM::HTTP->text(POST => "$path/contacts/register",
        headers => [ api_key => 'key' ],
        json => by_mail($name, 'a good password'));
    my @clients = map { $t->connect } 1 .. 20;

    $_->write($text) for @clients;

    my %said;

    $said{$t->seen($_->response('POST'))->status}++ for @clients;

    is_deeply(\%said, $path eq '/off' ? { 200 => 1, 409 => 19 }
                                      : { 200 => 20 }, "$path: many at once");

    my %keys = map { $_->{header}{'idempotency-key'} => 1 }
        grep { $_->{body} =~ /"\Q$name\E"/ } $t->crm_log;

    is(scalar keys %keys, 1, "$path: one key");
    is($t->redis('GET', "crm:live:identity:{EMAIL:$name}"), $id,
        "$path: one contact");
}

$t->done;
