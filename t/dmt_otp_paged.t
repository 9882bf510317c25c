#!/usr/bin/perl

# crm_otp_verify where an error_page answers in the CRM's stead: the code is
# given back where the CRM has not heard of it, whatever the page says.

use warnings;
use strict;

use Test::More;

use Test::CRM;

my $page = 'error_page 502 504 =200 /page;';

my $t = Test::CRM->new(conf => Test::CRM::conf_dmt(
    server => "crm_require_tls off; crm_otp cooldown=0 per_hour=1000;
        proxy_read_timeout 100ms;",
    locations => join('', map { my ($name, $words) = @$_;
        "location /$name/ { crm_api dmt; crm_otp_verify on; $words }\n" }
        [ otp => 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;
            location /otp/send { crm_answer otp-request;
                proxy_pass http://127.0.0.1:%%CRM_PORT%%; }' ],
        [ dead => "$page proxy_pass http://127.0.0.1:%%DEAD_PORT%%;" ],
        [ late => "$page proxy_pass http://127.0.0.1:%%CRM_PORT%%/hangs/;" ])
        . 'location = /page { return 200 SUCCESS; }'),
    crm => {
        'POST /process-customer-registration' => '{"status":"SUCCESS"}',
        'POST /hangs/process-customer-registration' => { hang => 1 },
    })->start;

$t->client('isu', 'the client secret', app => 'isu');

my @client = (client_id => 'isu', client_secret => 'the client secret');
my %register = (mobileNumber => '8618743463', username => 'isutestapi1',
    latlong => '123,234', publicIP => '123.123.123.133',
    name => 'Sangram Keshari');


# by location, what it says then to the same code

for ([ dead => 'SUCCESS' ], [ late => 'FAILED' ]) {
    my ($at, $then) = @$_;

    $t->post('/otp/send', { send_method => 'SMS', credentials => [
        { name => 'PHONE', value => $register{mobileNumber} } ] }, @client);

    my $code = ($t->outbox)[-1]{code};

    is(registers($at, $code)->body, 'SUCCESS', "$at, a page");
    is(registers(otp => $code)->json->{status}, $then, "$at, the code");
}

$t->done;


sub registers {
    my ($at, $code) = @_;

    return $t->post("/$at/process-customer-registration",
        { %register, otp => $code }, @client);
}
