#!/usr/bin/perl

# A code proves who reads the address that it went to: of a contact as long as
# that is the contact's, of a registration the very number that it brings.

use warnings;
use strict;

use Test::More;

use Test::CRM;
use Test::CRM::OTP qw(request validate handle newest $wrong);
use Test::CRM::Process qw(wait_for);
use Test::CRM::Words qw(said bearer);

my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice(
    server => 'crm_otp cooldown=0 per_hour=1000;',
    locations => "location /dmt/ { crm_api dmt; crm_require_tls off;
        crm_otp_verify on; $pass
        location /dmt/send { crm_answer otp-request; $pass } }"),
    crm => {
        'PUT /contacts/JOHN' => '{"id":"JOHN"}',
        'POST /process-customer-registration' => '{"status":"SUCCESS"}',
    })->start;

$t->api_key('key', app => 'shop');
$t->client('isu', 'the client secret', app => 'isu');

my @client = (client_id => 'isu', client_secret => 'the client secret');


# what becomes of the address between the sending of a code and its use

my $john = 'crm:live:contact:{JOHN}';
my $mail = 'crm:live:identity:{EMAIL:john@crm.com}';
my $email = [ EMAIL => [ EMAIL => 'john@crm.com' ] ];
my $phone = [ SMS => [ PHONE => '+35799123834' ] ];

for my $row (
    [ 'nothing', $email, 200, sub { } ],
    [ 'nothing, by phone', $phone, 200, sub { } ],
    [ 'the other one is another', $email, 200, sub {
        $t->redis('HSET', $john, mobile => '+35799000000') } ],
    [ 'another, by a PUT', $email, 400, sub {
        is($t->http(PUT => '/self-service/v1/contacts/JOHN',
            headers => [ bearer($t->token('JOHN')) ],
            json => { email_address => 'new@crm.com' })->status, 200, 'PUT');
        ok(wait_for(sub { !defined $t->redis('GET', $mail) }), 'taken');
    } ],
    [ 'another, by the CRM', $email, 400, sub {
        $t->redis('HSET', $john, email => 'new@crm.com') } ],
    [ 'another, by phone', $phone, 400, sub {
        $t->redis('HSET', $john, mobile => '+35799000000') } ],
    [ 'none', $email, 400, sub { $t->redis('HDEL', $john, 'email') } ],
    [ 'the same in another case', $email, 200, sub {
        $t->redis('HSET', $john, email => 'John@CRM.com') } ],
    [ 'a contact that is disabled', $email, 400, sub {
        $t->redis('HSET', $john, state => 'disabled') } ])
{
    my ($what, $by, $status, $change) = @$row;

    $t->contact('JOHN', email => 'john@crm.com', mobile => '+35799123834',
        identities => [ @$email[1], @$phone[1] ]);

    my $handle = handle(request($t, @$by));
    my $code = newest($t)->{code};

    $change->();

    my $r = validate($t, [ AUTH_OTP => $handle ], $code);

    is($status == 400 ? $r->body : $r->status,
        $status == 400 ? $wrong : 200, $what);
    $t->seen($r);
}


# what a code of a registration went by, and to whom

$t->contact('C1', email => 'c1@crm.com', mobile => '+918618743463',
    identities => [ [ PHONE => '+918618743463' ] ]);
$t->contact('C2', email => 'c2@crm.com', mobile => '+918000000000',
    identities => [ [ PHONE => '+918618743464' ] ]);

for my $row ([ EMAIL => '8618743463', 'c1@crm.com', 'FAILED' ],
    [ SMS => '8618743463', '+918618743463', 'SUCCESS' ],
    [ SMS => '8618743464', '+918000000000', 'FAILED' ],
    [ SMS => '8618743465', '+918618743465', 'SUCCESS' ])
{
    my ($method, $number, $to, $says) = @$row;

    $t->post('/dmt/send', { send_method => $method,
        credentials => [ { name => 'PHONE', value => $number } ] }, @client);

    my $message = newest($t);

    is($message->{to}, $to, "by $method to $to");
    is($t->post('/dmt/process-customer-registration', { username => 'u',
        latlong => '1,2', publicIP => '1.2.3.4', name => 'N',
        mobileNumber => $number, otp => $message->{code} },
        @client)->json->{status}, $says, "of $number by $method to $to");
}


# by mail afterwards: the one that went to the number is the one that counts

{
    my @codes;

    for my $method (qw(SMS EMAIL)) {
        $t->post('/dmt/send', { send_method => $method, credentials => [
            { name => 'PHONE', value => '8618743463' } ] }, @client);
        push @codes, newest($t)->{code};
    }

    is($t->post('/dmt/process-customer-registration', { username => 'u',
        latlong => '1,2', publicIP => '1.2.3.4', name => 'N',
        mobileNumber => '8618743463', otp => $codes[0] },
        @client)->json->{status}, 'SUCCESS', 'a mail came after it');
}

$t->done;
