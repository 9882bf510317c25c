#!/usr/bin/perl

# One-time passwords: what a body must hold, and what of it is the CRM's.

use warnings;
use strict;

use Test::More;

use Test::CRM;

my $t = Test::CRM->new(conf => Test::CRM::conf_selfservice())->start;

$t->api_key('key', app => 'shop');

my $missing = 'MANDATORYFIELD';
my $invalid = 'INVALIDVALUE';

my @bodies = (
    [ 'otp', '{}', $missing, 'send_method' ],
    [ 'otp', '{"send_method":""}', $missing, 'send_method' ],
    [ 'otp', '{"send_method":null}', $missing, 'send_method' ],
    [ 'otp', '{"send_method":1}', $invalid, 'send_method' ],
    [ 'otp', '{"send_method":"sms"}', $invalid, 'send_method' ],
    [ 'otp', '{"send_method":"SMS"}', $missing, 'credentials' ],
    [ 'otp', '{"send_method":"SMS","credentials":[]}', $missing,
      'credentials' ],
    [ 'otp', '{"send_method":"SMS","credentials":{}}', $invalid,
      'credentials' ],
    (map { [ 'otp', '{"send_method":"SMS","credentials":[' . $_->[0] . ']}',
      @$_[1, 2] ] } (
        [ '1', $invalid, 'credentials' ],
        [ '{}', $missing, 'name' ],
        [ '{"name":5}', $invalid, 'name' ],
        [ '{"name":"CARD"}', $missing, 'value' ],
        [ '{"name":"CARD","value":""}', $missing, 'value' ],
        [ '{"name":"CARD","value":4000}', $invalid, 'value' ],
        [ '{"name":"CARD","value":"a b"}', $invalid, 'credentials' ],
        [ '{"name":"card","value":"4000"}', $invalid, 'credentials' ],
        [ '{"name":"EMAIL","value":"john"}', $invalid, 'credentials' ],
        [ '{"name":"PHONE","value":"99123834"}', $invalid, 'credentials' ],
        [ '{"name":"AUTH_OTP","value":"1"}', $invalid, 'credentials' ],
        [ '{"name":"MAC_ADDRESS","value":"00-11-22-33-44-55"}', $invalid,
          'credentials' ],
        [ '{"name":"BIRTHDATE","value":"1980-02-01"}', $invalid,
          'credentials' ],
        [ '{"name":"CARD","value":"4000"},'
          . '{"name":"BIRTHDATE","value":"01/02/1980"}', $invalid,
          'credentials' ],
        [ join(',', map { qq({"name":"CARD","value":"$_"}) } 1 .. 9),
          $invalid, 'credentials' ])),
    [ 'validate-otp', '{"code":"123456"}', $missing, 'credentials' ],
    (map { [ 'validate-otp', '{"credentials":[{"name":"CARD","value":"4000"}]'
      . "$_->[0]}", @$_[1, 2] ] } (
        [ '', $missing, 'code' ],
        [ ',"code":""', $missing, 'code' ],
        [ ',"code":123456', $invalid, 'code' ])),
    [ 'validate-otp', '{"code":"123456","credentials":[{"name":"BIRTHDATE",'
      . '"value":"1980-02-01"}]}', $invalid, 'credentials' ],
    [ 'validate-otp', '{"code":"123456","credentials":[' . join(',',
      ('{"name":"AUTH_OTP","value":"1"}') x 2) . ']}', $invalid,
      'credentials' ],
);

for my $body (@bodies) {
    my ($path, $text, $error, $member) = @$body;
    my $message = $error eq $missing ? 'A mandatory field is missing.'
                                     : 'A field has an invalid value.';

    is($t->post("/self-service/v1/contacts/$path", $text, api_key => 'key')
        ->body, qq({"status":400,"message":"$message",)
        . qq("error":"CRM.EXCEPTIONS.${error}EXCEPTION",)
        . qq("parameters":["$member"]}), "$path $text");
}


# a gift pass is the CRM's

$t->crm('POST /contacts/otp' => '{"from":"crm"}',
    'POST /contacts/validate-otp' => '{"from":"crm"}');

for my $path (qw(otp validate-otp)) {
    my $r = $t->post("/self-service/v1/contacts/$path", { send_method => 'SMS',
        code => '1', credentials => [ { name => 'CARD', value => '4000' },
        { name => 'GIFT_PASS', value => 'HHNSU32LNK' } ] },
        api_key => 'key');

    is($r->body, '{"from":"crm"}', "$path for a gift pass");
    like(($t->crm_log)[-1]{body}, qr/"GIFT_PASS"/, "$path, its body");
}

$t->done;
